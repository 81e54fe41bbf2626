/* Small macros every file may use. */
#pragma once

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	  (sizeof(a) / sizeof((a)[0]))
#define MIN_OF(a, b)	  ((a) < (b) ? (a) : (b))
#define MAX_OF(a, b)	  ((a) > (b) ? (a) : (b))
#define NSEC_PER_USEC	  1000ull
#define NSEC_PER_MSEC	  1000000ull
#define NSEC_PER_SEC	  1000000000ull
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define CLEANUP(f)	  __attribute__((cleanup(f)))
#define CLEANUP_FREE	  CLEANUP(macro_free)
#define CLEANUP_CLOSE	  CLEANUP(macro_close)

/* Hand a pointer, a struct or a descriptor over to a new owner; the variable is left empty. */
#define TAKE_PTR(p)                                                                                \
	({                                                                                         \
		__typeof__(p) taken_ = (p);                                                        \
		(p) = NULL;                                                                        \
		taken_;                                                                            \
	})
#define TAKE_STRUCT(s)                                                                             \
	({                                                                                         \
		__typeof__(s) taken_ = (s);                                                        \
		(s) = (__typeof__(s)){0};                                                          \
		taken_;                                                                            \
	})
#define TAKE_FD(fd)                                                                                \
	({                                                                                         \
		int taken_ = (fd);                                                                 \
		(fd) = -1;                                                                         \
		taken_;                                                                            \
	})

/**
 * macro_free() - what CLEANUP_FREE calls
 * @p: address of a pointer from malloc, or of NULL
 *
 * Return: nothing.
 */
static inline void macro_free(void *p)
{
	free(*(void **)p);
}

/**
 * macro_close() - what CLEANUP_CLOSE calls
 * @fd: address of a descriptor, or of a negative number
 *
 * Return: nothing.
 */
static inline void macro_close(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/**
 * streq() - same text
 * @a: text, or NULL
 * @b: text, or NULL
 *
 * Return: not 0 when equal; NULL equals only NULL.
 */
static inline int streq(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}
