/* Any text as a YAML double-quoted scalar on one line. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/**
 * yaml_scalar_fits() - can a scalar hold a text
 * @text: NUL-terminated
 *
 * Return: true when it is UTF-8 from end to end.
 */
bool yaml_scalar_fits(const char *text);

/**
 * yaml_scalar_print() - write a text in double quotes
 * @f:    where to
 * @text: valid UTF-8; control characters and what YAML calls not printable are escaped
 *
 * Source: YAML 1.2.2, section 5.7 (escaped characters) and production 1 (c-printable).
 *
 * Return: nothing.
 */
void yaml_scalar_print(FILE *f, const char *text);
