/* The verbs of steadyctl: the table. */
#include "ctl/verb.h"

#include <errno.h>

#include "common/config/similar.h"

#define OPTIONS_SUBMIT                                                                             \
	(OPTIONS_OVERRIDES | OPTION_BIT(COMMAND) | OPTION_BIT(SHELL) | OPTION_BIT(DRY_RUN))

#define OPTIONS_GATE                                                                               \
	(OPTIONS_SUBMIT | OPTION_BIT(OUTPUT) | OPTION_BIT(REPORT) | OPTION_BIT(NEUTRAL) |          \
		OPTION_BIT(POLICY) | OPTION_BIT(MARGIN) | OPTION_BIT(ALPHA) |                      \
		OPTION_BIT(MAX_ROUNDS) | OPTION_BIT(MAX_MDE) | OPTION_BIT(BASE) |                  \
		OPTION_BIT(CAND) | OPTION_BIT(BASE_CMD) | OPTION_BIT(CAND_CMD) |                   \
		OPTION_BIT(BASE_REV) | OPTION_BIT(CAND_REV) | OPTION_BIT(BUILD) |                  \
		OPTION_BIT(ACCEPT))

static const struct verb verbs[] = {
	{"run", "FILE|NAME | [OPTIONS] -- CMD ARG... | [OPTIONS] -c CMD [-c CMD]...",
		"Submit a workload, follow it and report.", verb_run,
		.options = OPTIONS_SUBMIT | OPTION_BIT(OUTPUT) | OPTION_BIT(FORMAT) |
			OPTION_BIT(RUN)},
	{"submit",
		"FILE|NAME | [OPTIONS] -- CMD ARG... | [OPTIONS] -c CMD [-c CMD]... | --again JOB",
		"Submit a workload and print its job number.", verb_submit,
		.options = OPTIONS_SUBMIT | OPTION_BIT(AGAIN), .not_local = true},
	{"wait", "JOB", "Wait until a job ends and report.", verb_wait,
		.options = OPTION_BIT(OUTPUT) | OPTION_BIT(FORMAT) | OPTION_BIT(RUN),
		.not_local = true},
	{"show", "JOB|RESULT.json", "Report on a job or a result document.", verb_show,
		.options = OPTION_BIT(OUTPUT) | OPTION_BIT(FORMAT) | OPTION_BIT(RUN),
		.reading = true},
	{"list", "", "List the jobs.", verb_list, .reading = true},
	{"log", "JOB", "Print the log of a job: its steps and what its commands wrote.", verb_log,
		.options = OPTION_BIT(FOLLOW), .reading = true},
	{"gate",
		"FILE|DIR... | --base-cmd CMD --cand-cmd CMD | FILE --base DIR --cand DIR | "
		"FILE [--base-rev R] [--cand-rev R] --build CMD",
		"Compare two arms side by side until there is a verdict.", verb_gate,
		.options = OPTIONS_GATE},
	{"cancel", "JOB...", "End jobs; the machine is given back.", verb_cancel,
		.not_local = true},
	{"check", "FILE...", "Print all problems of workload and profile files.", verb_check},
	{"status", "", "Say what steadyd is doing.", verb_status, .reading = true},
	{"knobs", "", "List every setting of the machine that steady can change.", verb_knobs,
		.reading = true},
	{"profile", "list | show NAME | check FILE...",
		"List profiles, print one, or check profile files.", verb_profile, .reading = true},
	{"workloads", "", "List the workloads that ship with steady.", verb_workloads},
	{"fingerprint", "", "Print what decides whether results of machines can be compared.",
		verb_fingerprint, .reading = true},
	{"restore", "", "Give the machine back after a session that was cut off.", verb_restore,
		.options = OPTION_BIT(SCRIPT)},
	{"compare", "A B", "Compare two results: jobs, labels such as commit=abc, or documents.",
		verb_compare,
		.options = OPTION_BIT(REPORT) | OPTION_BIT(NEUTRAL) | OPTION_BIT(POLICY) |
			OPTION_BIT(MARGIN) | OPTION_BIT(ALPHA) | OPTION_BIT(FORCE),
		.reading = true},
	{"accept", "[JOB BENCHMARK | withdraw NUMBER]",
		"Let an intended change of a gate's benchmark pass; without arguments list those "
		"that are stored.",
		verb_accept, .options = OPTION_BIT(REASON) | OPTION_BIT(EXPIRES)},
	{"verify", "RESULT.json | VERDICT.json RESULT.json...",
		"Recompute a result or a verdict from the raw runs; exit 1 on a difference.",
		verb_verify},
	{"help", "[VERB | workload | profile | host]", "Explain a verb or a file format.",
		verb_help},
};

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (streq(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

const struct verb *verb_all(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(verbs);
	return verbs;
}

void verb_print_all(FILE *f)
{
	(void)fputs("Usage: steadyctl [OPTIONS] VERB ...\n\n", f);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		(void)fprintf(f, "  %-12s %s\n", verbs[i].name, verbs[i].help);
	(void)fputs("\nOptions of every verb:\n", f);
	options_print(f, OPTIONS_GLOBAL);
	(void)fputs("\n'steadyctl help VERB' explains a verb, 'steadyctl help workload' and "
		    "'steadyctl help profile' the files.\n",
		f);
}

void verb_print(FILE *f, const struct verb *verb)
{
	(void)fprintf(f, "Usage: steadyctl %s %s\n\n%s\n", verb->name, verb->usage, verb->help);
	if (verb->options) {
		(void)fputs("\nOptions:\n", f);
		options_print(f, verb->options);
	}
	(void)fputs("\nOptions of every verb:\n", f);
	options_print(f, OPTIONS_GLOBAL);
}

int verb_unknown(const char *name, struct error *e)
{
	struct similar similar = similar_start(name);
	char hint[SIMILAR_HINT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		similar_try(&similar, verbs[i].name);
	(void)similar_hint(&similar, hint);
	return error_setf(e, -EINVAL, "unknown verb '%s'%s", name,
		*hint ? hint : "; 'steadyctl help' lists them");
}

int verb_options_allowed(const char *name, uint64_t *set, struct error *e)
{
	const struct verb *verb = verb_find(name);

	if (!verb)
		return verb_unknown(name, e);

	*set |= verb->options;
	return 0;
}
