/* Texts of unknown origin (names, reasons) inside the formats of reports. */
#pragma once

#include <stdio.h>

/**
 * escape_markdown() - plain text inside a paragraph or a table of GitHub or GitLab
 * @f:    where to
 * @text: stays one line; no link, no image, no mention, no HTML comes of it
 *
 * Return: nothing.
 */
void escape_markdown(FILE *f, const char *text);

/**
 * escape_markdown_code() - the same, in <code>
 * @f:    where to
 * @text: any; cut after 200 characters
 *
 * Return: nothing.
 */
void escape_markdown_code(FILE *f, const char *text);

/**
 * escape_xml() - text or attribute of an XML 1.0 document in UTF-8
 * @f:    where to
 * @text: what XML does not allow becomes U+FFFD; line breaks and tabs become references
 *
 * Return: nothing.
 */
void escape_xml(FILE *f, const char *text);

/**
 * escape_workflow() - message of a workflow command of a GitHub runner
 * @f:    where to
 * @text: any
 *
 * Return: nothing.
 */
void escape_workflow(FILE *f, const char *text);

/**
 * escape_workflow_property() - value of a property of a workflow command, such as title
 * @f:    where to
 * @text: any
 *
 * Return: nothing.
 */
void escape_workflow_property(FILE *f, const char *text);

/**
 * escape_label() - value of a label in OpenMetrics text, without its quotes
 * @f:    where to
 * @text: bytes that are not UTF-8 become U+FFFD
 *
 * Return: nothing.
 */
void escape_label(FILE *f, const char *text);
