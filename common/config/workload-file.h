/* Workload files: YAML text to struct workload. */
#pragma once

#include <stdio.h>

#include "common/config/diag.h"
#include "common/model/workload.h"

/**
 * workload_parse() - read, check and complete a workload
 * @text:      YAML, @size bytes, not trusted
 * @size:      bytes
 * @directory: absolute; cwd and stdin are put below it
 * @overrides: "key=YAML value" in the order given; the same keys and rows as the file's.
 *             `runs=5`, `until=rel-ci=1%`, `max-time=5m`, `param=k=v1,v2`, `label=k=v`,
 * `profile=quiet`, `verify=stdout-contains=TEXT`, `strict=true`, `seed=7`, ... NULL: none
 * @ret:       complete and hashed, owned by the caller; untouched on failure
 * @d:         initialised with the same text; all problems are added, those of overrides with line
 * 0 and the option's name
 *
 * Return: 0; -EINVAL with at least one problem in @d; -ENOMEM.
 */
int workload_parse(const char *text, size_t size, const char *directory,
	const struct strv *overrides, struct workload *ret, struct diag *d);

/**
 * workload_print_keys() - the keys of workload files with type, limits, default and help
 * @f: where to
 *
 * Printed from the same rows that parse a file.
 *
 * Return: nothing.
 */
void workload_print_keys(FILE *f);
