/* YAML text as a plain tree: strict, bounded, every node with its place. */
#pragma once

#include "common/config/diag.h"

#define YAML_TREE_SIZE_MAX  (1u << 20) /* bytes of text */
#define YAML_TREE_DEPTH_MAX 32
#define YAML_TREE_NODES_MAX 100000

#define YAML_TREE_R_EMPTY 1 /* nothing but comments */

enum node_kind {
	NODE_SCALAR,
	NODE_LIST,
	NODE_MAPPING,
};

struct node {
	enum node_kind kind;
	bool quoted;   /* a scalar in quotes or in a block: never a word with a meaning */
	bool unusable; /* its problem is already noted; stands for a value that is not known */
	size_t line, column; /* from 1, in bytes; 0: not from a file */
	char *text;	     /* of a scalar, without NUL inside; NULL otherwise */
	struct node *key;    /* scalar, when the parent is a mapping; NULL otherwise */
	struct node *children, *next;
	size_t n; /* children */
};

#define CLEANUP_NODE CLEANUP(node_freep)

/* A declared name cannot stand in parentheses. */
/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define node_foreach(child, parent)                                                                \
	for (const struct node *child = (parent)->children; child; child = child->next)
/* NOLINTEND(bugprone-macro-parentheses) */

/**
 * yaml_tree_load() - read one document
 * @text: not trusted; UTF-8, a byte order mark and CRLF are accepted
 * @size: bytes of @text
 * @d:    problems are added
 * @ret:  owned by the caller, free with node_free(); written only on success
 *
 * Anchors, aliases, tags and duplicate keys are problems that do not end the scan: the tree is then
 * made without them. Syntax errors, bytes that are no text, a second document and whatever is above
 * the limits end it. Nothing is interpreted: a plain "no" is the text "no".
 *
 * Return: 0, also with problems in @d; YAML_TREE_R_EMPTY: no tree and no problem; -EINVAL: no tree,
 * with at least one problem in @d; -ENOMEM.
 */
int yaml_tree_load(const char *text, size_t size, struct diag *d, struct node **ret);

/**
 * yaml_tree_load_full() - the same, where an empty file is a problem too
 * @text: as above
 * @size: bytes of @text
 * @d:    problems are added
 * @ret:  as above
 *
 * Return: 0, also with problems in @d; -EINVAL: no tree, with at least one problem in @d; -ENOMEM.
 */
int yaml_tree_load_full(const char *text, size_t size, struct diag *d, struct node **ret);

/**
 * node_new_scalar() - a scalar that is not from a file
 * @text: copied
 *
 * Return: owned by the caller; NULL without memory.
 */
struct node *node_new_scalar(const char *text);

/**
 * node_get() - value of a key
 * @mapping: node of any kind, or NULL
 * @key:     name
 *
 * Return: borrowed from @mapping; NULL when there is no such key.
 */
const struct node *node_get(const struct node *mapping, const char *key);

/**
 * node_kind_name() - what a node is, with its article
 * @n: node
 *
 * Return: static text: "text", "a list" or "a mapping".
 */
const char *node_kind_name(const struct node *n);

/**
 * node_free() - free a tree
 * @n: root, or NULL
 *
 * Return: NULL.
 */
struct node *node_free(struct node *n);

/**
 * node_freep() - for CLEANUP_NODE
 * @n: variable that holds a root, or NULL
 *
 * Return: nothing.
 */
static inline void node_freep(struct node **n)
{
	(void)node_free(*n);
}
