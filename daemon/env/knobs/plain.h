/* Knobs that are nothing but a kernel file: a row of data each, in plain-rows.c. */
#pragma once

#include "daemon/env/knob.h"

/* How a value stands in the file. */
enum plain_form {
	PLAIN_TEXT,	/* one of the row's words, or the setting's own text */
	PLAIN_NUMBER,	/* decimal, or one of the row's words */
	PLAIN_BRACKETS, /* "always [madvise] never"; just the word is written */
	PLAIN_DURATION, /* whole units, or one of the row's words */
	PLAIN_MASK,	/* CPUs: "00000000,00000003" */
	PLAIN_LIST,	/* CPUs: "0-1" */
};

/* What a word of a profile is in the file. */
struct plain_word {
	const char *word, *text;
};

struct plain {
	const char *file;     /* a '*' stands for a number: every such file is a target */
	const char *also;     /* is read instead of the file where it is there; or NULL */
	const char *accepted; /* file with the words that are taken here, or NULL; same '*' */
	enum plain_form form;
	const struct plain_word *words; /* ended by a NULL word; or NULL */
	uint64_t unit_ns;		/* of PLAIN_DURATION */
	const char *unit;		/* of PLAIN_DURATION, in reports */
};

/**
 * plain_probe() - the files there are
 * @p:       row
 * @h:       host
 * @targets: "system", or one such as "cpu1" for each number
 * @reason:  why there is none
 *
 * Return: 0; -ENOMEM; errno of reading other than that it is not there.
 */
int plain_probe(const struct plain *p, struct host *h, struct strv *targets, const char **reason);

/**
 * plain_resolve() - what a setting is in the file
 * @p:      row
 * @h:      host
 * @target: of plain_probe()
 * @want:   checked against the knob's description
 * @ret:    owned by the caller
 *
 * Return: 0; -EOPNOTSUPP: not taken here, or the file cannot be written and has another value;
 * -ENOMEM.
 */
int plain_resolve(
	const struct plain *p, struct host *h, const char *target, const char *want, char **ret);

/**
 * plain_read() - present value, as it is written to the file
 * @p:      row
 * @h:      host
 * @target: of plain_probe()
 * @ret:    owned by the caller
 *
 * Return: 0; -ENOMEM; -EIO: no word in brackets; errno of reading.
 */
int plain_read(const struct plain *p, struct host *h, const char *target, char **ret);

/**
 * plain_apply() - write a value
 * @p:      row
 * @h:      host
 * @target: of plain_probe()
 * @value:  as of plain_read() or plain_resolve()
 *
 * Return: 0; errno of writing.
 */
int plain_apply(const struct plain *p, struct host *h, const char *target, const char *value);

/**
 * plain_holds() - are two values the same
 * @p:     row
 * @value: one
 * @seen:  another
 *
 * Return: true when they are, however they are written.
 */
bool plain_holds(const struct plain *p, const char *value, const char *seen);

/**
 * plain_show() - a value as a profile would have it
 * @p:     row
 * @value: as of plain_read()
 *
 * Return: owned by the caller; NULL without memory.
 */
char *plain_show(const struct plain *p, const char *value);

/**
 * plain_where() - path of the file
 * @p:      row
 * @h:      host
 * @target: of plain_probe()
 * @ret:    owned by the caller
 *
 * Return: 0; -ENOMEM.
 */
int plain_where(const struct plain *p, struct host *h, const char *target, char **ret);
