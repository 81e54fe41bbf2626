/* Any JSON document as lines of "key  value" for people. */
#pragma once

#include <stdio.h>

#include "common/base/error.h"

/**
 * plain_text_print() - print every value of a document
 * @f:    where to
 * @text: JSON object or array
 * @e:    filled on failure
 *
 * Keys of inner objects are joined with '.', lists of plain values with ", "; objects in a list
 * are numbered from 1. Control characters are replaced.
 *
 * Return: 0; -EINVAL: not JSON.
 */
int plain_text_print(FILE *f, const char *text, struct error *e);
