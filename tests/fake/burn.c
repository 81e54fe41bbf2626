/*
 * A subject for tests: burn spin MS [PID] uses MS milliseconds of CPU time and then writes what
 * process PID used meanwhile (schedstat, ns); burn pair MS has two children on any CPU that use MS
 * each; burn switch N leaves its CPU N times for 200 us. With BURN_CPU=N in the environment spin
 * and switch end with status 3 as soon as somebody else moved them off CPU N.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STATUS_MOVED 3

static int home = -1;

static int is_moved(void)
{
	return home >= 0 && sched_getcpu() != home;
}

static unsigned long long cpu_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (unsigned long long)t.tv_sec * 1000000000ull + (unsigned long long)t.tv_nsec;
}

static unsigned long long other_ns(const char *pid)
{
	unsigned long long value = 0;
	char path[64];
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%s/schedstat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;

	if (fscanf(file, "%llu", &value) != 1)
		value = 0;
	(void)fclose(file);
	return value;
}

static int spin(unsigned long long ms, const char *pid)
{
	unsigned long long before_ns = pid ? other_ns(pid) : 0;

	while (cpu_ns() < ms * 1000000ull)
		if (is_moved())
			return STATUS_MOVED;
	if (pid)
		printf("%llu\n", other_ns(pid) - before_ns);
	return 0;
}

static int leave(unsigned long n)
{
	struct timespec pause = {.tv_nsec = 200000};

	for (; n > 0; n--) {
		(void)nanosleep(&pause, NULL);
		if (is_moved())
			return STATUS_MOVED;
	}
	return 0;
}

static int pair(unsigned long long ms)
{
	cpu_set_t all;
	int status, n_failed = 0;

	home = -1;
	memset(&all, 0xff, sizeof(all));
	(void)sched_setaffinity(0, sizeof(all), &all);
	for (unsigned i = 0; i < 2; i++)
		if (fork() == 0)
			_exit(spin(ms, NULL));
	while (wait(&status) > 0)
		n_failed += status != 0;
	return n_failed;
}

int main(int argc, char **argv)
{
	const char *cpu = getenv("BURN_CPU");

	if (cpu)
		home = (int)strtol(cpu, NULL, 10);
	if (argc >= 3 && strcmp(argv[1], "spin") == 0)
		return spin(strtoull(argv[2], NULL, 10), argc > 3 ? argv[3] : NULL);
	if (argc == 3 && strcmp(argv[1], "pair") == 0)
		return pair(strtoull(argv[2], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "switch") == 0)
		return leave(strtoul(argv[2], NULL, 10));
	(void)fputs("usage: burn spin MS [PID] | burn pair MS | burn switch N\n", stderr);
	return 2;
}
