/* What a fuzz target provides: libFuzzer calls it, and so does standalone.c without libFuzzer. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * LLVMFuzzerTestOneInput() - give one input to the code under test; aborts when a promise is broken
 * @data: bytes, not trusted
 * @size: count
 *
 * Return: 0.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Like assert(), whatever NDEBUG says. */
#define PROMISE(condition)                                                                         \
	do {                                                                                       \
		if (!(condition))                                                                  \
			__builtin_trap();                                                          \
	} while (0)
