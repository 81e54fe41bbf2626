/* Profile files: YAML text to struct profile, inheritance resolved. */
#pragma once

#include <stdio.h>

#include "common/config/diag.h"
#include "common/model/profile.h"

/**
 * profile_load() - find a profile by name, read it and what it inherits
 * @folders: searched in order for NAME.yaml; only these, the name cannot leave them
 * @name:    [a-z0-9][a-z0-9._-]{0,63}
 * @ret:     merged settings, owned by the caller; untouched on failure
 * @e:       filled on failure; for a bad file the diagnostics
 *
 * Return: 0; -ENOENT: no such profile (the text lists those there are); -ELOOP: inherits itself;
 * -EINVAL: bad file; -ENOMEM; errno of reading.
 */
int profile_load(
	const struct strv *folders, const char *name, struct profile *ret, struct error *e);

/**
 * profile_parse() - read and check one profile text; what it inherits is not looked at
 * @text: YAML, @size bytes, not trusted
 * @size: bytes
 * @ret:  own settings only, owned by the caller; untouched on failure
 * @d:    initialised with the same text; all problems are added
 *
 * Return: 0; -EINVAL with at least one problem in @d; -ENOMEM.
 */
int profile_parse(const char *text, size_t size, struct profile *ret, struct diag *d);

/**
 * profile_list() - names of all profiles in some folders
 * @folders: an earlier folder hides the same name in a later one
 * @ret:     paths, sorted by name, owned by the caller
 *
 * Return: 0; -ENOMEM.
 */
int profile_list(const struct strv *folders, struct strv *ret);

/**
 * profile_print_keys() - the keys of profile files and every knob, from the rows
 * @f: where to
 *
 * Return: nothing.
 */
void profile_print_keys(FILE *f);
