/* YAML text as a plain tree: strict, bounded, every node with its place. */
#include "common/config/yaml-tree.h"

#include <errno.h>
#include <yaml.h>

#include "common/config/yaml-bytes.h"

#define UNCLOSED_QUOTE "found unexpected end of stream"

/* A list or mapping that is not complete yet. */
struct frame {
	struct node *parent; /* borrowed */
	struct node **tail;  /* where its next child goes */
	struct node *key;    /* owned: read, its value not yet */
};

/*
 * Works on events: libyaml's own documents resolve aliases (so that "&a [*a]" is a cycle), keep
 * duplicate keys and ignore what follows the first document.
 */
struct loader {
	yaml_parser_t parser;
	struct diag *d;
	const char *text; /* borrowed, behind the byte order mark */
	size_t size;
	size_t skipped;	     /* bytes of the byte order mark */
	size_t line, column; /* the place last asked for: from 0; column in characters */
	size_t start;	     /* offset of that line */
	size_t offset;	     /* offset of that place */
	size_t n_nodes;
	struct node *root;
	struct frame frames[YAML_TREE_DEPTH_MAX]; /* lists and mappings that are open */
	size_t depth;
};

struct node *node_free(struct node *n)
{
	while (n) {
		struct node *next = n->next;

		(void)node_free(n->key);
		(void)node_free(n->children);
		free(n->text);
		free(n);
		n = next;
	}
	return NULL;
}

struct node *node_new_scalar(const char *text)
{
	struct node *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->text = strdup(text);
	return n->text ? n : node_free(n);
}

const struct node *node_get(const struct node *mapping, const char *key)
{
	if (!mapping || mapping->kind != NODE_MAPPING)
		return NULL;

	node_foreach (child, mapping)
		if (streq(child->key->text, key))
			return child;
	return NULL;
}

const char *node_kind_name(const struct node *n)
{
	static const char *const names[] = {
		[NODE_SCALAR] = "text",
		[NODE_LIST] = "a list",
		[NODE_MAPPING] = "a mapping",
	};

	return names[n->kind];
}

static void move_to_line(struct loader *l, size_t line)
{
	while (l->line < line) {
		const char *p = memchr(l->text + l->offset, '\n', l->size - l->offset);

		if (!p)
			break;
		l->start = l->offset = (size_t)(p - l->text) + 1;
		l->column = 0;
		l->line++;
	}
	while (l->line > line && l->start > 0) {
		const char *p = memrchr(l->text, '\n', l->start - 1);

		l->start = l->offset = p ? (size_t)(p - l->text) + 1 : 0;
		l->column = 0;
		l->line--;
	}
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/*
 * libyaml counts columns in characters; everything here counts bytes. The place is moved from the
 * last one asked for, so that a long line is walked along once and not once a node.
 */
static void move_to(struct loader *l, const yaml_mark_t *mark)
{
	move_to_line(l, mark->line);
	while (l->column < mark->column && l->offset < l->size) {
		l->offset++;
		while (l->offset < l->size && is_continuation(l->text[l->offset]))
			l->offset++;
		l->column++;
	}
	while (l->column > mark->column && l->offset > l->start) {
		l->offset--;
		while (l->offset > l->start && is_continuation(l->text[l->offset]))
			l->offset--;
		l->column--;
	}
}

static void place(struct loader *l, const yaml_mark_t *mark, size_t *ret_line, size_t *ret_column)
{
	move_to(l, mark);
	*ret_line = l->line + 1;
	*ret_column = l->offset - l->start + 1 + (l->line == 0 ? l->skipped : 0);
}

/* What the parser says, in words that help the person who wrote the file. */
static const char *explain(const struct loader *l, const char *problem)
{
	static const struct {
		const char *theirs, *ours;
	} words[] = {
		{"mapping values are not allowed in this context",
			"': ' is not expected here; check the indentation, put text with ': ' in "
			"quotes"},
		{"did not find expected key", "expected a key; check the indentation"},
		{"did not find expected '-' indicator",
			"expected an item with '- '; check the indentation"},
		{"could not find expected ':'", "expected ': ' behind a key"},
		{"did not find expected ',' or ']'", "expected ',' or ']'"},
		{"did not find expected ',' or '}'", "expected ',' or '}'"},
		{UNCLOSED_QUOTE, "a quote is not closed"},
		{"block sequence entries are not allowed in this context",
			"an item with '- ' is not expected here"},
		{"found character that cannot start any token",
			"a word cannot begin like this, put it in quotes"},
	};

	if (l->offset < l->size && l->text[l->offset] == '\t')
		return "a tab cannot indent, use spaces";
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (streq(words[i].theirs, problem))
			return words[i].ours;
	return problem ? problem : "not valid YAML";
}

static int next_event(struct loader *l, yaml_event_t *ret)
{
	const yaml_parser_t *parser = &l->parser;
	const yaml_mark_t *mark = &parser->problem_mark;
	size_t line, column;

	if (yaml_parser_parse(&l->parser, ret))
		return 0;
	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;

	/* The end of the file says nothing about where a quote was opened. */
	if (streq(parser->problem, UNCLOSED_QUOTE))
		mark = &parser->context_mark;
	place(l, mark, &line, &column);
	return diag_add(l->d, line, column, "%s", explain(l, parser->problem));
}

static int new_node(struct loader *l, const yaml_event_t *event, struct node **ret)
{
	struct node *n = calloc(1, sizeof(*n));

	if (!n)
		return -ENOMEM;

	place(l, &event->start_mark, &n->line, &n->column);
	*ret = n;
	return 0;
}

static void refuse(struct loader *l, const struct node *n, const void *found, const char *why)
{
	if (found)
		(void)diag_add(l->d, n->line, n->column, "%s", why);
}

static int fill_scalar(struct loader *l, const yaml_event_t *event, struct node *n)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;

	refuse(l, n, event->data.scalar.anchor, "anchors are not allowed");
	refuse(l, n, event->data.scalar.tag, "tags are not allowed");
	n->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	n->unusable = memchr(value, '\0', length) != NULL;
	if (n->unusable)
		(void)diag_add(l->d, n->line, n->column, "text with a NUL character");
	n->text = strndup(value, length);
	return n->text ? 0 : -ENOMEM;
}

