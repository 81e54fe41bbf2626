/*
 * A cut at every step of a job's life and at every pair of steps: the fake machine always comes
 * back. Two designs that look right must fail the same test.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>

#include "common/base/random.h"
#include "daemon/env/engine.h"
#include "tests/fake/disk.h"
#include "tests/fake/machine.h"
#include "tests/fake/sysfs-tree.h"
#include "tests/unit/cmocka-all.h"

#define RANDOM_SCENARIOS 60u
#define RANDOM_SEED	 20261122u

/* What a cut does. */
enum cut {
	CUT_KILL,	   /* the process is gone, the machine and all files stay */
	CUT_POWER,	   /* the machine reboots, files are as last written */
	CUT_POWER_AND_DISK /* the machine reboots, only what was forced to disk is there */
};

static const char *const cut_names[] = {"kill", "power", "power and disk"};

struct scenario {
	const char *name;
	struct machine before;
	const char *settings[8][2]; /* knob, value */
	bool foreign;		    /* somebody changes CPU 0's governor while the settings hold */
	bool naive;		    /* save each value just before its own change */
	unsigned passes;
};

static const struct scenario scenarios[] = {
	{
		.name = "everything",
		.before = {"on", "quiet", {"schedutil", "userspace"}, "on", 1000, 3000, "slow"},
		.settings = {{"firmware", "fast"}, {"governor", "performance"},
			{"limits", "2000 2000"}, {"profile", "balanced"}, {"smt", "off"},
			{"turbo", "off"}},
		.passes = UNDO_PASSES_MAX,
	},
	{
		.name = "turbo was off",
		.before = {"on", "balanced", {"schedutil", "schedutil"}, "off", 900, 1900, "slow"},
		.settings = {{"firmware", "fast"}, {"limits", "2500 2500"}, {"turbo", "on"}},
		.passes = UNDO_PASSES_MAX,
	},
	{
		.name = "someone else",
		.before = {"on", "quiet", {"schedutil", "userspace"}, "on", 1000, 3000, "slow"},
		.settings = {{"governor", "performance"}, {"profile", "balanced"},
			{"turbo", "off"}},
		.foreign = true,
		.passes = UNDO_PASSES_MAX,
	},
	{
		.name = "nothing to do",
		.before = {"on", "quiet", {"performance", "performance"}, "off", 800, 2000, "slow"},
		.settings = {{"governor", "performance"}, {"turbo", "off"}},
		.passes = UNDO_PASSES_MAX,
	},
};

static const struct scenario broken_one_pass = {
	.name = "one reverse pass",
	.before = {"on", "quiet", {"schedutil", "userspace"}, "on", 1000, 3000, "slow"},
	.settings = {{"governor", "performance"}, {"profile", "balanced"}, {"smt", "off"}},
	.passes = 1,
};

static const struct scenario broken_save_late = {
	.name = "save each value just before its own change",
	.before = {"on", "quiet", {"schedutil", "userspace"}, "on", 1000, 3000, "slow"},
	.settings = {{"governor", "performance"}, {"profile", "balanced"}, {"smt", "off"}},
	.naive = true,
	.passes = UNDO_PASSES_MAX,
};

static char state[SYSFS_PATH_MAX], lock_path[SYSFS_PATH_MAX], journal_path[SYSFS_PATH_MAX];

static struct env *make_env(const struct scenario *s)
{
	struct env_config config = {
		.state = state,
		.machine_lock = lock_path,
		.sysfs_root = "/nonexistent",
		.privileged = true,
	};
	struct env *env;

	if (env_new_with(&env, &config, machine_knobs(), s->passes, NULL) < 0)
		_exit(1);
	return env;
}

static struct profile make_profile(const struct scenario *s)
{
	struct profile p = {0};

	for (size_t i = 0; s->settings[i][0]; i++)
		if (profile_set(&p, s->settings[i][0], s->settings[i][1], NEED_PREFER) < 0)
			_exit(1);
	return p;
}

