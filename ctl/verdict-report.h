/* A verdict on its way to people and to CI: one row a format. */
#pragma once

#include "common/model/verdict.h"
#include "ctl/context.h"

/* What a report is made from; all borrowed. */
struct verdict_view {
	const struct verdict_document *verdict;
	const struct result *base, *cand; /* for TRUST and medians; one and the same for a gate;
					     NULL: only the verdict is there */
	int code;			  /* exit code that belongs to it, after --neutral */
	uint32_t neutral;		  /* bits, 1 << code, that count as passed */
	bool colored, verbose;
	bool local; /* commands named under NEXT get --local */
};

struct verdict_format {
	const char *name;
	const char *help;					/* one sentence */
	int (*write)(FILE *f, const struct verdict_view *view); /* 0; -ENOMEM; see ferror() too */
};

/**
 * verdict_formats() - every form of report
 * @ret_n: number of rows
 *
 * Return: static array: text markdown github junit sarif gitlab json.
 */
const struct verdict_format *verdict_formats(size_t *ret_n);

/**
 * verdict_present_check() - are --report, --neutral and --output usable; asked before a job is made
 * @c: context
 * @e: filled on failure with the formats there are
 *
 * Return: 0; -EINVAL.
 */
int verdict_present_check(const struct context *c, struct error *e);

/**
 * verdict_present() - print a verdict, write every --report, and say the exit code
 * @c:       context
 * @verdict: complete: accepted and summed
 * @base:    result of the base; NULL: none at hand
 * @cand:    result of the candidate
 * @e:       filled on failure
 *
 * Text to stdout, or the verdict document with --json. A file is written as a whole or not at all.
 * For the format github annotations go to the file, the Markdown to $GITHUB_STEP_SUMMARY and
 * verdict and code to $GITHUB_OUTPUT where these are set.
 *
 * Return: the exit code, 0 and above; errno of writing.
 */
int verdict_present(const struct context *c, const struct verdict_document *verdict,
	const struct result *base, const struct result *cand, struct error *e);
