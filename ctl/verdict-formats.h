/* The writers behind verdict_formats(), each in verdict-NAME.c. */
#pragma once

#include "ctl/verdict-report.h"

/**
 * verdict_write_text() - for a terminal: the answer, whether to trust it, what to do
 * @f:    where to
 * @view: what
 *
 * Return: 0; -ENOMEM.
 */
int verdict_write_text(FILE *f, const struct verdict_view *view);

/**
 * verdict_write_markdown() - for a comment on a pull request
 * @f:    where to
 * @view: what
 *
 * The first line is a hidden marker by which a comment is found again.
 *
 * Return: 0; -ENOMEM.
 */
int verdict_write_markdown(FILE *f, const struct verdict_view *view);

/**
 * verdict_write_github() - annotations: workflow commands of a GitHub runner
 * @f:    where to
 * @view: what
 *
 * Return: 0; -ENOMEM.
 */
int verdict_write_github(FILE *f, const struct verdict_view *view);

/**
 * verdict_write_junit() - JUnit XML
 * @f:    where to
 * @view: what
 *
 * Return: 0; -ENOMEM.
 */
int verdict_write_junit(FILE *f, const struct verdict_view *view);

/**
 * verdict_write_sarif() - SARIF 2.1.0
 * @f:    where to
 * @view: what
 *
 * Return: 0; -ENOMEM.
 */
int verdict_write_sarif(FILE *f, const struct verdict_view *view);

/**
 * verdict_write_gitlab() - OpenMetrics text for artifacts:reports:metrics
 * @f:    where to
 * @view: what
 *
 * Return: 0; -ENOMEM.
 */
int verdict_write_gitlab(FILE *f, const struct verdict_view *view);

/**
 * verdict_github_variables() - verdict, code and counts as lines for $GITHUB_OUTPUT
 * @f:         where to
 * @view:      what
 * @delimiter: of the values; nobody else can have guessed it
 *
 * Return: nothing.
 */
void verdict_github_variables(FILE *f, const struct verdict_view *view, const char *delimiter);
