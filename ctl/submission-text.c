/* Options of run and submit as a workload's YAML text and as overrides. */
#include "ctl/submission-text.h"

#include <errno.h>

#include "common/base/file.h"
#include "common/config/yaml-scalar.h"

/* A command of the command line: words, or one line for a shell. */
struct spoken {
	struct strv words;
	bool shell;
};

/* ASCII, whatever the locale; 0 for what a name cannot hold. */
static char name_letter(char letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return (char)(letter - 'A' + 'a');
	return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ? letter : 0;
}

char *submission_name(const char *program, char ret[static SUBMISSION_NAME_MAX])
{
	const char *slash = strrchr(program, '/');
	const char *p = slash ? slash + 1 : program;
	size_t n = 0;

	for (; *p && n + 1 < SUBMISSION_NAME_MAX; p++) {
		char letter = name_letter(*p);

		if (letter)
			ret[n++] = letter;
		else if (n > 0)
			ret[n++] = strchr("._-", *p) ? *p : '-';
	}
	while (n > 0 && !name_letter(ret[n - 1]))
		n--;
	ret[n] = '\0';
	return n > 0 ? ret : strcpy(ret, "command");
}

static int check_words(const struct strv *words, struct error *e)
{
	strv_foreach (word, words)
		if (!yaml_scalar_fits(word))
			return error_setf(e, -EINVAL,
				"an argument is not UTF-8: a workload file cannot hold it, put "
				"the command into a script");
	return 0;
}

/* @line as the person wrote it. */
static int spoken_from_line(const char *line, bool shell, struct spoken *ret, struct error *e)
{
	struct spoken s = {.shell = shell};
	int r;

	if (shell)
		r = strv_push(&s.words, line) < 0 ? error_setf(e, -ENOMEM, "out of memory") : 0;
	else
		r = strv_shell_split(line, &s.words, e);
	if (r >= 0 && (s.words.n == 0 || line[strspn(line, " \t\n")] == '\0'))
		r = error_setf(e, -EINVAL, "an empty command");
	if (r >= 0)
		r = check_words(&s.words, e);
	if (r < 0) {
		strv_done(&s.words);
		return r;
	}
	*ret = s;
	return 0;
}

/* A single word with blanks is a command line, unless it is the name of a program. */
static bool is_line(const struct strv *rest)
{
	return rest->n == 1 && strpbrk(rest->items[0], " \t\n") && !file_exists(rest->items[0]);
}

static int spoken_from_rest(
	const struct strv *rest, bool shell, struct spoken *ret, struct error *e)
{
	CLEANUP_FREE char *line = NULL;
	struct spoken s = {0};
	int r;

	if (rest->n == 0 || !rest->items[0][0])
		return error_setf(e, -EINVAL, "no command after --");
	if (shell || is_line(rest)) {
		line = strv_join(rest, " ");
		if (!line)
			return error_setf(e, -ENOMEM, "out of memory");
		return spoken_from_line(line, shell, ret, e);
	}

	r = check_words(rest, e);
	if (r >= 0 && strv_copy(&s.words, rest) < 0)
		r = error_setf(e, -ENOMEM, "out of memory");
	if (r < 0) {
		strv_done(&s.words);
		return r;
	}
	*ret = s;
	return 0;
}

static void print_command(FILE *f, const char *indent, const struct spoken *s)
{
	if (s->shell) {
		(void)fprintf(f, "%sshell: ", indent);
		yaml_scalar_print(f, s->words.items[0]);
		(void)fputc('\n', f);
		return;
	}
	(void)fprintf(f, "%scommand: [", indent);
	for (size_t i = 0; i < s->words.n; i++) {
		if (i > 0)
			(void)fputs(", ", f);
		yaml_scalar_print(f, s->words.items[i]);
	}
	(void)fputs("]\n", f);
}

static void print_head(FILE *f, const struct spoken *s)
{
	CLEANUP_STRV struct strv words = {0};
	struct error ignored = {0};
	char name[SUBMISSION_NAME_MAX];
	const char *program = s->words.n > 0 ? s->words.items[0] : "";

	/* Of a shell line the first word, where it has one. */
	if (s->shell && strv_shell_split(program, &words, &ignored) >= 0 && words.n > 0)
		program = words.items[0];
	(void)fprintf(
		f, "workload: \"%s\"\ninherit-env: [\"*\"]\n", submission_name(program, name));
}

static int print_arms(FILE *f, const struct options *o, size_t n_commands, struct error *e)
{
	bool shell = options_has(o, OPTION_SHELL);
	size_t arm = 0;

	for (size_t i = 0; i < o->n_uses; i++) {
		struct spoken s = {0};
		int r;

		if (o->uses[i].option != OPTION_COMMAND)
			continue;
		r = spoken_from_line(o->uses[i].value, shell, &s, e);
		if (r < 0)
			return r;
		if (arm == 0) {
			print_head(f, &s);
			(void)fputs(n_commands > 1 ? "arms:\n" : "", f);
		}
		if (n_commands > 1 && arm > 1)
			(void)fprintf(f, "  cand%zu:\n", arm);
		else if (n_commands > 1)
			(void)fputs(arm == 0 ? "  base:\n" : "  cand:\n", f);
		print_command(f, n_commands > 1 ? "    " : "", &s);
		strv_done(&s.words);
		arm++;
	}
	return 0;
}

static int print_workload(FILE *f, const struct options *o, struct error *e)
{
	struct spoken s = {0};
	size_t n_commands = 0;
	int r;

	for (size_t i = 0; i < o->n_uses; i++)
		n_commands += o->uses[i].option == OPTION_COMMAND;
	if (n_commands > 0)
		return print_arms(f, o, n_commands, e);

	r = spoken_from_rest(&o->rest, options_has(o, OPTION_SHELL), &s, e);
	if (r < 0)
		return r;
	print_head(f, &s);
	print_command(f, "", &s);
	strv_done(&s.words);
	return 0;
}

int submission_text(const struct options *o, char **ret, struct error *e)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	int r;

	if (!f)
		return error_setf(e, -ENOMEM, "out of memory");

	r = print_workload(f, o, e);
	if (fclose(f) != 0 && r >= 0)
		r = error_setf(e, -ENOMEM, "out of memory");
	if (r < 0) {
		free(text);
		return r;
	}
	*ret = text;
	return 0;
}

int submission_overrides(const struct options *o, struct strv *ret, struct error *e)
{
	for (size_t i = 0; i < o->n_uses; i++) {
		const struct option_use *use = &o->uses[i];
		const char *name = option_desc(use->option)->name;

		if (!((1ull << use->option) & OPTIONS_OVERRIDES))
			continue;
		if (use->value && !yaml_scalar_fits(use->value))
			return error_setf(e, -EINVAL, "the value of --%s is not UTF-8", name);
		if (strv_pushf(ret, "%s=%s", name, use->value ? use->value : "true") < 0)
			return error_setf(e, -ENOMEM, "out of memory");
	}
	return 0;
}
