/* Profile files: settings in one canonical form, inheritance, and nothing outside the folders. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/file.h"
#include "common/config/profile-file.h"
#include "tests/unit/cmocka-all.h"

struct folders {
	char near[64], far[64];
	struct strv both;
};

static void make_folder(char *path)
{
	(void)snprintf(path, 64, "/tmp/steady-profiles-XXXXXX");
	assert_non_null(mkdtemp(path));
}

static int set_up(void **state)
{
	struct folders *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	make_folder(f->near);
	make_folder(f->far);
	assert_int_equal(strv_push(&f->both, f->near), 0);
	assert_int_equal(strv_push(&f->both, f->far), 0);
	*state = f;
	return 0;
}

static void remove_folder(const char *path)
{
	CLEANUP_STRV struct strv folder = {0};
	CLEANUP_STRV struct strv files = {0};

	assert_int_equal(strv_push(&folder, path), 0);
	assert_int_equal(profile_list(&folder, &files), 0);
	for (size_t i = 0; i < files.n; i++)
		assert_int_equal(unlink(files.items[i]), 0);
	assert_int_equal(rmdir(path), 0);
}

static int tear_down(void **state)
{
	struct folders *f = *state;

	remove_folder(f->near);
	remove_folder(f->far);
	strv_done(&f->both);
	free(f);
	return 0;
}

static void write_profile(const char *folder, const char *name, const char *text)
{
	CLEANUP_FREE char *path = NULL;
	struct error e = {0};

	assert_true(asprintf(&path, "%s/%s.yaml", folder, name) > 0);
	assert_int_equal(file_write_atomic(path, text, strlen(text), 0644, &e), 0);
}

static struct profile parse(const char *text)
{
	CLEANUP(diag_done) struct diag d;
	CLEANUP_FREE char *problems = NULL;
	struct profile p = {0};
	int r;

	assert_int_equal(diag_init(&d, "x.yaml", text, strlen(text)), 0);
	r = profile_parse(text, strlen(text), &p, &d);
	problems = diag_format(&d);
	if (r < 0)
		fail_msg("%d: %s", r, problems);
	return p;
}

static const struct setting *setting(const struct profile *p, const char *knob)
{
	for (size_t i = 0; i < p->n_settings; i++)
		if (streq(p->settings[i].knob, knob))
			return &p->settings[i];
	fail_msg("%s is not set", knob);
	return NULL;
}

static void test_every_way_to_write_a_value_is_one_text(void **state)
{
	CLEANUP(profile_done)
	struct profile p = parse("profile: lab\n"
				 "need: require\n"
				 "settings:\n"
				 "  cpu.turbo: off\n"
				 "  cpu.governor: {want: performance, need: ignore}\n"
				 "  cpu.affinity: {cpus: [2, 3-5], need: prefer}\n"
				 "  cpu.frequency: 2000MHz\n"
				 "  aslr: {want: on}\n"
				 "settle: {temperature: 3C}\n");
	CLEANUP(profile_done)
	struct profile nested = parse("profile: x\nsettings: {cpu.affinity: {want: {count: 2}}}\n");

	assert_int_equal(p.n_settings, 5);
	assert_string_equal(setting(&p, "cpu.turbo")->want, "off");
	assert_int_equal(setting(&p, "cpu.turbo")->need, NEED_REQUIRE);
	assert_int_equal(setting(&p, "cpu.governor")->need, NEED_IGNORE);
	assert_string_equal(setting(&p, "cpu.affinity")->want, "cpus=2,3-5");
	assert_int_equal(setting(&p, "cpu.affinity")->need, NEED_PREFER);
	assert_string_equal(setting(&p, "aslr")->want, "on");
	assert_string_equal(setting(&nested, "cpu.affinity")->want, "count=2");
	assert_near(p.settle.busy_ratio, 0.01, 1e-12);
	assert_near(p.settle.temperature_k, 3, 1e-12);
	assert_int_equal(p.settle.for_ns, 2 * NSEC_PER_SEC);
	assert_int_equal(p.settle.timeout_ns, 300 * NSEC_PER_SEC);
}

static void test_a_need_at_the_end_of_the_file_counts_all_the_same(void **state)
{
	CLEANUP(profile_done)
	struct profile p = parse("settings: {cpu.turbo: off}\nneed: require\nprofile: x\n");

	assert_int_equal(setting(&p, "cpu.turbo")->need, NEED_REQUIRE);
}

static void test_settings_are_inherited_until_replaced(void **state)
{
	struct folders *f = *state;
	CLEANUP(profile_done) struct profile p = {0};
	struct error e = {0};

	write_profile(f->far, "a",
		"profile: a\nsettings: {cpu.turbo: off, aslr: on}\nsettle: {busy: 2%}\n");
	write_profile(f->far, "b",
		"profile: b\ninherits: a\nneed: require\nsettings: {cpu.governor: performance}\n");
	write_profile(f->near, "c",
		"profile: c\ninherits: b\nsettings: {cpu.turbo: on}\ndescription: third\n");
	assert_int_equal(profile_load(&f->both, "c", &p, &e), 0);
	assert_string_equal(p.name, "c");
	assert_string_equal(p.inherits, "b");
	assert_string_equal(p.description, "third");
	assert_non_null(strstr(p.path, f->near));
	assert_int_equal(p.n_settings, 3);
	assert_string_equal(setting(&p, "cpu.turbo")->want, "on");
	assert_int_equal(setting(&p, "cpu.turbo")->need, NEED_PREFER);
	assert_int_equal(setting(&p, "cpu.governor")->need, NEED_REQUIRE);
	assert_string_equal(setting(&p, "aslr")->want, "on");
	assert_near(p.settle.busy_ratio, 0.02, 1e-12);
}

static void assert_load_fails(struct folders *f, const char *name, int code, const char *text)
{
	struct profile p = {.n_settings = 77};
	struct error e = {0};

	assert_int_equal(profile_load(&f->both, name, &p, &e), code);
	assert_int_equal(p.n_settings, 77);
	if (!strstr(e.text, text))
		fail_msg("'%s' is not in: %s", text, e.text);
}

static void test_loops_are_refused(void **state)
{
	struct folders *f = *state;

	write_profile(f->near, "self", "profile: self\ninherits: self\n");
	write_profile(f->near, "ping", "profile: ping\ninherits: pong\n");
	write_profile(f->far, "pong", "profile: pong\ninherits: ping\n");
	assert_load_fails(f, "self", -ELOOP, "inherits 'self', which inherits it");
	assert_load_fails(f, "ping", -ELOOP, "inherits 'ping', which inherits it");
}

static void test_long_lines_of_descent_are_refused(void **state)
{
	struct folders *f = *state;

	for (int i = 0; i < 20; i++) {
		char name[16], text[64];

		(void)snprintf(name, sizeof(name), "p%d", i);
		(void)snprintf(text, sizeof(text), "profile: p%d\ninherits: p%d\n", i, i + 1);
		write_profile(f->near, name, text);
	}
	assert_load_fails(f, "p0", -ELOOP, "inherits from more than 15");
}

static void test_a_name_cannot_leave_the_folders(void **state)
{
	struct folders *f = *state;

	write_profile(f->near, "a", "profile: a\n");
	assert_load_fails(f, "../a", -ENOENT, "no profile '../a'");
	assert_load_fails(f, "/etc/passwd", -ENOENT, "no profile");
	assert_load_fails(f, "", -ENOENT, "no profile ''");
	assert_load_fails(f, "..", -ENOENT, "no profile '..'");
}

static void test_an_unknown_name_is_told_what_there_is(void **state)
{
	struct folders *f = *state;

	assert_load_fails(f, "quiet", -ENOENT, "no profile 'quiet': there are none in /tmp/");
	write_profile(f->near, "quiet", "profile: quiet\n");
	write_profile(f->far, "steady", "profile: steady\ninherits: quite\n");
	assert_load_fails(f, "quite", -ENOENT,
		"no profile 'quite', did you mean 'quiet'? There are: quiet, steady");
	assert_load_fails(f, "steady", -ENOENT, "steady.yaml: inherits: no profile 'quite'");
}

static void test_a_bad_file_is_shown_with_its_problems(void **state)
{
	struct folders *f = *state;

	write_profile(f->near, "a", "profile: a\nsettings: {cpu.turbo: maybe}\n");
	write_profile(f->near, "b", "profile: c\n");
	assert_load_fails(f, "a", -EINVAL,
		"a.yaml:2:23: error: 'cpu.turbo': 'maybe' is not one of: on, off\n");
	assert_load_fails(f, "b", -EINVAL, "the profile is called 'c', which its file is not");
}

static void test_a_nearer_folder_hides_a_name(void **state)
{
	struct folders *f = *state;
	CLEANUP_STRV struct strv paths = {0};
	CLEANUP(profile_done) struct profile p = {0};
	struct error e = {0};

	write_profile(f->far, "a", "profile: a\ndescription: far\n");
	write_profile(f->near, "a", "profile: a\ndescription: near\n");
	write_profile(f->far, "b", "profile: b\n");
	assert_int_equal(profile_load(&f->both, "a", &p, &e), 0);
	assert_string_equal(p.description, "near");
	assert_int_equal(profile_list(&f->both, &paths), 0);
	assert_int_equal(paths.n, 2);
	assert_non_null(strstr(paths.items[0], f->near));
	assert_non_null(strstr(paths.items[1], "/b.yaml"));
}

static void test_the_profiles_that_ship_are_good(void **state)
{
	CLEANUP_FREE char *folder = NULL;
	CLEANUP_STRV struct strv folders = {0};
	static const struct {
		const char *name;
		size_t n_settings;
	} shipped[] = {{"as-is", 0}, {"quiet", 3}, {"steady", 6}};

	assert_true(asprintf(&folder, "%s/profiles", getenv("STEADY_SOURCE")) > 0);
	assert_int_equal(strv_push(&folders, folder), 0);
	for (size_t i = 0; i < ARRAY_SIZE(shipped); i++) {
		CLEANUP(profile_done) struct profile p = {0};
		struct error e = {0};

		if (profile_load(&folders, shipped[i].name, &p, &e) < 0)
			fail_msg("%s", e.text);
		assert_int_equal(p.n_settings, shipped[i].n_settings);
		assert_non_null(p.description);
		for (size_t k = 0; k < p.n_settings; k++)
			assert_int_equal(p.settings[k].need, NEED_PREFER);
	}
}

static void test_the_manual_names_every_knob(void **state)
{
	CLEANUP_FREE char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	profile_print_keys(f);
	assert_int_equal(fclose(f), 0);
	assert_non_null(strstr(text, "need: prefer | require | ignore, default prefer\n"));
	assert_non_null(strstr(text, "    cpu.turbo: on | off\n"));
	assert_non_null(strstr(text, "    cpu.affinity: auto | {count: ...} | {cpus: ...}\n"));
	assert_null(strstr(text, "match:"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_way_to_write_a_value_is_one_text),
		cmocka_unit_test(test_a_need_at_the_end_of_the_file_counts_all_the_same),
		cmocka_unit_test_setup_teardown(
			test_settings_are_inherited_until_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_loops_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_long_lines_of_descent_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_name_cannot_leave_the_folders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_an_unknown_name_is_told_what_there_is, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_bad_file_is_shown_with_its_problems, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_nearer_folder_hides_a_name, set_up, tear_down),
		cmocka_unit_test(test_the_profiles_that_ship_are_good),
		cmocka_unit_test(test_the_manual_names_every_knob),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
