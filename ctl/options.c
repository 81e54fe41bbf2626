/* The command line: every option as a row. */
#include "ctl/options.h"

#include <errno.h>

#include "common/config/similar.h"

static const struct option_desc descs[OPTION_MAX] = {
	[OPTION_JSON] = {"json", 0, NULL, "Print one JSON document and nothing else."},
	[OPTION_LOCAL] = {"local", 0, NULL,
		"Use an unprivileged steadyd of one's own, without the service."},
	[OPTION_SOCKET] = {"socket", 0, "PATH", "Socket of steadyd."},
	[OPTION_COLOR] = {"color", 0, "WHEN", "Colours: auto, always or never."},
	[OPTION_NO_PROGRESS] = {"no-progress", 0, NULL, "Draw no progress bar."},
	[OPTION_QUIET] = {"quiet", 'q', NULL, "Say nothing on stderr but errors."},
	[OPTION_VERBOSE] = {"verbose", 'v', NULL, "Say more."},
	[OPTION_VERSION] = {"version", 0, NULL, "Print the version."},
	[OPTION_HELP] = {"help", 'h', NULL, "Explain a verb."},
	[OPTION_COMMAND] = {"command", 'c', "CMD",
		"Command line to measure; several are arms base, cand, cand2, ..."},
	[OPTION_SHELL] = {"shell", 0, NULL, "Run the commands given here through /bin/sh."},
	[OPTION_PROFILE] = {"profile", 0, "NAME", "Settings the machine has during the job."},
	[OPTION_STRICT] = {"strict", 0, NULL, "Require every setting of the profile."},
	[OPTION_RUNS] = {"runs", 0, "N", "Number of runs of each benchmark."},
	[OPTION_WARMUP] = {"warmup", 0, "N", "Runs before that, which do not count."},
	[OPTION_UNTIL] = {"until", 0, "RULE", "Repeat until a rule holds, such as rel-ci=1%."},
	[OPTION_MAX_TIME] = {"max-time", 0, "TIME", "Longest time to repeat, such as 5m."},
	[OPTION_TIMEOUT] = {"timeout", 0, "TIME", "Longest time of one run, such as 30s."},
	[OPTION_PARAM] = {"param", 0, "NAME=V1,V2", "Values of one parameter of the matrix."},
	[OPTION_LABEL] = {"label", 0, "NAME=VALUE", "Label of the result."},
	[OPTION_SETUP] = {"setup", 0, "CMD", "Command before the first run, not timed."},
	[OPTION_PREPARE] = {"prepare", 0, "CMD", "Command before each run, not timed."},
	[OPTION_CONCLUDE] = {"conclude", 0, "CMD", "Command after each run, not timed."},
	[OPTION_CLEANUP] = {"cleanup", 0, "CMD", "Command at the very end, not timed."},
	[OPTION_VERIFY] = {"verify", 0, "CHECK",
		"What a good run does, such as stdout-contains=TEXT."},
	[OPTION_ORDER] = {"order", 0, "ORDER",
		"Order of the runs: blocks, random, batch or pairs."},
	[OPTION_OUTLIERS] = {"outliers", 0, "RULE",
		"Which runs are excluded: evidence, tukey, mad or none."},
	[OPTION_SEED] = {"seed", 0, "N", "Seed of the random order of the runs."},
	[OPTION_AGAIN] = {"again", 0, "JOB",
		"Submit what an earlier job submitted, as the same user."},
	[OPTION_DRY_RUN] = {"dry-run", 0, NULL, "Print what would be run, and in which order."},
	[OPTION_OUTPUT] = {"output", 'o', "FILE", "Also write the result document there."},
	[OPTION_FORMAT] = {"format", 0, "FORMAT", "Form of the report: text, time, json or csv."},
	[OPTION_RUN] = {"run", 0, "N", "Run to show with --format time; else the median one."},
	[OPTION_FOLLOW] = {"follow", 'f', NULL, "Go on until the job ends."},
	[OPTION_SCRIPT] = {"script", 0, NULL,
		"Print a shell script that gives the machine back; change nothing."},
	[OPTION_REPORT] = {"report", 0, "FORMAT=FILE",
		"Also write a report: text, markdown, github, junit, sarif, gitlab or json."},
	[OPTION_NEUTRAL] = {"neutral", 0, "CODES", "Exit codes that count as passed, such as 3,5."},
	[OPTION_POLICY] = {"policy", 0, "NAME",
		"What fails a gate: material, strict or noninferior."},
	[OPTION_MARGIN] = {"margin", 0, "RATIO",
		"Largest change that does not matter, such as 2%."},
	[OPTION_ALPHA] = {"alpha", 0, "RATIO",
		"Chance of any false red over the whole suite, such as 1%."},
	[OPTION_MAX_ROUNDS] = {"max-rounds", 0, "N", "Most pairs of runs of one benchmark."},
	[OPTION_MAX_MDE] = {"max-mde", 0, "LIMIT",
		"Largest detectable effect that is an answer, such as 2x or 5%."},
	[OPTION_BASE] = {"base", 0, "DIR", "Directory of the base: {arm-dir} of its arm."},
	[OPTION_CAND] = {"cand", 0, "DIR", "Directory of the candidate: {arm-dir} of its arm."},
	[OPTION_BASE_CMD] = {"base-cmd", 0, "CMD", "Command line of the base."},
	[OPTION_CAND_CMD] = {"cand-cmd", 0, "CMD", "Command line of the candidate."},
	[OPTION_BASE_REV] = {"base-rev", 0, "REV",
		"Git revision of the base; the merge base unless told."},
	[OPTION_CAND_REV] = {"cand-rev", 0, "REV",
		"Git revision of the candidate; the work tree's HEAD unless told."},
	[OPTION_BUILD] = {"build", 0, "CMD", "Shell line that builds a revision, in its worktree."},
	[OPTION_ACCEPT] = {"accept", 0, "NAME<=RATIO",
		"Let an intended change of a benchmark pass."},
	[OPTION_FORCE] = {"force", 0, NULL, "Compare in spite of differences; the report says so."},
	[OPTION_REASON] = {"reason", 0, "TEXT", "Why a change is intended."},
	[OPTION_EXPIRES] = {"expires", 0, "TIME", "How long a change stays accepted, such as 90d."},
};

