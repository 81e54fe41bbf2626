/* A run as the launcher wants it: names looked up, strings in one sealed file. */
#include "daemon/runner/launch-request.h"

#include <errno.h>
#include <stdio.h>

#include "common/base/file.h"
#include "common/base/macro.h"

#define SHELL	     "/bin/sh"
#define PATH_DEFAULT "/usr/local/bin:/usr/bin:/bin"

/* One growing block; an error sticks, so that it is asked for once. */
struct blob {
	char *data;
	size_t size, allocated;
	int error;
};

static size_t reserve(struct blob *b, size_t size, size_t align)
{
	size_t at = (b->size + align - 1) / align * align;

	if (b->error)
		return 0;
	if (size > LAUNCH_BLOB_SIZE_MAX || at + size > LAUNCH_BLOB_SIZE_MAX) {
		b->error = -E2BIG;
		return 0;
	}
	if (at + size > b->allocated) {
		size_t wanted = MAX_OF(2 * b->allocated, at + size);
		char *data = realloc(b->data, wanted);

		if (!data) {
			b->error = -ENOMEM;
			return 0;
		}
		(void)memset(data + b->allocated, 0, wanted - b->allocated);
		b->data = data;
		b->allocated = wanted;
	}
	b->size = at + size;
	return at;
}

static uint32_t put(struct blob *b, const void *from, size_t size, size_t align)
{
	size_t at = reserve(b, size, align);

	if (!b->error && size > 0)
		(void)memcpy(b->data + at, from, size);
	return (uint32_t)at;
}

static uint32_t put_string(struct blob *b, const char *text)
{
	return put(b, text, strlen(text) + 1, 1);
}

static uint32_t put_strings(struct blob *b, const struct strv *list)
{
	size_t slots = reserve(b, (list->n + 1) * sizeof(uintptr_t), sizeof(uintptr_t));

	for (size_t i = 0; i < list->n && !b->error; i++) {
		uintptr_t at = put_string(b, list->items[i]);

		if (!b->error)
			(void)memcpy(b->data + slots + i * sizeof(at), &at, sizeof(at));
	}
	return (uint32_t)slots;
}

static int make_argv(const struct command *command, struct strv *ret)
{
	if (!command->shell)
		return strv_copy(ret, &command->argv);

	int r = strv_push(ret, SHELL);

	if (r == 0)
		r = strv_push(ret, "-c");
	return r < 0 ? r : strv_copy(ret, &command->argv);
}

/* As execvp(3): an empty part of PATH is the working directory. */
static int find_candidates(const char *program, const struct strv *env, struct strv *ret)
{
	const char *path = strv_env_get(env, "PATH");
	int r = 0;

	if (strchr(program, '/') || !*program)
		return strv_push(ret, program);

	for (const char *part = path ? path : PATH_DEFAULT; part && r == 0;) {
		size_t n = strcspn(part, ":");

		r = strv_pushf(ret, "%.*s%s%s", (int)n, part, n > 0 ? "/" : "", program);
		part = part[n] ? part + n + 1 : NULL;
	}
	return r;
}

static int fill(struct launch_request *r, const struct run_spec *spec, const struct strv *argv)
{
	const struct identity *who = spec->identity;
	struct launch_run *p = &r->packet;
	struct blob b = {0};

	/* Offset 0 is "none". */
	(void)put_string(&b, "");
	p->groups_at = put(&b, who->groups, who->n_groups * sizeof(gid_t), sizeof(gid_t));
	p->argv_at = put_strings(&b, argv);
	p->env_at = put_strings(&b, spec->env);
	p->candidates_at = put_strings(&b, &r->candidates);
	p->cwd_at = put_string(&b, r->cwd);
	if (r->stdin_path)
		p->stdin_at = put_string(&b, r->stdin_path);
	p->n_groups = (uint32_t)who->n_groups;
	p->n_argv = (uint32_t)argv->n;
	p->n_env = (uint32_t)spec->env->n;
	p->n_candidates = (uint32_t)r->candidates.n;
	/* The last byte is NUL. */
	(void)put_string(&b, "");
	p->blob_size = b.size;

	r->blob_fd = b.error ? b.error : file_sealed("steady-run", b.data, b.size);
	free(b.data);
	return r->blob_fd < 0 ? r->blob_fd : 0;
}

static int build(struct launch_request *r, const struct run_spec *spec)
{
	CLEANUP_STRV struct strv argv = {0};
	int e = make_argv(spec->command, &argv);

	if (e == 0)
		e = find_candidates(argv.items[0], spec->env, &r->candidates);
	if (e < 0)
		return e;
	r->program = strdup(argv.items[0]);
	r->cwd = strdup(spec->cwd);
	r->stdin_path = spec->stdin_path ? strdup(spec->stdin_path) : NULL;
	if (!r->program || !r->cwd || (spec->stdin_path && !r->stdin_path))
		return -ENOMEM;
	return fill(r, spec, &argv);
}

int launch_request_init(struct launch_request *r, const struct run_spec *spec, struct error *e)
{
	if (!command_is_set(spec->command))
		return error_setf(e, -EINVAL, "there is no command to run");

	*r = (struct launch_request){
		.packet = {.type = LAUNCH_RUN,
			.flags = spec->aslr_off ? LAUNCH_ASLR_OFF : 0,
			.uid = spec->identity->uid,
			.gid = spec->identity->gid,
			.timeout_ns = spec->timeout_ns},
		.blob_fd = -1,
	};

	int code = build(r, spec);

	if (code == 0)
		return 0;
	launch_request_done(r);
	if (code == -E2BIG)
		return error_setf(e, code, "the arguments and the environment are too long");
	return error_setf(e, code, "cannot prepare the run: %s", strerror(-code));
}

void launch_request_done(struct launch_request *r)
{
	if (r->blob_fd >= 0)
		(void)close(r->blob_fd);
	free(r->program);
	free(r->cwd);
	free(r->stdin_path);
	strv_done(&r->candidates);
	*r = (struct launch_request){.blob_fd = -1};
}
