/* Profile files: YAML text to struct profile, inheritance resolved. */
#include "common/config/profile-file.h"

#include <errno.h>
#include <stddef.h>

#include "common/base/file.h"
#include "common/base/quantity.h"
#include "common/config/profile-settings.h"
#include "common/config/schema-types.h"
#include "common/config/yaml-folder.h"

#define INHERIT_MAX 16

#define DEFAULT_BUSY_RATIO	  0.01
#define DEFAULT_FOR_NS		  (2 * NSEC_PER_SEC)
#define DEFAULT_SETTLE_TIMEOUT_NS (300 * NSEC_PER_SEC)

static const char *const need_words[] = {
	[NEED_PREFER] = "prefer",
	[NEED_REQUIRE] = "require",
	[NEED_IGNORE] = "ignore",
	NULL,
};

/* A difference of temperatures is the same in both units. */
static int decode_temperature(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	char number[QUANTITY_TEXT_MAX];
	const char *text;
	double kelvin;
	size_t size;
	int r = schema_scalar(c, row, n, &text);

	if (r < 0)
		return r;
	size = strcspn(text, "CK");
	if (size >= sizeof(number) || text[size] == '\0' || text[size + 1] != '\0')
		return schema_wrong_type(c, row, n);
	memcpy(number, text, size);
	number[size] = '\0';
	if (quantity_double(number, &kelvin) < 0 || kelvin < 0 || kelvin > 100)
		return schema_wrong_type(c, row, n);
	*(double *)target = kelvin;
	return 0;
}

static const struct schema_type temperature_type = {
	"a difference of temperatures", "3C", decode_temperature};

static const struct schema_row settle_rows[] = {
	{
		.key = "busy",
		.type = &schema_ratio,
		.offset = offsetof(struct settle, busy_ratio),
		.max = "100%",
		.default_text = "1%",
		.help = "Share of their time the measured CPUs may be busy.",
	},
	{
		.key = "for",
		.type = &schema_duration,
		.offset = offsetof(struct settle, for_ns),
		.min = "100ms",
		.max = "1h",
		.default_text = "2s",
		.help = "How long they have to stay so.",
	},
	{
		.key = "temperature",
		.type = &temperature_type,
		.offset = offsetof(struct settle, temperature_k),
		.default_text = "not looked at",
		.help = "How far the temperature may be from where the first job began.",
	},
	{
		.key = "timeout",
		.type = &schema_duration,
		.offset = offsetof(struct settle, timeout_ns),
		.min = "1s",
		.max = "1d",
		.default_text = "5m",
		.help = "Time after which the job begins in any case, and says so.",
	},
	{0},
};

static int decode_settle(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	struct settle *settle = target;

	if (n->kind != NODE_MAPPING)
		return schema_wrong_type(c, row, n);
	*settle = (struct settle){
		.busy_ratio = DEFAULT_BUSY_RATIO,
		.for_ns = DEFAULT_FOR_NS,
		.timeout_ns = DEFAULT_SETTLE_TIMEOUT_NS,
	};
	return schema_walk(c, settle_rows, n, settle);
}

/* Read last, since the profile's own need is the default of every setting. */
static int decode_settings(
	struct schema_context *c, const struct schema_row *row, const struct node *n, void *target)
{
	return n->kind == NODE_MAPPING ? 0 : schema_wrong_type(c, row, n);
}

static const struct schema_type settle_type = {"a mapping", NULL, decode_settle};
static const struct schema_type settings_type = {
	"a mapping of knobs to values", "{cpu.governor: performance}", decode_settings};

static const struct schema_row profile_rows[] = {
	{
		.key = "profile",
		.type = &schema_name,
		.offset = offsetof(struct profile, name),
		.flags = SCHEMA_REQUIRED,
		.help = "Its name, the same as the file's.",
	},
	{
		.key = "description",
		.type = &schema_prose,
		.offset = offsetof(struct profile, description),
		.help = "A sentence for people.",
	},
	{
		.key = "inherits",
		.type = &schema_name,
		.offset = offsetof(struct profile, inherits),
		.help = "Profile whose settings hold where this one says nothing.",
	},
	{.key = "match", .flags = SCHEMA_NOT_YET},
	{
		.key = "need",
		.type = &schema_choice,
		.offset = offsetof(struct profile, need),
		.choices = need_words,
		.default_text = "prefer",
		.help = "How much the settings of this file matter where they do not say so "
			"themselves.",
	},
	{
		.key = "settings",
		.type = &settings_type,
		.help = "A value for each knob: KNOB: VALUE, or KNOB: {want: VALUE, need: NEED}.",
	},
	{
		.key = "settle",
		.type = &settle_type,
		.offset = offsetof(struct profile, settle),
		.rows = settle_rows,
		.help = "Waiting until the measured CPUs are calm and cool.",
	},
	{0},
};

