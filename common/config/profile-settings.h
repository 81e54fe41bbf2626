/* The settings of a profile file: knobs and their values. */
#pragma once

#include "common/config/schema.h"
#include "common/model/profile.h"

/**
 * profile_settings_read() - check every setting and add it
 * @c:        context
 * @settings: the mapping; NULL or of another kind: nothing is read
 * @p:        its need is the default
 *
 * Return: 0, also with problems noted; -ENOMEM.
 */
int profile_settings_read(struct schema_context *c, const struct node *settings, struct profile *p);

/**
 * profile_settings_has() - is a knob set
 * @p:    profile
 * @knob: name
 *
 * Return: true when it is.
 */
bool profile_settings_has(const struct profile *p, const char *knob);

/**
 * profile_settings_print() - every knob with its values and help
 * @f:      where to
 * @indent: blanks in front
 *
 * Return: nothing.
 */
void profile_settings_print(FILE *f, unsigned indent);
