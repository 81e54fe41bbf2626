/* Strings of the small JSON documents that steadyctl writes itself. */
#pragma once

#include <stdio.h>

/**
 * json_text_print() - write a string with its quotes
 * @f:    where to
 * @text: UTF-8; NULL writes null
 *
 * Return: nothing.
 */
void json_text_print(FILE *f, const char *text);

/**
 * json_text_field() - write "name":"text"
 * @f:         where to
 * @separator: put in front, such as "{" or ","
 * @name:      plain ASCII
 * @text:      UTF-8; NULL writes null
 *
 * Return: nothing.
 */
void json_text_field(FILE *f, const char *separator, const char *name, const char *text);

/**
 * json_text_time() - write "name":"2026-11-22T10:00:00.000Z", or null
 * @f:           where to
 * @name:        plain ASCII; a comma is put in front
 * @realtime_us: since 1970; 0 writes null
 *
 * Return: nothing.
 */
void json_text_time(FILE *f, const char *name, unsigned long long realtime_us);
