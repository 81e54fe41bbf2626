/* --report and --neutral: what was asked for. */
#pragma once

#include <stdint.h>

#include "ctl/verdict-report.h"

/**
 * verdict_option_report() - read the value of one --report
 * @text:     FORMAT=FILE
 * @ret:      row of verdict_formats()
 * @ret_path: borrowed from @text; "-" is stdout
 * @e:        filled on failure with the formats there are
 *
 * Return: 0; -EINVAL.
 */
int verdict_option_report(const char *text, const struct verdict_format **ret,
	const char **ret_path, struct error *e);

/**
 * verdict_option_neutral() - read --neutral
 * @text: "3,5", or NULL
 * @ret:  bits, 1 << code; written only on success
 * @e:    filled on failure
 *
 * Return: 0; -EINVAL.
 */
int verdict_option_neutral(const char *text, uint32_t *ret, struct error *e);