const struct option_desc *option_desc(enum option option)
{
	return &descs[option];
}

/* What is known while the command line is read. */
struct reader {
	char *const *next;
	options_allowed_fn allowed;
	uint64_t set;
	struct options *o;
	struct error *e;
};

static int find_long(const char *name, size_t length)
{
	for (int i = 0; i < OPTION_MAX; i++)
		if (strncmp(descs[i].name, name, length) == 0 && !descs[i].name[length])
			return i;
	return -ENOENT;
}

static int find_letter(char letter)
{
	for (int i = 0; i < OPTION_MAX; i++)
		if (descs[i].letter && descs[i].letter == letter)
			return i;
	return -ENOENT;
}

static int add_use(struct reader *r, enum option option, const char *value)
{
	struct option_use *uses = reallocarray(r->o->uses, r->o->n_uses + 1, sizeof(*r->o->uses));
	char *copy = value ? strdup(value) : NULL;

	if (uses)
		r->o->uses = uses;
	if (!uses || (value && !copy)) {
		free(copy);
		return error_setf(r->e, -ENOMEM, "out of memory");
	}
	uses[r->o->n_uses++] = (struct option_use){.option = option, .value = copy};
	return 0;
}

static int unknown_option(const struct reader *r, const char *text)
{
	struct similar similar = similar_start(text + strspn(text, "-"));
	char hint[SIMILAR_HINT_MAX];

	for (int i = 0; i < OPTION_MAX; i++)
		if ((1ull << i) & r->set)
			similar_try(&similar, descs[i].name);
	return error_setf(r->e, -EINVAL, "unknown option %s%s", text, similar_hint(&similar, hint));
}

static int check_allowed(const struct reader *r, int option, const char *text)
{
	const char *verb = r->o->words.n > 0 ? r->o->words.items[0] : NULL;

	if (option >= 0 && ((1ull << option) & r->set))
		return 0;
	if (option >= 0 && !verb)
		return error_setf(r->e, -EINVAL, "%s belongs behind a verb", text);
	if (option >= 0)
		return error_setf(r->e, -EINVAL, "'%s' takes no %s", verb, text);
	return unknown_option(r, text);
}