int profile_parse(const char *text, size_t size, struct profile *ret, struct diag *d)
{
	CLEANUP(profile_done) struct profile p = {0};
	struct schema_context c = {.d = d};
	CLEANUP_NODE struct node *root = NULL;
	size_t n_before = diag_count(d);
	int r = yaml_tree_load_full(text, size, d, &root);

	if (r >= 0)
		r = schema_walk(&c, profile_rows, root, &p);
	if (r >= 0)
		r = profile_settings_read(&c, node_get(root, "settings"), &p);
	if (r < 0)
		return r;
	if (diag_count(d) > n_before)
		return -EINVAL;

	*ret = p;
	p = (struct profile){0};
	return 0;
}

void profile_print_keys(FILE *f)
{
	schema_print(f, profile_rows, 0);
	(void)fputs("\nKnobs:\n", f);
	profile_settings_print(f, 4);
}

/* A file whose name is not its profile's would be found under one name and reported under another.
 */
static int parse_named(
	const char *text, size_t size, const char *name, struct profile *ret, struct diag *d)
{
	int r = profile_parse(text, size, ret, d);

	if (r < 0 || streq(ret->name, name))
		return r;
	r = diag_add(d, 0, 0, "the profile is called '%s', which its file is not", ret->name);
	profile_done(ret);
	return r;
}

static int load_file(const char *path, const char *name, struct profile *ret, struct error *e)
{
	CLEANUP(diag_done) struct diag d = {0};
	CLEANUP_FREE char *text = NULL, *problems = NULL;
	size_t size = 0;
	int r = file_read(path, YAML_TREE_SIZE_MAX, &text, &size, e);

	if (r < 0)
		return r;
	r = diag_init(&d, path, text, size);
	if (r >= 0)
		r = parse_named(text, size, name, ret, &d);
	if (r == -EINVAL)
		problems = diag_format(&d);
	if (r < 0)
		return error_setf(e, r, "%s", problems ? problems : strerror(-r));

	ret->path = strdup(path);
	if (ret->path)
		return 0;
	profile_done(ret);
	return error_setf(e, -ENOMEM, "out of memory");
}

static int load_one(
	const struct strv *folders, const char *name, struct profile *ret, struct error *e)
{
	CLEANUP_FREE char *path = NULL;
	int r = yaml_folder_find(folders, name, &path);

	if (r == -ENOENT)
		return yaml_folder_unknown(folders, "profile", name, e);
	return r < 0 ? error_setf(e, r, "out of memory") : load_file(path, name, ret, e);
}

/* A profile and what it inherits, nearest first. */
struct line_of_descent {
	struct profile items[INHERIT_MAX];
	size_t n;
};

static void descent_done(struct line_of_descent *line)
{
	for (size_t i = 0; i < line->n; i++)
		profile_done(&line->items[i]);
	line->n = 0;
}

static int load_descent(
	const struct strv *folders, const char *name, struct line_of_descent *line, struct error *e)
{
	while (name) {
		int r;

		for (size_t i = 0; i < line->n; i++)
			if (streq(line->items[i].name, name))
				return error_setf(e, -ELOOP, "%s: inherits '%s', which inherits it",
					line->items[line->n - 1].path, name);
		if (line->n == INHERIT_MAX)
			return error_setf(e, -ELOOP, "profile '%s' inherits from more than %d",
				line->items[0].name, INHERIT_MAX - 1);
		r = load_one(folders, name, &line->items[line->n], e);
		if (r < 0 && line->n > 0)
			return error_prefixf(e, "%s: inherits", line->items[line->n - 1].path);
		if (r < 0)
			return r;
		name = line->items[line->n++].inherits;
	}
	return 0;
}

/* Adds what an ancestor sets and nobody nearer does. */
static int inherit_from(struct profile *p, const struct profile *ancestor)
{
	for (size_t i = 0; i < ancestor->n_settings; i++) {
		const struct setting *s = &ancestor->settings[i];
		int r;

		if (profile_settings_has(p, s->knob))
			continue;
		r = profile_set(p, s->knob, s->want, s->need);
		if (r < 0)
			return r;
	}
	if (p->settle.timeout_ns == 0)
		p->settle = ancestor->settle;
	return 0;
}

int profile_load(const struct strv *folders, const char *name, struct profile *ret, struct error *e)
{
	CLEANUP(descent_done) struct line_of_descent line = {0};
	int r = load_descent(folders, name, &line, e);

	for (size_t i = 1; i < line.n && r >= 0; i++) {
		r = inherit_from(&line.items[0], &line.items[i]);
		if (r < 0)
			(void)error_setf(e, r, "out of memory");
	}
	if (r < 0)
		return r;

	*ret = line.items[0];
	line.items[0] = (struct profile){0};
	return 0;
}

int profile_list(const struct strv *folders, struct strv *ret)
{
	return yaml_folder_list(folders, ret);
}
