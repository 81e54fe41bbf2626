/* A gate before it is submitted: what is compared, built and ready. */
#pragma once

#include "ctl/gate-accept.h"
#include "ctl/gate-arms.h"
#include "ctl/gate-revs.h"
#include "ctl/gate-text.h"
#include "ctl/submission.h"

struct gate_job {
	enum gate_form form;
	uint64_t deadline_ns;  /* CLOCK_MONOTONIC: end of --max-time; 0: none */
	struct gate_revs revs; /* of GATE_FORM_REVS */
	struct gate_text text;
	struct submission submission; /* without its text, file and workload */
	struct suite suite;
	bool has_suite;	     /* false: the candidate has nothing that could be run */
	struct strv notes;   /* for the verdict */
	struct strv missing; /* benchmarks that only the base has */
	struct acceptance_list accepted;
	const char *failed_build; /* "base" or "candidate"; NULL: none */
};

/**
 * gate_job_make() - everything up to the submission
 * @c:   context of the verb
 * @ret: owned by the caller, also on failure
 * @e:   filled on failure; its text is empty when diagnostics were written to stderr
 *
 * Builds are made here, before the machine is touched.
 *
 * Return: 0, also with failed_build set; -EINVAL; -ENOENT; -ECANCELED; -ETIME; -ENOMEM.
 */
int gate_job_make(struct context *c, struct gate_job *ret, struct error *e);

/**
 * gate_job_done() - free the content
 * @j: job, or NULL
 *
 * Return: nothing.
 */
void gate_job_done(struct gate_job *j);
