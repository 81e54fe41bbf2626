/* UTF-8, read strictly. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * utf8_read() - the character a text begins with
 * @text: not trusted
 * @size: bytes, at least 1
 * @ret:  code point, written only on success
 *
 * Overlong forms, surrogates and anything above U+10FFFF are refused (RFC 3629).
 *
 * Return: bytes used, 1 to 4; 0 when it is not valid UTF-8.
 */
size_t utf8_read(const char *text, size_t size, uint32_t *ret);

/**
 * utf8_is_printable() - may a character of unknown origin be sent to a terminal
 * @code: code point
 *
 * Control characters, line separators and the marks that turn the direction of writing around are
 * not: they change what a person believes to read.
 *
 * Return: true when it may.
 */
bool utf8_is_printable(uint32_t code);

/**
 * utf8_columns() - how wide a terminal draws a character
 * @code: printable code point
 *
 * Return: 2 for East Asian wide characters and pictures, 0 for combining marks, else 1.
 */
unsigned utf8_columns(uint32_t code);