static int take_value(struct reader *r, enum option option, const char *attached, const char *text)
{
	const char *value = attached;

	if (!descs[option].value)
		return attached ? error_setf(r->e, -EINVAL, "%s takes no value", text)
				: add_use(r, option, NULL);
	if (!value)
		value = *r->next;
	if (!value)
		return error_setf(
			r->e, -EINVAL, "%s needs a value (%s)", text, descs[option].value);
	if (!attached)
		r->next++;
	return add_use(r, option, value);
}

static int read_long(struct reader *r, const char *word)
{
	const char *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);
	int option = find_long(word + 2, length - 2);
	char text[64];
	int n;

	(void)snprintf(text, sizeof(text), "%.*s", (int)MIN_OF(length, sizeof(text) - 1), word);
	n = check_allowed(r, option, text);
	return n < 0 ? n : take_value(r, (enum option)option, equals ? equals + 1 : NULL, text);
}

/* "-qv" is two flags, "-cCMD" one option with its value. */
static int read_letters(struct reader *r, const char *word)
{
	for (const char *p = word + 1; *p; p++) {
		int option = find_letter(*p);
		char text[3] = {'-', *p, '\0'};
		bool flag;
		int n = check_allowed(r, option, text);
		if (n < 0)
			return n;

		flag = !descs[option].value;
		n = take_value(r, (enum option)option, !flag && p[1] ? p + 1 : NULL, text);
		if (n < 0 || !flag)
			return n;
	}
	return 0;
}

static int read_word(struct reader *r, const char *word)
{
	if (strncmp(word, "--", 2) == 0)
		return read_long(r, word);
	if (word[0] == '-' && word[1])
		return read_letters(r, word);
	if (strv_push(&r->o->words, word) < 0)
		return error_setf(r->e, -ENOMEM, "out of memory");

	return r->o->words.n == 1 ? r->allowed(word, &r->set, r->e) : 0;
}

static int read_all(struct reader *r)
{
	while (*r->next) {
		const char *word = *r->next++;
		int n;

		if (streq(word, "--")) {
			r->o->has_rest = true;
			break;
		}
		n = read_word(r, word);
		if (n < 0)
			return n;
	}
	for (; *r->next; r->next++)
		if (strv_push(&r->o->rest, *r->next) < 0)
			return error_setf(r->e, -ENOMEM, "out of memory");
	return 0;
}

int options_parse(
	char *const *argv, options_allowed_fn allowed, struct options *ret, struct error *e)
{
	struct options o = {0};
	struct reader reader = {
		.next = argv, .allowed = allowed, .set = OPTIONS_GLOBAL, .o = &o, .e = e};
	int r = read_all(&reader);

	if (r < 0) {
		options_done(&o);
		return r;
	}
	*ret = o;
	return 0;
}

bool options_has(const struct options *o, enum option option)
{
	for (size_t i = 0; i < o->n_uses; i++)
		if (o->uses[i].option == option)
			return true;
	return false;
}

const char *options_value(const struct options *o, enum option option)
{
	for (size_t i = o->n_uses; i > 0; i--)
		if (o->uses[i - 1].option == option)
			return o->uses[i - 1].value;
	return NULL;
}

void options_print(FILE *f, uint64_t set)
{
	for (int i = 0; i < OPTION_MAX; i++) {
		const struct option_desc *d = &descs[i];
		char left[64], letter[6] = "    ";

		if (!((1ull << i) & set))
			continue;
		if (d->letter)
			(void)snprintf(letter, sizeof(letter), "-%c, ", d->letter);
		(void)snprintf(left, sizeof(left), "%s--%s%s%s", letter, d->name,
			d->value ? " " : "", d->value ? d->value : "");
		(void)fprintf(f, "  %-26s %s\n", left, d->help);
	}
}

void options_done(struct options *o)
{
	if (!o)
		return;

	for (size_t i = 0; i < o->n_uses; i++)
		free(o->uses[i].value);
	free(o->uses);
	strv_done(&o->words);
	strv_done(&o->rest);
	*o = (struct options){0};
}
