/* The rules of a gate in documents. For this folder only. */
#pragma once

#include <jansson.h>

#include "common/base/error.h"
#include "common/document/json-writer.h"
#include "common/model/gate.h"

/**
 * gate_write() - an object with every rule
 * @w:    writer
 * @name: key
 * @g:    rules
 *
 * Return: nothing.
 */
void gate_write(struct json_writer *w, const char *name, const struct gate *g);

/**
 * gate_read() - read it back, always optional
 * @o:   object
 * @key: name
 * @ret: the defaults where the document says nothing; half of it on failure
 * @e:   filled on failure with the place
 *
 * Values that no gate could have been made with are refused.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int gate_read(const json_t *o, const char *key, struct gate *ret, struct error *e);
