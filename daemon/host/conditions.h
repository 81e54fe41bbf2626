/* Circumstances of a job that are worth knowing and forbid nothing, in bands. */
#pragma once

#include "common/base/strv.h"

/**
 * conditions_add() - boot, firmware, uptime, load and how full the root file system is
 * @root:  "" or the root of a fake tree
 * @facts: "key=value" are appended, always the same keys; all of them are soft
 *
 * Continuous readings are given as bands: two results of one day should mostly agree.
 *
 * Return: 0; -ENOMEM.
 */
int conditions_add(const char *root, struct strv *facts);
