/* A LAUNCH_RUN packet, checked, with its descriptors and its blob mapped. */
#include "daemon/runner/launcher/request.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/macro.h"

#define FIXED_FDS 3 /* blob, stdout, stderr */
#define SEALS	  (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static void take_fds(struct request *r, const int *fds, unsigned n)
{
	unsigned at = FIXED_FDS;

	r->blob_fd = fds[0];
	r->stdout_fd = fds[1];
	r->stderr_fd = fds[2];
	if (r->run.flags & LAUNCH_CGROUP)
		r->cgroup_fd = fds[at++];
	for (unsigned i = 0; i < r->run.n_joins; i++)
		r->joins[i] = fds[at++];
}

static bool fits(const struct launch_run *run, uint64_t at, uint64_t count, uint64_t size)
{
	return at % size == 0 && at < run->blob_size && count <= (run->blob_size - at) / size;
}

/* Offsets become pointers, in place: the mapping is private. Return: NULL when one is outside. */
static char **relocate(struct request *r, uint32_t at, uint32_t n)
{
	if (!fits(&r->run, at, (uint64_t)n + 1, sizeof(uintptr_t)))
		return NULL;

	uintptr_t *slots = (void *)(r->blob + at);

	for (uint32_t i = 0; i < n; i++) {
		if (slots[i] >= r->run.blob_size)
			return NULL;
		slots[i] += (uintptr_t)r->blob;
	}
	return slots[n] == 0 ? (char **)slots : NULL;
}

static int map_blob(struct request *r)
{
	const uint64_t size = r->run.blob_size;

	if (size == 0 || size > LAUNCH_BLOB_SIZE_MAX ||
		(fcntl(r->blob_fd, F_GET_SEALS) & SEALS) != SEALS ||
		lseek(r->blob_fd, 0, SEEK_END) != (off_t)size)
		return -EBADMSG;

	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, r->blob_fd, 0);

	if (map == MAP_FAILED)
		return -errno;
	r->blob = map;
	return r->blob[size - 1] == '\0' ? 0 : -EBADMSG;
}

int request_init(struct request *r, const struct launch_run *run, const int *fds, unsigned n)
{
	const bool has_cgroup = run->flags & LAUNCH_CGROUP;

	*r = (struct request){
		.run = *run, .blob_fd = -1, .stdout_fd = -1, .stderr_fd = -1, .cgroup_fd = -1};
	if (run->n_joins > LAUNCH_JOINS_MAX || n != FIXED_FDS + has_cgroup + run->n_joins) {
		for (unsigned i = 0; i < n; i++)
			(void)close(fds[i]);
		r->run.n_joins = 0;
		return -EBADMSG;
	}
	take_fds(r, fds, n);

	int e = map_blob(r);

	if (e < 0)
		return e;
	if (!fits(run, run->groups_at, run->n_groups, sizeof(gid_t)) || run->n_argv == 0 ||
		run->cwd_at >= run->blob_size || run->stdin_at >= run->blob_size)
		return -EBADMSG;

	r->argv = relocate(r, run->argv_at, run->n_argv);
	r->env = relocate(r, run->env_at, run->n_env);
	r->candidates = relocate(r, run->candidates_at, run->n_candidates);
	r->groups = (void *)(r->blob + run->groups_at);
	r->cwd = r->blob + run->cwd_at;
	r->stdin_path = run->stdin_at ? r->blob + run->stdin_at : NULL;
	return r->argv && r->env && r->candidates ? 0 : -EBADMSG;
}

void request_done(struct request *r)
{
	const int fds[] = {r->blob_fd, r->stdout_fd, r->stderr_fd, r->cgroup_fd};

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0)
			(void)close(fds[i]);
	for (unsigned i = 0; i < r->run.n_joins; i++)
		(void)close(r->joins[i]);
	if (r->blob)
		(void)munmap(r->blob, r->run.blob_size);
}
