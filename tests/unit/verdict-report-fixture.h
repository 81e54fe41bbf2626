/* Verdicts for the tests of reports: built here, so that every figure in a golden file is known. */
#pragma once

#include "common/model/verdict.h"

/* What nobody calls a benchmark, but for the signs of every format that it is printed in. */
#define HOSTILE_NAME                                                                               \
	"a|b`c`\n| x |\n<script>alert(1)</script>&amp; @admin #1 ![x](http://www.evil.example) "   \
	"--> ]]> \"'\\ %0A::error::,:\033[31m\x01\xff"

/**
 * verdict_fixture_regressed() - one row, as on the interface page
 * @ret: owned by the caller
 *
 * Return: nothing.
 */
void verdict_fixture_regressed(struct verdict_document *ret);

/**
 * verdict_fixture_every() - every verdict, every flag, a hostile name, an accepted row
 * @ret: owned by the caller
 *
 * Return: nothing.
 */
void verdict_fixture_every(struct verdict_document *ret);

/**
 * verdict_fixture_calm() - a suite of 30 rows, all of them equivalent
 * @ret: owned by the caller
 *
 * Return: nothing.
 */
void verdict_fixture_calm(struct verdict_document *ret);

/**
 * verdict_fixture_empty() - no row at all, and a reason
 * @ret: owned by the caller
 *
 * Return: nothing.
 */
void verdict_fixture_empty(struct verdict_document *ret);
