/* The manual and the completions against the tables: nothing is missing in them. */
#include <stdio.h>

#include "common/base/file.h"
#include "common/base/macro.h"
#include "common/config/profile-file.h"
#include "common/config/workload-file.h"
#include "common/model/knob-desc.h"
#include "ctl/verb.h"
#include "tests/unit/cmocka-all.h"

#define PAGE_MAX (1u << 20)

static char *page_read(const char *name)
{
	CLEANUP_FREE char *path = NULL;
	struct error e = {0};
	char *text = NULL;

	assert_true(asprintf(&path, "%s/%s", getenv("STEADY_SOURCE"), name) > 0);
	if (file_read(path, PAGE_MAX, &text, NULL, &e) < 0)
		fail_msg("%s", e.text);
	return text;
}

static bool is_word_end(char letter)
{
	return !letter || !strchr("abcdefghijklmnopqrstuvwxyz0123456789-", letter);
}

/* As a word of its own: "run" is not in "runs" and not in "dry-run". */
static bool has_word(const char *text, const char *word)
{
	for (const char *p = strstr(text, word); p; p = strstr(p + 1, word))
		if ((p == text || is_word_end(p[-1])) && is_word_end(p[strlen(word)]))
			return true;
	return false;
}

static void assert_word(const char *page, const char *text, const char *word)
{
	if (!has_word(text, word))
		fail_msg("%s does not have '%s'", page, word);
}

static void assert_verbs(const char *page, const char *prefix)
{
	CLEANUP_FREE char *text = page_read(page);
	size_t n;
	const struct verb *verbs = verb_all(&n);

	for (size_t i = 0; i < n; i++) {
		CLEANUP_FREE char *word = NULL;

		assert_true(asprintf(&word, "%s%s", prefix, verbs[i].name) > 0);
		assert_word(page, text, word);
	}
}

/* Where options have a dash of their own in the notation of the page: ".Fl -json", "-l json". */
static void assert_options(const char *page, const char *prefix)
{
	CLEANUP_FREE char *text = page_read(page);

	for (int i = 0; i < OPTION_MAX; i++) {
		CLEANUP_FREE char *word = NULL;

		assert_true(asprintf(&word, "%s%s", prefix, option_desc((enum option)i)->name) > 0);
		if (!strstr(text, word))
			fail_msg("%s does not have '%s'", page, word);
	}
}

static void test_every_verb_has_its_entry_in_the_manual(void **state)
{
	assert_verbs("docs/steadyctl.1", "It Cm ");
}

static void test_every_option_has_its_entry_in_the_manual(void **state)
{
	CLEANUP_FREE char *text = page_read("docs/steadyctl.1");

	for (int i = 0; i < OPTION_MAX; i++) {
		const char *name = option_desc((enum option)i)->name;
		CLEANUP_FREE char *alone = NULL, *second = NULL;

		assert_true(asprintf(&alone, "Fl -%s", name) > 0);
		assert_true(asprintf(&second, ", -%s", name) > 0);
		if (!has_word(text, alone) && !has_word(text, second))
			fail_msg("docs/steadyctl.1 does not have '--%s'", name);
	}
}

static void test_completions_know_every_verb(void **state)
{
	assert_verbs("data/completions/steadyctl.bash", "");
	assert_verbs("data/completions/_steadyctl", "'");
	assert_verbs("data/completions/steadyctl.fish", "-a ");
}

static void test_completions_know_every_option(void **state)
{
	assert_options("data/completions/steadyctl.bash", "--");
	assert_options("data/completions/_steadyctl", "--");
	assert_options("data/completions/steadyctl.fish", "-l ");
}

/* Lines of "key: ..." that the rows print, without what is indented below Knobs. */
static void assert_keys(const char *page, void (*print)(FILE *))
{
	CLEANUP_FREE char *text = page_read(page), *rows = NULL;
	char *save = NULL;
	size_t size;
	FILE *f = open_memstream(&rows, &size);
	unsigned n = 0;

	print(f);
	(void)fclose(f);
	for (char *line = strtok_r(rows, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *key = line + strspn(line, " "), *colon = strchr(key, ':');

		if (!colon || !colon[1] || (size_t)(colon - key) != strcspn(key, ": "))
			continue;
		*colon = '\0';
		assert_word(page, text, key);
		n++;
	}
	assert_true(n > 10);
}

static void test_every_key_of_a_workload_is_explained(void **state)
{
	assert_keys("docs/steady-workload.5", workload_print_keys);
}

static void test_every_key_of_a_profile_is_explained(void **state)
{
	assert_keys("docs/steady-profile.5", profile_print_keys);
}

static void test_every_knob_is_explained(void **state)
{
	CLEANUP_FREE char *text = page_read("docs/steady-profile.5");
	size_t n;
	const struct knob_desc *rows = knob_desc_all(&n);

	for (size_t i = 0; i < n; i++) {
		CLEANUP_FREE char *word = NULL;

		assert_true(asprintf(&word, ".It Cm %s", rows[i].name) > 0);
		assert_word("docs/steady-profile.5", text, word);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_verb_has_its_entry_in_the_manual),
		cmocka_unit_test(test_every_option_has_its_entry_in_the_manual),
		cmocka_unit_test(test_completions_know_every_verb),
		cmocka_unit_test(test_completions_know_every_option),
		cmocka_unit_test(test_every_key_of_a_workload_is_explained),
		cmocka_unit_test(test_every_key_of_a_profile_is_explained),
		cmocka_unit_test(test_every_knob_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