/* The design that looks right: each value is saved, safely, just before its own change. */
static void naive_target(struct env *env, const struct wish *w, struct wish_target *t)
{
	struct undo_item item = {
		.knob = w->knob,
		.name = (char *)(uintptr_t)w->name,
		.target = t->name,
		.want = t->value,
		.at = t->at,
	};

	free(TAKE_PTR(t->old));
	if (w->knob->read(&env->host, t->name, &t->old) < 0)
		return;
	item.old = t->old;
	if (undo_add(&env->undo, &item) < 0)
		_exit(1);
	journal_add(&env->journal, &env->undo.items[env->undo.n - 1]);
	if (journal_flush(&env->journal, NULL) < 0)
		_exit(1);
	(void)w->knob->apply(&env->host, t->name, t->value);
}

static void naive_apply(struct env *env, const struct profile *p)
{
	struct wishes w;

	journal_boot(env->undo.boot);
	if (env_lock(env, NULL) < 0 ||
		wishes_make(machine_knobs(), &env->host, p, false, NULL, &w) < 0 ||
		journal_create(&env->journal, journal_path, &env->undo, NULL) < 0)
		_exit(1);
	journal_mark(&env->journal, "begin");
	env->undo.begun = true;
	for (size_t i = 0; i < w.n; i++)
		for (size_t k = 0; k < w.items[i].n_targets; k++)
			naive_target(env, &w.items[i], &w.items[i].targets[k]);
	journal_mark(&env->journal, "ready");
	(void)journal_flush(&env->journal, NULL);
	env->undo.ready = true;
	wishes_done(&w);
}

/* A job from beginning to end. */
static _Noreturn void live(const struct scenario *s)
{
	struct setting_outcomes outcomes = {0};
	struct profile p = make_profile(s);
	struct env *env = make_env(s);

	if (s->naive)
		naive_apply(env, &p);
	else if (env_apply(env, &p, false, 0, 1, &outcomes, NULL) < 0)
		_exit(2);
	if (s->foreign) {
		machine_set(machine_power->machine.governor[0], "theirs");
		machine_power->foreign_came = true;
	}
	if (env_restore(env, NULL) < 0)
		_exit(3);
	_exit(0);
}

/* What the next start of the daemon does first. */
static _Noreturn void recover(const struct scenario *s)
{
	struct env *env = make_env(s);

	if (env_lock(env, NULL) < 0 || env_recover(env, NULL, NULL, NULL) < 0)
		_exit(4);
	_exit(0);
}

