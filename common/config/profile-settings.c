/* The settings of a profile file: knobs and their values. */
#include "common/config/profile-settings.h"

#include <errno.h>

#include "common/base/strv.h"
#include "common/config/schema-types.h"
#include "common/config/similar.h"
#include "common/model/knob-desc.h"

/* Knobs of the profile format that are no rows yet. */
static const char *const not_yet[] = {
	"cpu.isolate", "cpu.smt", "irq.affinity", "services.stop", "services.target"};

static const char *const need_words[] = {
	[NEED_PREFER] = "prefer",
	[NEED_REQUIRE] = "require",
	[NEED_IGNORE] = "ignore",
	NULL,
};

static const struct schema_row need_row = {
	.key = "need",
	.type = &schema_choice,
	.choices = need_words,
};

/* A setting being read: "want" and the parts of a value are different ways to write it. */
struct reading {
	const struct knob_desc *desc;
	const struct node *want; /* or NULL */
	struct strv parts;	 /* "count=2", in the order of the knob's parts */
	int need;
	bool bad;
};

static void reading_done(struct reading *s)
{
	strv_done(&s->parts);
}

static int unknown_knob(struct schema_context *c, const struct node *key)
{
	struct similar similar = similar_start(key->text);
	char hint[SIMILAR_HINT_MAX];
	const struct knob_desc *all;
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(not_yet); i++)
		if (streq(not_yet[i], key->text))
			return schema_problem(
				c, key, "'%s' is not supported by this version yet", key->text);

	all = knob_desc_all(&n);
	for (size_t i = 0; i < n; i++)
		similar_try(&similar, all[i].name);
	return schema_problem(
		c, key, "unknown knob '%.60s'%s", key->text, similar_hint(&similar, hint));
}

static bool is_part(const struct knob_desc *desc, const char *key)
{
	for (size_t i = 0; desc->parts && desc->parts[i]; i++)
		if (streq(desc->parts[i], key))
			return true;
	return false;
}

static int unknown_part(
	struct schema_context *c, const struct knob_desc *desc, const struct node *key)
{
	struct similar similar = similar_start(key->text);
	char hint[SIMILAR_HINT_MAX];

	similar_try(&similar, "want");
	similar_try(&similar, "need");
	for (size_t i = 0; desc->parts && desc->parts[i]; i++)
		similar_try(&similar, desc->parts[i]);
	return schema_problem(c, key, "unknown key '%.60s' of '%s'%s", key->text, desc->name,
		similar_hint(&similar, hint));
}

