/* "did you mean": the known word that is closest to a misspelt one. */
#pragma once

#include <stddef.h>

#define SIMILAR_DISTANCE_MAX 2
#define SIMILAR_WORD_MAX     64
#define SIMILAR_HINT_MAX     (SIMILAR_WORD_MAX + 24)

struct similar {
	const char *word;  /* borrowed: what was written */
	const char *best;  /* borrowed: closest so far, or NULL */
	unsigned distance; /* of best; SIMILAR_DISTANCE_MAX + 1 without one */
};

/**
 * similar_distance() - edits between two words
 * @a: word
 * @b: word
 *
 * Inserted, missing, wrong and exchanged neighbouring letters count one each. Source: optimal
 * string alignment, the restricted Damerau-Levenshtein distance.
 *
 * Return: the distance; SIMILAR_DISTANCE_MAX + 1 for anything larger, or above SIMILAR_WORD_MAX
 * bytes.
 */
unsigned similar_distance(const char *a, const char *b);

/**
 * similar_start() - begin a search
 * @word: what was written; borrowed as long as the result is used
 *
 * Return: a search without candidates.
 */
struct similar similar_start(const char *word);

/**
 * similar_try() - offer a known word
 * @s:         search
 * @candidate: borrowed; of equally close ones the first wins
 *
 * Return: nothing.
 */
void similar_try(struct similar *s, const char *candidate);

/**
 * similar_hint() - the end of an error sentence
 * @s:   search
 * @ret: ", did you mean 'x'?", or "" when nothing is close
 *
 * Return: @ret.
 */
char *similar_hint(const struct similar *s, char ret[static SIMILAR_HINT_MAX]);
