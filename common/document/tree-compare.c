/* Where two JSON trees differ. */
#include "common/document/tree-compare.h"

#include <errno.h>
#include <stdio.h>

#define SHOWN_MAX 120 /* characters of a value in a message */

bool comparison_is_full(const struct comparison *c)
{
	return c->differences->n > COMPARISON_DIFFERENCES_MAX;
}

void comparison_add(struct comparison *c, const char *line)
{
	if (comparison_is_full(c))
		return;
	if (c->differences->n == COMPARISON_DIFFERENCES_MAX)
		line = "and more";
	if (strv_push(c->differences, line) < 0)
		c->out_of_memory = true;
}

static void show(const json_t *value, char ret[static SHOWN_MAX])
{
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) : NULL;

	(void)snprintf(ret, SHOWN_MAX, "%s", text ? text : "missing");
	free(text);
}

static void add_difference(struct comparison *c, const json_t *said, const json_t *follows)
{
	char said_text[SHOWN_MAX], follows_text[SHOWN_MAX];
	char line[COMPARISON_POINTER_MAX + 2 * SHOWN_MAX + 64];

	show(said, said_text);
	show(follows, follows_text);
	(void)snprintf(line, sizeof(line), "%s: %s in the document, %s from the runs", c->pointer,
		said_text, follows_text);
	comparison_add(c, line);
}

static bool is_same_scalar(const json_t *a, const json_t *b)
{
	if (!json_is_number(a) || !json_is_number(b))
		return json_equal(a, b);
	return !(json_number_value(a) < json_number_value(b)) &&
		!(json_number_value(a) > json_number_value(b));
}

static bool is_of_one_shape(const json_t *said, const json_t *follows)
{
	if (json_is_object(follows))
		return json_is_object(said);
	return json_is_array(follows) && json_is_array(said) &&
		json_array_size(follows) == json_array_size(said);
}

/* Looks at everything that follows from the runs; what else the document says is its own. */
static void compare(struct comparison *c, const json_t *said, json_t *follows)
{
	size_t length = strlen(c->pointer);
	const char *key;
	json_t *value;
	size_t i;

	if (!is_of_one_shape(said, follows)) {
		if (!is_same_scalar(said, follows))
			add_difference(c, said, follows);
		return;
	}
	json_object_foreach(follows, key, value)
	{
		(void)snprintf(c->pointer + length, COMPARISON_POINTER_MAX - length, "/%s", key);
		compare(c, json_object_get(said, key), value);
		c->pointer[length] = '\0';
	}
	json_array_foreach(follows, i, value)
	{
		(void)snprintf(c->pointer + length, COMPARISON_POINTER_MAX - length, "/%zu", i);
		compare(c, json_array_get(said, i), value);
		c->pointer[length] = '\0';
	}
}

void comparison_keys(
	struct comparison *c, const json_t *said, const json_t *follows, const char *const *keys)
{
	size_t length = strlen(c->pointer);

	for (; *keys; keys++) {
		if (!json_object_get(said, *keys) && !json_object_get(follows, *keys))
			continue;
		(void)snprintf(c->pointer + length, COMPARISON_POINTER_MAX - length, "/%s", *keys);
		compare(c, json_object_get(said, *keys), json_object_get(follows, *keys));
		c->pointer[length] = '\0';
	}
}