static int fill_node(struct loader *l, const yaml_event_t *event, struct node *n)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return fill_scalar(l, event, n);
	case YAML_SEQUENCE_START_EVENT:
		n->kind = NODE_LIST;
		refuse(l, n, event->data.sequence_start.anchor, "anchors are not allowed");
		refuse(l, n, event->data.sequence_start.tag, "tags are not allowed");
		return 0;
	case YAML_MAPPING_START_EVENT:
		n->kind = NODE_MAPPING;
		refuse(l, n, event->data.mapping_start.anchor, "anchors are not allowed");
		refuse(l, n, event->data.mapping_start.tag, "tags are not allowed");
		return 0;
	default: /* an alias */
		(void)diag_add(
			l->d, n->line, n->column, "aliases are not allowed, write the value out");
		n->unusable = true;
		n->text = strdup("");
		return n->text ? 0 : -ENOMEM;
	}
}

/* Puts a node where it belongs; from here on the tree owns it. */
static void attach(struct loader *l, struct node *n)
{
	struct frame *top = l->depth > 0 ? &l->frames[l->depth - 1] : NULL;

	if (!top) {
		l->root = n;
		return;
	}
	if (top->parent->kind == NODE_MAPPING && !top->key) {
		if (n->kind != NODE_SCALAR)
			(void)diag_add(l->d, n->line, n->column, "a key must be text, not %s",
				node_kind_name(n));
		n->unusable |= n->kind != NODE_SCALAR;
		top->key = n;
		return;
	}
	n->key = TAKE_PTR(top->key);
	*top->tail = n;
	top->tail = &n->next;
	top->parent->n++;
}

static int handle_node(struct loader *l, const yaml_event_t *event)
{
	struct node *n;
	int r;

	r = new_node(l, event, &n);
	if (r < 0)
		return r;
	r = fill_node(l, event, n);
	attach(l, n);
	if (r < 0)
		return r;

	if (++l->n_nodes > YAML_TREE_NODES_MAX)
		return diag_add(l->d, n->line, n->column, "more than %d values in one file",
			YAML_TREE_NODES_MAX);
	if (n->kind == NODE_SCALAR)
		return 0;
	if (l->depth == YAML_TREE_DEPTH_MAX)
		return diag_add(l->d, n->line, n->column, "nested deeper than %d levels",
			YAML_TREE_DEPTH_MAX);
	l->frames[l->depth++] = (struct frame){.parent = n, .tail = &n->children};
	return 0;
}

struct sorted_key {
	struct node *key; /* borrowed */
};