/* Runs one of the two in a process of its own until it ends or is cut. Returns its exit status. */
static int run(void (*what)(const struct scenario *), const struct scenario *s, unsigned cut_before)
{
	int status;
	pid_t pid;

	machine_power->step = 0;
	machine_power->cut_before = cut_before;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		what(s);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void after_cut(enum cut cut)
{
	if (cut == CUT_KILL)
		return;
	machine_power->boot++;
	machine_power->machine = machine_boot_defaults(machine_power->machine.firmware);
	if (cut == CUT_POWER_AND_DISK)
		disk_lose();
}

/* Counts instead of failing, because two designs have to fail. */
struct tally {
	unsigned n_steps, n_pairs, n_wrong;
	char first[512];
};

static void note_wrong(struct tally *t, const char *where, const struct machine *expected)
{
	char is[192], should[192];

	if (t->n_wrong++ == 0)
		(void)snprintf(t->first, sizeof(t->first), "%s:\n is     %s\n should %s", where,
			machine_text(&machine_power->machine, is, sizeof(is)),
			machine_text(expected, should, sizeof(should)));
}

/* What must be there at the end of the present case. */
static struct machine expected_state;

static void expect(const struct scenario *s, enum cut cut, bool had_foreign)
{
	expected_state = cut == CUT_KILL ? s->before : machine_boot_defaults(s->before.firmware);
	if (cut == CUT_KILL && had_foreign)
		machine_set(expected_state.governor[0], "theirs");
}

static void check(int status, const char *where, struct tally *t)
{
	if (status != 0 || access(journal_path, F_OK) == 0 ||
		memcmp(&expected_state, &machine_power->machine, sizeof(expected_state)) != 0)
		note_wrong(t, where, &expected_state);
}

static void start_over(const struct scenario *s)
{
	static const struct disk empty;

	machine_power->machine = s->before;
	machine_power->n_synced = 0;
	machine_power->is_synced = machine_power->is_named = false;
	machine_power->foreign_came = false;
	machine_power->cut_before = 0;
	disk_load(&empty);
}

/* The second cut at every step of the recovery from the first. */
static void check_pairs(const struct scenario *s, enum cut cut, unsigned first, struct tally *t)
{
	struct machine machine = machine_power->machine;
	static struct disk disk;
	char where[128];
	int status = MACHINE_CUT;

	disk_save(&disk);
	for (unsigned second = 1; status == MACHINE_CUT; second++) {
		machine_power->machine = machine;
		disk_load(&disk);
		(void)snprintf(where, sizeof(where), "%s, %s before step %u, then before %u",
			s->name, cut_names[cut], first, second);
		status = run(recover, s, second);
		if (status != MACHINE_CUT) {
			check(status, where, t);
			continue;
		}
		t->n_pairs++;
		after_cut(cut);
		check(run(recover, s, 0), where, t);
	}
}

static void check_scenario(const struct scenario *s, enum cut cut, struct tally *t)
{
	for (unsigned first = 1;; first++) {
		int status;

		start_over(s);
		status = run(live, s, first);
		if (status != MACHINE_CUT) {
			expect(s, CUT_KILL, s->foreign);
			check(status, "without a cut", t);
			return;
		}
		t->n_steps++;
		expect(s, cut, machine_power->foreign_came);
		after_cut(cut);
		check_pairs(s, cut, first, t);
	}
}

static int set_up(void **unused)
{
	char folder[] = "/tmp/steady-crash-XXXXXX";

	assert_non_null(mkdtemp(folder));
	(void)snprintf(state, sizeof(state), "%s", folder);
	(void)sysfs_path(lock_path, folder, "/machine.lock");
	(void)sysfs_path(journal_path, folder, "/" JOURNAL_FILE);
	disk_use(journal_path);
	machine_start();
	return 0;
}

static int tear_down(void **unused)
{
	sysfs_tree_remove(state);
	return 0;
}

static void test_the_machine_comes_back_whatever_is_cut(void **unused)
{
	for (size_t i = 0; i < ARRAY_SIZE(scenarios); i++)
		for (enum cut cut = CUT_KILL; cut <= CUT_POWER_AND_DISK; cut++) {
			struct tally t = {0};

			check_scenario(&scenarios[i], cut, &t);
			print_message("# %s, %s: %u steps, %u pairs, %u wrong\n", scenarios[i].name,
				cut_names[cut], t.n_steps, t.n_pairs, t.n_wrong);
			if (t.n_wrong > 0)
				fail_msg("%u wrong, the first: %s", t.n_wrong, t.first);
			assert_true(t.n_steps > 0 && t.n_pairs > 0);
		}
}

static void apply_in(struct env *env, const char *knob, const char *value)
{
	struct setting_outcomes outcomes = {0};
	struct profile p = {0};

	assert_int_equal(profile_set(&p, knob, value, NEED_REQUIRE), 0);
	assert_int_equal(env_apply(env, &p, false, 0, 1, &outcomes, NULL), 0);
	setting_outcomes_done(&outcomes);
	profile_done(&p);
}

/* CPU 1's governor, and nothing else, could not be given back. */
static void check_hidden(const struct setting_outcomes *residue)
{
	unsigned n_hidden = 0;

	for (size_t i = 0; i < residue->n; i++) {
		if (streq(residue->items[i].reason, "changed-since"))
			continue;
		assert_string_equal(residue->items[i].target, "cpu1");
		assert_string_equal(residue->items[i].reason, "hidden");
		n_hidden++;
	}
	assert_int_equal(n_hidden, 1);
}

static void test_what_was_hidden_comes_back_jobs_later(void **unused)
{
	struct machine *m = &machine_power->machine;
	struct setting_outcomes residue = {0};
	struct env *env = make_env(&scenarios[0]);

	start_over(&scenarios[0]);
	apply_in(env, "governor", "performance");
	machine_set(m->smt, "off");
	assert_int_equal(env_restore(env, &residue), 0);
	check_hidden(&residue);
	assert_int_equal(access(journal_path, F_OK), 0);

	machine_set(m->governor[0], "theirs");
	apply_in(env, "turbo", "off");
	setting_outcomes_done(&residue);
	assert_int_equal(env_restore(env, &residue), 0);
	check_hidden(&residue);
	assert_string_equal(m->governor[0], "theirs");
	assert_int_equal(m->max_mhz, 3000);

	machine_set(m->smt, "on");
	assert_int_equal(env_lock(env, NULL), 0);
	assert_int_equal(env_recover(env, NULL, NULL, NULL), 1);
	assert_string_equal(m->governor[0], "theirs");
	assert_string_equal(m->governor[1], "userspace");
	assert_true(access(journal_path, F_OK) < 0);
	setting_outcomes_done(&residue);
	(void)env_free(env);
}

static const char *pick(struct random *r, const char *const *words, size_t n)
{
	return words[random_below(r, n)];
}

/* A machine in any state and a job with any settings. */
static struct scenario random_scenario(struct random *r)
{
	static const char *const governors[] = {"schedutil", "userspace", "ondemand", "powersave"};
	static const char *const profiles[] = {"quiet", "balanced", "performance"};
	static const char *const switches[] = {"on", "off"};
	static const char *const firmwares[] = {"slow", "fast"};
	static const char *const limits[] = {"2000 2000", "800 800", "3600 3600", "1200 1500"};
	struct scenario s = {.name = "random", .passes = UNDO_PASSES_MAX};
	size_t n = 0;

	machine_set(s.before.smt, "on");
	machine_set(s.before.profile, pick(r, profiles, 3));
	machine_set(s.before.governor[0], pick(r, governors, 4));
	machine_set(s.before.governor[1], pick(r, governors, 4));
	machine_set(s.before.turbo, pick(r, switches, 2));
	machine_set(s.before.firmware, pick(r, firmwares, 2));
	s.before.min_mhz = 800 + 100 * (unsigned)random_below(r, 5);
	s.before.max_mhz = 1500 + 100 * (unsigned)random_below(r, 5);
	s.foreign = random_below(r, 4) == 0;
	if (random_below(r, 2) == 0)
		memcpy(s.settings[n++], (const char *[]){"firmware", pick(r, firmwares, 2)}, 16);
	if (random_below(r, 2) == 0 || s.foreign)
		memcpy(s.settings[n++], (const char *[]){"governor", pick(r, governors, 4)}, 16);
	if (random_below(r, 2) == 0)
		memcpy(s.settings[n++], (const char *[]){"limits", pick(r, limits, 4)}, 16);
	if (random_below(r, 2) == 0)
		memcpy(s.settings[n++], (const char *[]){"profile", pick(r, profiles, 3)}, 16);
	if (random_below(r, 2) == 0)
		memcpy(s.settings[n++], (const char *[]){"smt", pick(r, switches, 2)}, 16);
	memcpy(s.settings[n++], (const char *[]){"turbo", pick(r, switches, 2)}, 16);
	return s;
}

static void test_any_machine_comes_back_from_any_job(void **unused)
{
	struct tally t = {0};
	struct random r = random_make(RANDOM_SEED, 0);

	for (unsigned i = 0; i < RANDOM_SCENARIOS; i++) {
		struct scenario s = random_scenario(&r);

		check_scenario(&s, (enum cut)(i % 3), &t);
	}
	print_message("# %u random jobs: %u steps, %u pairs, %u wrong\n", RANDOM_SCENARIOS,
		t.n_steps, t.n_pairs, t.n_wrong);
	if (t.n_wrong > 0)
		fail_msg("%u wrong, the first: %s", t.n_wrong, t.first);
}

static void check_is_caught(const struct scenario *s)
{
	struct tally t = {0};

	check_scenario(s, CUT_KILL, &t);
	print_message("# %s: %u of %u wrong, the first: %s\n", s->name, t.n_wrong,
		t.n_steps + t.n_pairs, t.first);
	assert_true(t.n_wrong > 0);
}

static void test_one_reverse_pass_is_caught(void **unused)
{
	check_is_caught(&broken_one_pass);
}

static void test_saving_each_value_late_is_caught(void **unused)
{
	check_is_caught(&broken_save_late);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_machine_comes_back_whatever_is_cut),
		cmocka_unit_test(test_any_machine_comes_back_from_any_job),
		cmocka_unit_test(test_what_was_hidden_comes_back_jobs_later),
		cmocka_unit_test(test_one_reverse_pass_is_caught),
		cmocka_unit_test(test_saving_each_value_late_is_caught),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
