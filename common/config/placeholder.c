/* "{name}" in commands and folders: what is used, checked once all parameters are known. */
#include "common/config/placeholder.h"

#include <errno.h>

#include "common/config/similar.h"

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_-"
#define NAME_MAX_BYTES	64

static const char *const built_in[] = {"arm-dir", "scratch"};

/* Length of the name a text begins with; 0: none. */
static size_t name_length(const char *text)
{
	return *text >= 'a' && *text <= 'z' ? strspn(text, NAME_CHARACTERS) : 0;
}

bool placeholder_is_name(const char *text)
{
	size_t n = name_length(text);

	return n > 0 && n <= NAME_MAX_BYTES && text[n] == '\0';
}

bool placeholder_is_built_in(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(built_in); i++)
		if (streq(built_in[i], name))
			return true;
	return false;
}

static int note_one(struct placeholders *p, struct placeholder found)
{
	struct placeholder *grown = reallocarray(p->items, p->n + 1, sizeof(*grown));

	if (!found.name || !grown) {
		p->items = grown ? grown : p->items;
		free(found.name);
		return -ENOMEM;
	}
	p->items = grown;
	p->items[p->n++] = found;
	return 0;
}

int placeholders_note(struct placeholders *p, const struct schema_context *c, const struct node *n,
	const char *text)
{
	while ((text = strchr(text, '{'))) {
		size_t length = name_length(++text);
		int r;

		if (length == 0 || text[length] != '}')
			continue;
		r = note_one(p,
			(struct placeholder){.name = strndup(text, length),
				.option = c->option,
				.line = n->line,
				.column = n->column});
		if (r < 0)
			return r;
	}
	return 0;
}

static void check_one(const struct placeholder *used, const struct workload *w, struct diag *d)
{
	struct similar similar = similar_start(used->name);
	char hint[SIMILAR_HINT_MAX];

	if (placeholder_is_built_in(used->name))
		return;
	for (size_t i = 0; i < w->n_matrix; i++)
		if (streq(w->matrix[i].name, used->name))
			return;

	for (size_t i = 0; i < w->n_matrix && !diag_is_full(d); i++)
		similar_try(&similar, w->matrix[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(built_in); i++)
		similar_try(&similar, built_in[i]);
	(void)similar_hint(&similar, hint);
	/* Who declares no parameters means the braces of another language: awk '{print}'. */
	if (w->n_matrix == 0 && !*hint)
		return;
	(void)diag_add(d, used->line, used->column, "%s%s'{%.64s}' is not in the matrix%s",
		used->option ? used->option : "", used->option ? ": " : "", used->name,
		*hint ? hint : "; only a shell line can have such braces");
}

void placeholders_check(const struct placeholders *p, const struct workload *w, struct diag *d)
{
	for (size_t i = 0; i < p->n; i++)
		check_one(&p->items[i], w, d);
}

void placeholders_done(struct placeholders *p)
{
	if (!p)
		return;

	for (size_t i = 0; i < p->n; i++)
		free(p->items[i].name);
	free(p->items);
	*p = (struct placeholders){0};
}