static int compare_keys(const void *a, const void *b)
{
	const struct node *left = ((const struct sorted_key *)a)->key;
	const struct node *right = ((const struct sorted_key *)b)->key;
	int order = strcmp(left->text, right->text);

	if (order != 0)
		return order;
	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return left->column < right->column ? -1 : left->column > right->column;
}

/* Sorted, as a file may have as many keys as it likes. */
static int find_duplicates(struct loader *l, struct node *mapping)
{
	CLEANUP_FREE struct sorted_key *keys = calloc(mapping->n + 1, sizeof(*keys));
	size_t n = 0;

	if (!keys)
		return -ENOMEM;

	for (struct node *child = mapping->children; child; child = child->next)
		if (!child->key->unusable)
			keys[n++].key = child->key;
	qsort(keys, n, sizeof(*keys), compare_keys);
	for (size_t i = 1, first = 0; i < n; i++) {
		if (!streq(keys[i].key->text, keys[first].key->text)) {
			first = i;
			continue;
		}
		keys[i].key->unusable = true;
		(void)diag_add(l->d, keys[i].key->line, keys[i].key->column,
			"duplicate key '%.60s', first on line %zu", keys[i].key->text,
			keys[first].key->line);
	}
	return 0;
}

static void drop_unusable_keys(struct node *mapping)
{
	struct node **link = &mapping->children;

	while (*link) {
		struct node *child = *link;

		if (!child->key->unusable) {
			link = &child->next;
			continue;
		}
		*link = TAKE_PTR(child->next);
		(void)node_free(child);
		mapping->n--;
	}
}

static int handle_end(struct loader *l)
{
	struct node *parent = l->frames[--l->depth].parent;
	int r;

	if (parent->kind != NODE_MAPPING)
		return 0;

	r = find_duplicates(l, parent);
	if (r >= 0)
		drop_unusable_keys(parent);
	return r;
}

static int handle_document(struct loader *l, const yaml_event_t *event)
{
	size_t line, column;

	if (!l->root)
		return 0;

	place(l, &event->start_mark, &line, &column);
	return diag_add(l->d, line, column, "a second document; a file is one document");
}

static int handle_event(struct loader *l, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_ALIAS_EVENT:
	case YAML_SCALAR_EVENT:
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return handle_node(l, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return handle_end(l);
	case YAML_DOCUMENT_START_EVENT:
		return handle_document(l, event);
	default:
		return 0;
	}
}

static int load_events(struct loader *l)
{
	bool done = false;

	while (!done) {
		CLEANUP(yaml_event_delete) yaml_event_t event = {0};
		int r = next_event(l, &event);

		if (r >= 0)
			r = handle_event(l, &event);
		if (r < 0)
			return r;
		done = event.type == YAML_STREAM_END_EVENT;
	}
	if (!l->root || (l->root->kind == NODE_SCALAR && !l->root->quoted && !*l->root->text))
		return YAML_TREE_R_EMPTY;
	return 0;
}

static void loader_done(struct loader *l)
{
	while (l->depth > 0)
		(void)node_free(l->frames[--l->depth].key);
	(void)node_free(l->root);
	yaml_parser_delete(&l->parser);
}

int yaml_tree_load(const char *text, size_t size, struct diag *d, struct node **ret)
{
	size_t skipped = strlen(YAML_BYTE_ORDER_MARK);
	CLEANUP(loader_done) struct loader l = {.d = d};
	int r;

	if (size > YAML_TREE_SIZE_MAX)
		return diag_add(d, 0, 0, "%zu bytes, more than %u", size, YAML_TREE_SIZE_MAX);
	if (size >= skipped && memcmp(text, YAML_BYTE_ORDER_MARK, skipped) == 0)
		l.skipped = skipped;
	l.text = text + l.skipped;
	l.size = size - l.skipped;
	r = yaml_bytes_check(l.text, l.size, l.skipped, d);
	if (r < 0)
		return r;

	if (!yaml_parser_initialize(&l.parser))
		return -ENOMEM;
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&l.parser, (const unsigned char *)l.text, l.size);
	r = load_events(&l);
	if (r == 0)
		*ret = TAKE_PTR(l.root);
	return r;
}

int yaml_tree_load_full(const char *text, size_t size, struct diag *d, struct node **ret)
{
	int r = yaml_tree_load(text, size, d, ret);

	return r == YAML_TREE_R_EMPTY ? diag_add(d, 1, 1, "the file is empty") : r;
}
