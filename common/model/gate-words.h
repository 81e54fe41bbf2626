/* The rules of a gate as a list of "key=value", for keeping them. */
#pragma once

#include "common/base/strv.h"
#include "common/model/gate.h"

/**
 * gate_to_words() - every rule as a word
 * @g:   rules
 * @ret: appended; numbers with all their digits
 *
 * Return: 0; -ENOMEM.
 */
int gate_to_words(const struct gate *g, struct strv *ret);

/**
 * gate_from_words() - the way back
 * @words: of gate_to_words(); those of a key or metric that this program does not know are skipped
 * @ret:   written only on success; what no word names has its default
 *
 * Return: 0; -EINVAL for a word that cannot be read.
 */
int gate_from_words(const struct strv *words, struct gate *ret);
