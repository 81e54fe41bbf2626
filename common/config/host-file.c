/* /etc/steady/steadyd.yaml: the host's defaults and limits. */
#include "common/config/host-file.h"

#include <errno.h>
#include <stddef.h>

#include "common/base/file.h"
#include "common/config/schema-types.h"

#define DEFAULT_QUEUE	       10000
#define DEFAULT_QUEUE_PER_USER 2000
#define DEFAULT_OUTPUT_BYTES   (1u << 20)
#define DEFAULT_JOB_NS	       (86400 * NSEC_PER_SEC)

static const struct schema_row access_rows[] = {
	{
		.key = "users",
		.type = &schema_words,
		.offset = offsetof(struct host_config, allow_users),
		.help = "Users who may submit, by name or number, besides root.",
	},
	{
		.key = "groups",
		.type = &schema_words,
		.offset = offsetof(struct host_config, allow_groups),
		.default_text = "[steady]",
		.help = "Groups whose members may submit.",
	},
	{0},
};

static const struct schema_row limit_rows[] = {
	{
		.key = "queue",
		.type = &schema_u64,
		.offset = offsetof(struct host_config, queue_max),
		.min = "1",
		.max = "1000000",
		.default_text = "10000",
		.help = "Jobs that may wait.",
	},
	{
		.key = "queue-per-user",
		.type = &schema_u64,
		.offset = offsetof(struct host_config, queue_max_per_user),
		.min = "1",
		.max = "1000000",
		.default_text = "2000",
		.help = "Jobs of one user that may wait.",
	},
	{
		.key = "output",
		.type = &schema_size,
		.offset = offsetof(struct host_config, keep_output_bytes),
		.min = "1KiB",
		.max = "1GiB",
		.default_text = "1MiB",
		.help = "How much of each output stream of a run is stored at most.",
	},
	{
		.key = "job-time",
		.type = &schema_duration,
		.offset = offsetof(struct host_config, job_max_ns),
		.min = "1m",
		.max = "365d",
		.default_text = "24h",
		.help = "Longest time of one job.",
	},
	{0},
};

static const struct schema_row host_rows[] = {
	{
		.key = "default-profile",
		.type = &schema_name,
		.offset = offsetof(struct host_config, default_profile),
		.default_text = "as-is",
		.help = "Profile of jobs that name none.",
	},
	{
		.key = "access",
		.type = &schema_mapping,
		.rows = access_rows,
		.help = "Who may submit jobs.",
	},
	{
		.key = "spare",
		.type = &schema_words,
		.offset = offsetof(struct host_config, spare),
		.help = "Names of tasks that cpu.affinity never moves; * and ? are wildcards.",
	},
	{
		.key = "housekeeping",
		.flags = SCHEMA_NOT_YET,
		.help = "CPUs for everything that is not measured.",
	},
	{
		.key = "limits",
		.type = &schema_mapping,
		.rows = limit_rows,
		.help = "What jobs may use.",
	},
	{
		.key = "keep",
		.flags = SCHEMA_NOT_YET,
		.help = "How much of the past is kept.",
	},
	{0},
};

static int set_defaults(struct host_config *c)
{
	*c = (struct host_config){
		.default_profile = strdup("as-is"),
		.queue_max = DEFAULT_QUEUE,
		.queue_max_per_user = DEFAULT_QUEUE_PER_USER,
		.keep_output_bytes = DEFAULT_OUTPUT_BYTES,
		.job_max_ns = DEFAULT_JOB_NS,
	};
	if (!c->default_profile)
		return -ENOMEM;
	return strv_push(&c->allow_groups, "steady");
}

int host_config_parse(const char *text, size_t size, struct host_config *ret, struct diag *d)
{
	CLEANUP(host_config_done) struct host_config config = {0};
	struct schema_context c = {.d = d};
	CLEANUP_NODE struct node *root = NULL;
	size_t n_before = diag_count(d);
	int r = set_defaults(&config);

	if (r >= 0)
		r = yaml_tree_load(text, size, d, &root);
	if (r == 0)
		r = schema_walk(&c, host_rows, root, &config);
	if (r < 0)
		return r;
	if (diag_count(d) > n_before)
		return -EINVAL;

	*ret = config;
	config = (struct host_config){0};
	return 0;
}

static int parse_file(
	const char *path, const char *text, size_t size, struct host_config *ret, struct error *e)
{
	CLEANUP(diag_done) struct diag d = {0};
	CLEANUP_FREE char *problems = NULL;
	int r = diag_init(&d, path, text, size);

	if (r >= 0)
		r = host_config_parse(text, size, ret, &d);
	if (r == -EINVAL)
		problems = diag_format(&d);
	return r < 0 ? error_setf(e, r, "%s", problems ? problems : strerror(-r)) : 0;
}

int host_config_load(const char *path, struct host_config *ret, struct error *e)
{
	CLEANUP_FREE char *text = NULL;
	size_t size = 0;
	int r = file_read(path, YAML_TREE_SIZE_MAX, &text, &size, e);

	if (r == -ENOENT)
		return parse_file(path, "", 0, ret, e);
	return r < 0 ? r : parse_file(path, text, size, ret, e);
}

void host_config_print_keys(FILE *f)
{
	schema_print(f, host_rows, 0);
}

void host_config_done(struct host_config *c)
{
	if (!c)
		return;

	free(c->default_profile);
	strv_done(&c->allow_users);
	strv_done(&c->allow_groups);
	strv_done(&c->spare);
	*c = (struct host_config){0};
}
