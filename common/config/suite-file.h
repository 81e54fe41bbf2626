/* Suites: several workloads in one submission, and how one is put together. */
#pragma once

#include "common/config/diag.h"
#include "common/model/suite.h"

/**
 * suite_parse() - read, check and complete whatever was submitted
 * @text:      YAML, @size bytes, not trusted: a plain workload, or `suite: NAME` with shared
 *             defaults (any key of a workload) and `workloads: [{file: NAME, text: TEXT}, ...]`
 * @size:      bytes
 * @directory: absolute; the paths of a plain workload and of the defaults are put below it, those
 *             of a member below the folder of its own file
 * @overrides: as of workload_parse(), over every member; NULL: none
 * @ret:       complete and hashed, owned by the caller; untouched on failure
 * @d:         initialised with the same text; all problems are added, those of a member with the
 *             name of its file
 *
 * The defaults are applied before a member's own keys. What is a matter of the job (struct suite)
 * has to be the same in all members; of a gate, which has no number of runs, not `runs` but for its
 * max-time, and the metrics of all members are summarised.
 *
 * Return: 0; -EINVAL with at least one problem in @d; -ENOMEM.
 */
int suite_parse(const char *text, size_t size, const char *directory, const struct strv *overrides,
	struct suite *ret, struct diag *d);

/**
 * suite_files() - the files that a suite file names, in order
 * @text: YAML, @size bytes
 * @size: bytes
 * @ret:  appended: paths as they are written, relative to the suite file; "" for a member whose
 *        text is already there
 * @d:    initialised with the same text; problems are added
 *
 * Return: 1 for a suite; 0 for another file; -EINVAL with at least one problem in @d; -ENOMEM.
 */
int suite_files(const char *text, size_t size, struct strv *ret, struct diag *d);

/* A workload file as it was read. All borrowed. */
struct suite_member {
	const char *file; /* for messages and relative paths: absolute, or relative to the suite */
	const char *text; /* @size bytes */
	size_t size;
};

/**
 * suite_compose() - the one document that is submitted, from a suite file and its members
 * @shared:  the suite file; NULL: none, only a name
 * @name:    of the suite; unused with @shared
 * @members: @n files: those that suite_files() named, in that order
 * @n:       at least 1
 * @ret:     YAML, owned by the caller; written only on success
 * @d:       initialised with the text of @shared; problems are added
 *
 * What was on a line of the suite file is on the same line of the document, so that problems found
 * in it are found in the file. The members are not looked into.
 *
 * Return: 0; -EINVAL with at least one problem in @d: a member that is no UTF-8, over 1 MiB in all;
 * -ENOMEM.
 */
int suite_compose(const struct suite_member *shared, const char *name,
	const struct suite_member *members, size_t n, char **ret, struct diag *d);
