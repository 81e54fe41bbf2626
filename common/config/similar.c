/* "did you mean": the known word that is closest to a misspelt one. */
#include "common/config/similar.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/base/macro.h"

#define TOO_FAR (SIMILAR_DISTANCE_MAX + 1)

/* Rows of the distance table: [0] two letters back, [1] one letter back, [2] this one. */
struct rows {
	unsigned cells[3][SIMILAR_WORD_MAX + 1];
};

static unsigned best_edit(const struct rows *rows, const char *a, const char *b, size_t j)
{
	unsigned best = rows->cells[1][j - 1] + (a[0] != b[j - 1]);

	best = MIN_OF(best, rows->cells[1][j] + 1);
	best = MIN_OF(best, rows->cells[2][j - 1] + 1);
	return best;
}

static bool is_exchanged(const char *a, size_t i, const char *b, size_t j)
{
	return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
}

unsigned similar_distance(const char *a, const char *b)
{
	size_t n_a = strlen(a), n_b = strlen(b);
	struct rows rows = {0};

	if (n_a > SIMILAR_WORD_MAX || n_b > SIMILAR_WORD_MAX)
		return TOO_FAR;
	if (MAX_OF(n_a, n_b) - MIN_OF(n_a, n_b) > SIMILAR_DISTANCE_MAX)
		return TOO_FAR;

	for (unsigned j = 0; j <= n_b; j++)
		rows.cells[2][j] = j;
	for (unsigned i = 1; i <= n_a; i++) {
		memmove(rows.cells[0], rows.cells[1], 2 * sizeof(rows.cells[0]));
		rows.cells[2][0] = i;
		for (size_t j = 1; j <= n_b; j++) {
			unsigned best = best_edit(&rows, a + i - 1, b, j);

			if (is_exchanged(a, i, b, j))
				best = MIN_OF(best, rows.cells[0][j - 2] + 1);
			rows.cells[2][j] = best;
		}
	}
	return MIN_OF(rows.cells[2][n_b], TOO_FAR);
}

struct similar similar_start(const char *word)
{
	return (struct similar){.word = word, .distance = TOO_FAR};
}

void similar_try(struct similar *s, const char *candidate)
{
	unsigned distance = similar_distance(s->word, candidate);

	/* Replacing every letter of a word is no typing mistake. */
	if (distance >= s->distance || distance >= MIN_OF(strlen(s->word), strlen(candidate)))
		return;

	s->distance = distance;
	s->best = candidate;
}

char *similar_hint(const struct similar *s, char ret[static SIMILAR_HINT_MAX])
{
	ret[0] = '\0';
	if (s->best)
		(void)snprintf(ret, SIMILAR_HINT_MAX, ", did you mean '%s'?", s->best);
	return ret;
}
