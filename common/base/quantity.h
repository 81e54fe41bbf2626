/* Numbers with a unit, as people write them, and back. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define QUANTITY_TEXT_MAX 32

/**
 * quantity_u64() - plain decimal number
 * @text: digits only, no sign, no blanks
 * @ret:  written only on success
 *
 * Return: 0; -EINVAL; -ERANGE.
 */
int quantity_u64(const char *text, uint64_t *ret);

/**
 * quantity_double() - decimal fraction, finite
 * @text: whole text must be used
 * @ret:  written only on success
 *
 * Return: 0; -EINVAL.
 */
int quantity_double(const char *text, double *ret);

/**
 * quantity_duration_ns() - "90", "90s", "1.5h", "100ms", "20us", "5m", "2d"
 * @text: number and unit; a bare number means seconds
 * @ret:  nanoseconds, written only on success
 *
 * Return: 0; -EINVAL; -ERANGE above about 292 years.
 */
int quantity_duration_ns(const char *text, uint64_t *ret);

/**
 * quantity_size_bytes() - "512", "2GiB", "16 MiB", "64k"
 * @text: number and unit B, k/KiB, M/MiB, G/GiB, T/TiB (powers of 1024), kB/MB/GB/TB (of 1000)
 * @ret:  bytes, written only on success
 *
 * Return: 0; -EINVAL; -ERANGE.
 */
int quantity_size_bytes(const char *text, uint64_t *ret);

/**
 * quantity_frequency_khz() - "2000MHz", "2.4GHz", "800000kHz"
 * @text: number and unit; the unit is needed
 * @ret:  kHz, written only on success
 *
 * Return: 0; -EINVAL; -ERANGE.
 */
int quantity_frequency_khz(const char *text, uint64_t *ret);

/**
 * quantity_ratio() - "1%" or "0.01"
 * @text: percentage or fraction
 * @ret:  fraction (0.01 for one percent), written only on success
 *
 * Return: 0; -EINVAL.
 */
int quantity_ratio(const char *text, double *ret);

/**
 * quantity_format_duration() - a duration for people: three significant digits and a fitting unit
 * @seconds: any finite number
 * @ret:     at least QUANTITY_TEXT_MAX bytes
 *
 * Return: @ret.
 */
char *quantity_format_duration(double seconds, char ret[static QUANTITY_TEXT_MAX]);

/**
 * quantity_format_size() - a size for people in B, KiB, MiB, GiB or TiB
 * @bytes: not negative
 * @ret:   at least QUANTITY_TEXT_MAX bytes
 *
 * Return: @ret.
 */
char *quantity_format_size(double bytes, char ret[static QUANTITY_TEXT_MAX]);
