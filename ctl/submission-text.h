/* Options of run and submit as a workload's YAML text and as overrides. */
#pragma once

#include "ctl/options.h"

#define SUBMISSION_NAME_MAX 65

/**
 * submission_name() - a workload name from the path of a program
 * @program: its base name is used
 * @ret:     [a-z0-9][a-z0-9._-]{0,63}; "command" when nothing of the name fits
 *
 * Return: @ret.
 */
char *submission_name(const char *program, char ret[static SUBMISSION_NAME_MAX]);

/**
 * submission_text() - the workload for "-- CMD ARG..." or "-c CMD -c CMD"
 * @o:   parsed; has at least one command in one of the two forms
 * @ret: YAML, owned by the caller
 * @e:   filled on failure
 *
 * Several -c are arms base, cand, cand2, ... The environment is inherited. A command given as one
 * string is split with a shell's quoting rules; with --shell it is a line for /bin/sh.
 *
 * Return: 0; -EINVAL for an empty command, an open quote or bytes that are no UTF-8; -ENOMEM.
 */
int submission_text(const struct options *o, char **ret, struct error *e);

/**
 * submission_overrides() - the options that go over a workload's keys
 * @o:   parsed
 * @ret: "key=value", appended in the order given
 * @e:   filled on failure
 *
 * Return: 0; -EINVAL for a value that is no UTF-8; -ENOMEM.
 */
int submission_overrides(const struct options *o, struct strv *ret, struct error *e);
