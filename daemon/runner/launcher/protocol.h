/* What steadyd and the launcher say to each other: one fixed struct a packet, SOCK_SEQPACKET. */
#pragma once

#include <stdint.h>
#include <sys/resource.h>

#include "common/base/cpuset.h"

/* Both programs come from one build; a daemon that outlived an upgrade notices here. */
#define LAUNCH_VERSION	 1u
#define LAUNCH_FDS_MAX	 8
#define LAUNCH_JOINS_MAX 4
/* More than the kernel accepts as arguments and environment (3/4 of _STK_LIM, exec.c). */
#define LAUNCH_BLOB_SIZE_MAX (8u << 20)

enum launch_type {
	LAUNCH_CONFIGURE = 1, /* to the launcher, once and first */
	LAUNCH_READY,	      /* its answer */
	LAUNCH_RUN,	      /* to the launcher, with descriptors */
	LAUNCH_KILL,	      /* to the launcher */
	LAUNCH_RESULT,	      /* its answer to LAUNCH_RUN */
};

/* What the process was doing when it failed; LAUNCH_STEP_NONE: the program was started. */
enum launch_step {
	LAUNCH_STEP_NONE,
	LAUNCH_STEP_REQUEST,
	LAUNCH_STEP_CLONE,
	LAUNCH_STEP_SESSION,
	LAUNCH_STEP_CGROUP,
	LAUNCH_STEP_OUTPUT,
	LAUNCH_STEP_LIMITS,
	LAUNCH_STEP_OOM_SCORE,
	LAUNCH_STEP_CPUS,
	LAUNCH_STEP_ASLR,
	LAUNCH_STEP_IDENTITY,
	LAUNCH_STEP_DEATH_SIGNAL,
	LAUNCH_STEP_FOLDER,
	LAUNCH_STEP_STDIN,
	LAUNCH_STEP_PRIORITY,
	LAUNCH_STEP_SIGNALS,
	LAUNCH_STEP_EXEC,
	LAUNCH_STEP_INTERPRETER, /* the program is there, what its first line or ELF names is not */
	LAUNCH_STEP_MAX,
};

/* How the process was made, best first. */
enum launch_method {
	LAUNCH_METHOD_CLONE3_CGROUP, /* born in its cgroup */
	LAUNCH_METHOD_CLONE3,	     /* moves itself into its cgroup before exec */
	LAUNCH_METHOD_CLONE,	     /* the same with the older system call */
	LAUNCH_METHOD_FORK,	     /* the same with a copy of the launcher's memory */
	LAUNCH_METHOD_MAX,
};

struct launch_configure {
	uint32_t type, version;
	uint32_t realtime;  /* wanted */
	uint32_t pinned;    /* to cpus */
	struct cpuset cpus; /* housekeeping */
};

/* errno of what was tried, 0: got it. */
struct launch_ready {
	uint32_t type, version;
	int32_t realtime_error, lock_error, pin_error;
};

#define LAUNCH_ASLR_OFF (1u << 0)
#define LAUNCH_CGROUP	(1u << 1) /* the descriptor after stderr is the run's cgroup v2 folder */

/*
 * Descriptors: blob, stdout, stderr, cgroup folder (see flags), then n_joins cgroup.procs files of
 * version 1 cgroups. The blob is a sealed memfd; *_at are offsets into it. The arrays of strings
 * have n + 1 slots of uintptr_t, offsets of the strings, the last slot 0: the launcher turns them
 * into pointers in its private mapping. The last byte of the blob is NUL.
 */
struct launch_run {
	uint32_t type, serial, flags, n_joins;
	uint32_t uid, gid, n_groups;
	uint32_t n_argv, n_env, n_candidates;
	uint32_t groups_at, argv_at, env_at, candidates_at, cwd_at;
	uint32_t stdin_at; /* 0: /dev/null */
	uint64_t blob_size;
	uint64_t timeout_ns; /* from exec */
	struct cpuset cpus;
};

struct launch_kill {
	uint32_t type, serial;
};

#define LAUNCH_TIMED_OUT (1u << 0) /* killed by the wall limit */
#define LAUNCH_KILLED	 (1u << 1) /* killed by LAUNCH_KILL */
#define LAUNCH_IN_CGROUP (1u << 2)
#define LAUNCH_UNKILLED	 (1u << 3) /* processes are left that do not die */

struct launch_result {
	uint32_t type, serial, flags;
	uint32_t step, method;
	int32_t error;	    /* errno of step */
	uint32_t candidate; /* index of the program the error is about */
	int32_t pid;
	int32_t code, status; /* siginfo: CLD_EXITED, CLD_KILLED, CLD_DUMPED */
	uint32_t leftovers;
	int32_t run_delay_error; /* errno; 0: run_delay_ns holds */
	uint64_t run_delay_ns;
	uint64_t realtime_ns;					 /* CLOCK_REALTIME of spawn */
	uint64_t spawn_ns, exec_ns, run_ns, end_ns, tree_end_ns; /* CLOCK_MONOTONIC */
	uint64_t peak_kib; /* of the launcher: a floor under usage.ru_maxrss */
	struct rusage usage;
};
