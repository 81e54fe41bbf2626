/* /etc/steady/steadyd.yaml: the host's defaults and limits. */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "common/base/strv.h"
#include "common/config/diag.h"

struct host_config {
	char *default_profile;	     /* "as-is" unless named */
	struct strv allow_users;     /* names or numbers, besides root */
	struct strv allow_groups;    /* names; "steady" unless given */
	struct strv spare;	     /* comm patterns (fnmatch) cpu.affinity never touches */
	uint64_t queue_max;	     /* queued jobs, default 10000 */
	uint64_t queue_max_per_user; /* default 2000 */
	uint64_t keep_output_bytes;  /* per stream and run, default 1 MiB */
	uint64_t job_max_ns;	     /* longest job, default 24 h */
};

/**
 * host_config_load() - read the file, or take the defaults when there is none
 * @path: file; a missing one is not an error
 * @ret:  owned by the caller; untouched on failure
 * @e:    filled on failure with the diagnostics
 *
 * Return: 0; -EINVAL; -ENOMEM; errno of reading.
 */
int host_config_load(const char *path, struct host_config *ret, struct error *e);

/**
 * host_config_parse() - read and check the text of the file
 * @text: YAML, @size bytes; nothing but comments is fine
 * @size: bytes
 * @ret:  complete with the defaults, owned by the caller; untouched on failure
 * @d:    initialised with the same text; all problems are added
 *
 * Return: 0; -EINVAL with at least one problem in @d; -ENOMEM.
 */
int host_config_parse(const char *text, size_t size, struct host_config *ret, struct diag *d);

/**
 * host_config_print_keys() - the keys of the file, from the rows
 * @f: where to
 *
 * Return: nothing.
 */
void host_config_print_keys(FILE *f);

/**
 * host_config_done() - free the content
 * @c: config, or NULL
 *
 * Return: nothing.
 */
void host_config_done(struct host_config *c);
