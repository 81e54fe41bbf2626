/* An error on its way to a person: a negative errno and the sentence that explains it. */
#pragma once

#include "common/base/macro.h"

#define ERROR_TEXT_MAX 1024

/* Lives on the caller's stack and owns nothing. A zeroed struct means "no error". */
struct error {
	int code; /* negative errno, 0 when unset */
	char text[ERROR_TEXT_MAX];
};

/**
 * error_setf() - fill an error and return its code
 * @e:    where to; NULL is allowed (the text is dropped)
 * @code: negative errno
 * @fmt:  printf format of one sentence without full stop or newline
 *
 * Return: @code, so that it can be the return statement.
 */
int error_setf(struct error *e, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* clang's analyzer sees one file only; without this it follows failures that succeed. */
#ifdef __clang_analyzer__
#define error_setf(e, code, ...) (error_setf(e, code, __VA_ARGS__), (code))
#endif

/**
 * error_prefixf() - put context in front of the text of an error
 * @e:    filled error, or NULL
 * @fmt:  printf format; ": " is added between it and the older text
 *
 * Return: the code of @e; -EIO when @e is NULL or unset.
 */
int error_prefixf(struct error *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