/* The order is the knob's, not the file's, so that equal settings are equal texts. */
static int read_parts(struct schema_context *c, struct reading *s, const struct node *n)
{
	for (size_t i = 0; s->desc->parts && s->desc->parts[i]; i++) {
		const struct schema_row row = {.key = s->desc->parts[i], .type = &schema_words};
		const struct node *part = node_get(n, row.key);
		CLEANUP_STRV struct strv values = {0};
		CLEANUP_FREE char *joined = NULL;
		int r;

		if (!part)
			continue;
		r = schema_strings(c, &row, part, &values);
		joined = r < 0 ? NULL : strv_join(&values, ",");
		if (r == -ENOMEM || (r >= 0 && !joined))
			return -ENOMEM;
		if (r < 0)
			s->bad = true;
		else if (strv_pushf(&s->parts, "%s=%s", row.key, joined) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int read_mapping(struct schema_context *c, struct reading *s, const struct node *n)
{
	node_foreach (child, n) {
		int r = 0;

		if (streq(child->key->text, "want"))
			s->want = child;
		else if (streq(child->key->text, "need"))
			r = need_row.type->decode(c, &need_row, child, &s->need);
		else if (!is_part(s->desc, child->key->text))
			r = unknown_part(c, s->desc, child->key);
		if (r == -ENOMEM)
			return r;
		s->bad |= r < 0;
	}
	return read_parts(c, s, n);
}

static int read_value(struct schema_context *c, struct reading *s, const struct node *n)
{
	int r;

	if (n->kind != NODE_MAPPING) {
		s->want = n;
		return 0;
	}
	r = read_mapping(c, s, n);
	if (r < 0 || !s->want || s->want->kind != NODE_MAPPING)
		return r;

	/* {want: {count: 2}, need: require} */
	n = s->want;
	s->want = NULL;
	node_foreach (child, n)
		if (!is_part(s->desc, child->key->text)) {
			(void)unknown_part(c, s->desc, child->key);
			s->bad = true;
		}
	return read_parts(c, s, n);
}

/* One canonical text for the value, however it was written. */
static int make_want(struct schema_context *c, struct reading *s, const struct node *n, char **ret)
{
	const struct schema_row row = {.key = s->desc->name, .type = &schema_text};
	const char *text;
	int r;

	if (s->want && s->parts.n > 0)
		return schema_problem(c, n, "'%s' has both 'want' and parts of a value", row.key);
	if (!s->want && s->parts.n == 0)
		return schema_problem(c, n, "'%s' has no value", row.key);
	if (!s->want) {
		*ret = strv_join(&s->parts, ",");
		return *ret ? 0 : -ENOMEM;
	}
	r = schema_scalar(c, &row, s->want, &text);
	return r < 0 ? r : schema_set_text(ret, text);
}

static int read_setting(struct schema_context *c, const struct node *n, struct profile *p)
{
	CLEANUP(reading_done) struct reading s = {.need = (int)p->need};
	CLEANUP_FREE char *want = NULL;
	struct error e = {0};
	int r;

	s.desc = knob_desc_find(n->key->text);
	if (!s.desc)
		return unknown_knob(c, n->key);
	if (n->unusable)
		return -EINVAL;
	r = read_value(c, &s, n);
	if (r < 0 || s.bad)
		return r < 0 ? r : -EINVAL;
	r = make_want(c, &s, n, &want);
	if (r < 0)
		return r;
	if (knob_desc_check(s.desc, want, &e) < 0)
		return schema_problem(c, s.want ? s.want : n, "'%s': %s", s.desc->name, e.text);
	return profile_set(p, s.desc->name, want, (enum need)s.need);
}

int profile_settings_read(struct schema_context *c, const struct node *settings, struct profile *p)
{
	if (!settings || settings->kind != NODE_MAPPING)
		return 0;

	node_foreach (child, settings) {
		int r = read_setting(c, child, p);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

bool profile_settings_has(const struct profile *p, const char *knob)
{
	for (size_t i = 0; i < p->n_settings; i++)
		if (streq(p->settings[i].knob, knob))
			return true;
	return false;
}

static void print_knob(FILE *f, const struct knob_desc *desc, unsigned indent)
{
	(void)fprintf(f, "%*s%s:", (int)indent, "", desc->name);
	for (size_t i = 0; desc->choices && desc->choices[i]; i++)
		(void)fprintf(f, "%s%s", i > 0 ? " | " : " ", desc->choices[i]);
	for (size_t i = 0; desc->parts && desc->parts[i]; i++)
		(void)fprintf(f, " | {%s: ...}", desc->parts[i]);
	if (desc->takes)
		(void)fprintf(f, "%s %s", desc->choices ? " |" : "", desc->takes);
	else if (desc->unit)
		(void)fprintf(f, "%s a number with its unit, shown in %s",
			desc->choices ? " |" : "", desc->unit);
	else if (desc->max > 0)
		(void)fprintf(f, "%s a whole number from %u to %u", desc->choices ? " |" : "",
			desc->min, desc->max);
	else if (!desc->choices)
		(void)fputs(" a word", f);
	(void)fprintf(f, "\n%*s%s\n", (int)indent + 4, "", desc->help);
}

void profile_settings_print(FILE *f, unsigned indent)
{
	const struct knob_desc *all;
	size_t n;

	all = knob_desc_all(&n);
	for (size_t i = 0; i < n; i++)
		print_knob(f, &all[i], indent);
}
