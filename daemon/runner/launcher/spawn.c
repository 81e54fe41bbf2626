/* Make the process of a run: clone3 into its cgroup, or the next best thing. */
#include "daemon/runner/launcher/spawn.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/base/macro.h"

#define STACK_SIZE (64u << 10)

/* The child's own: it shares the memory, and the launcher's frames must survive it. */
static unsigned char stack[STACK_SIZE] __attribute__((aligned(64)));

/*
 * The C library has no wrapper, and syscall(2) cannot be used: its return address would be on the
 * old stack. Functions and argument are in registers that the kernel keeps.
 */
#if defined(__x86_64__)
static long clone3_call(struct clone_args *arguments, const struct child_plan *plan)
{
	register long result __asm__("rax") = SYS_clone3;
	register int (*function)(void *) __asm__("r8") = child_main;
	register const void *argument __asm__("r9") = plan;

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "mov %%r9, %%rdi\n\t"
			 "call *%%r8\n\t"
			 "hlt\n"
			 "1:"
			 : "+r"(result)
			 : "D"(arguments), "S"(sizeof(*arguments)), "r"(function), "r"(argument)
			 : "rcx", "r11", "memory", "cc");
	return result;
}
#elif defined(__aarch64__)
static long clone3_call(struct clone_args *arguments, const struct child_plan *plan)
{
	register long result __asm__("x0") = (long)arguments;
	register long size __asm__("x1") = sizeof(*arguments);
	register long number __asm__("x8") = SYS_clone3;
	register int (*function)(void *) __asm__("x9") = child_main;
	register const void *argument __asm__("x10") = plan;

	__asm__ volatile("svc #0\n\t"
			 "cbnz x0, 1f\n\t"
			 "mov x29, xzr\n\t"
			 "mov x0, x10\n\t"
			 "blr x9\n\t"
			 "brk #0\n"
			 "1:"
			 : "+r"(result)
			 : "r"(size), "r"(number), "r"(function), "r"(argument)
			 : "memory", "cc");
	return result;
}
#else
static long clone3_call(struct clone_args *arguments, const struct child_plan *plan)
{
	return -ENOSYS;
}
#endif

static int spawn_clone3(const struct child_plan *plan, int cgroup_fd, struct spawned *ret)
{
	int pidfd = -1;
	struct clone_args arguments = {
		.flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD,
		.pidfd = (uintptr_t)&pidfd,
		.exit_signal = SIGCHLD,
		.stack = (uintptr_t)stack,
		.stack_size = STACK_SIZE,
	};

	if (cgroup_fd >= 0) {
		arguments.flags |= CLONE_INTO_CGROUP;
		arguments.cgroup = (unsigned)cgroup_fd;
	}

	long r = clone3_call(&arguments, plan);

	if (r < 0)
		return (int)r;
	ret->pid = (pid_t)r;
	ret->pidfd = pidfd;
	return 0;
}

static int spawn_clone(const struct child_plan *plan, int memory, struct spawned *ret)
{
	int pidfd = -1;
	union {
		const struct child_plan *borrowed;
		void *argument;
	} shared = {.borrowed = plan};
	pid_t pid = clone(child_main, stack + STACK_SIZE,
		memory | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, shared.argument, &pidfd);

	if (pid < 0)
		return -errno;
	ret->pid = pid;
	ret->pidfd = pidfd;
	return 0;
}

static int spawn_by(enum launch_method method, const struct child_plan *plan, int cgroup_fd,
	struct spawned *ret)
{
	switch (method) {
	case LAUNCH_METHOD_CLONE3_CGROUP: {
		struct child_plan born_there = *plan;

		born_there.joins = plan->joins + 1;
		born_there.n_joins = plan->n_joins - 1;
		return spawn_clone3(&born_there, cgroup_fd, ret);
	}
	case LAUNCH_METHOD_CLONE3:
		return spawn_clone3(plan, -1, ret);
	case LAUNCH_METHOD_CLONE:
		return spawn_clone(plan, CLONE_VM, ret);
	default:
		return spawn_clone(plan, 0, ret);
	}
}

int spawn_child(const struct child_plan *plan, int cgroup_fd, struct spawned *ret)
{
	enum launch_method method = cgroup_fd >= 0 ? LAUNCH_METHOD_CLONE3_CGROUP
						   : LAUNCH_METHOD_CLONE3;
	int r = -ENOSYS;

	for (; method < LAUNCH_METHOD_MAX; method++) {
		r = spawn_by(method, plan, cgroup_fd, ret);
		/* Another way does not help against a full process table. */
		if (r == 0 || r == -EAGAIN || r == -ENOMEM)
			break;
	}
	if (r == 0)
		ret->method = method;
	return r;
}
