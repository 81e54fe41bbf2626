/* Intended changes that a gate lets pass. */
#include "ctl/gate-accept.h"

#include <errno.h>

#include "ctl/acceptances.h"

/* Takes over what @a owns, also on failure. */
static int add(struct acceptance_list *l, struct acceptance a, struct error *e)
{
	struct acceptance *grown = reallocarray(l->items, l->n + 1, sizeof(*grown));

	if (!grown || !a.reason || !a.source) {
		l->items = grown ? grown : l->items;
		acceptance_done(&a);
		return error_setf(e, -ENOMEM, "out of memory");
	}
	l->items = grown;
	l->items[l->n++] = a;
	return 0;
}

int gate_accept_options(const struct context *c, struct acceptance_list *ret, struct error *e)
{
	for (size_t i = 0; i < c->options.n_uses; i++) {
		const struct option_use *use = &c->options.uses[i];
		struct acceptance a = {0};
		int r;

		if (use->option != OPTION_ACCEPT)
			continue;
		r = acceptance_parse_trailer(use->value, &a, e);
		if (r < 0)
			return error_prefixf(e, "--accept");
		a.source = strdup(GATE_ACCEPT_OPTION);
		a.reason = strdup("given for this gate");
		r = add(ret, a, e);
		if (r < 0)
			return r;
	}
	return 0;
}

int gate_accept_trailers(const struct context *c, const struct git_trailers *trailers,
	struct acceptance_list *ret, struct error *e)
{
	for (size_t i = 0; i < trailers->n; i++) {
		const struct git_trailer *trailer = &trailers->items[i];
		struct acceptance a = {0};
		struct error bad = {0};
		int r = acceptance_parse_trailer(trailer->value, &a, &bad);

		if (r < 0) {
			context_note(c, "commit %s: %s", trailer->commit, bad.text);
			continue;
		}
		if (asprintf(&a.source, "commit %s", trailer->commit) < 0)
			a.source = NULL;
		a.reason = strdup("trailer Perf-Accept");
		r = add(ret, a, e);
		if (r < 0)
			return r;
	}
	return 0;
}

int gate_accept_stored(
	struct client *client, const char *workload, struct acceptance_list *ret, struct error *e)
{
	struct acceptance *stored = NULL, *grown;
	size_t n = 0;
	int r = acceptances_fetch(client, workload, &stored, &n, e);

	if (r < 0 || n == 0)
		return r;
	grown = reallocarray(ret->items, ret->n + n, sizeof(*grown));
	if (!grown) {
		acceptances_free(stored, n);
		return error_setf(e, -ENOMEM, "out of memory");
	}
	ret->items = grown;
	memcpy(ret->items + ret->n, stored, n * sizeof(*stored));
	ret->n += n;
	free(stored);
	return 0;
}

void acceptance_list_done(struct acceptance_list *l)
{
	if (!l)
		return;

	for (size_t i = 0; i < l->n; i++)
		acceptance_done(&l->items[i]);
	free(l->items);
	*l = (struct acceptance_list){0};
}
