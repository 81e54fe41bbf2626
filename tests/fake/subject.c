/* A subject with the habits a run must cope with: subject VERB [NUMBER]. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAGE 4096

/* Touch memory: number is MiB. */
static int touch(long n)
{
	size_t size = (size_t)n << 20;
	volatile char *memory = malloc(size);

	for (size_t i = 0; memory && i < size; i += PAGE)
		memory[i] = 1;
	return memory ? 0 : 1;
}

/* Leave processes behind that have nothing in common with this one but the cgroup. */
static int daemonise(long n)
{
	for (long i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid > 0)
			continue;
		if (setsid() < 0 || fork() != 0)
			_exit(0);
		printf("%d\n", getpid());
		fflush(stdout);
		while (pause() < 0)
			;
	}
	/* Until all are there; the main process then lives or dies as the caller wants. */
	usleep(100000);
	return 0;
}

static int daemonise_and_stay(long n)
{
	(void)daemonise(n);
	while (pause() < 0)
		;
	return 0;
}

/* Children that stay: as many as it gets. */
static int multiply(long n)
{
	for (long i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid == 0)
			return pause();
	}
	return 0;
}

/* More than any limit: number is MiB, 0 is endless. */
static int shout(long n)
{
	static char line[1 << 20];

	memset(line, 'x', sizeof(line));
	memcpy(line, "first", 5);
	for (long i = 0; n == 0 || i < n; i++)
		if (write(STDOUT_FILENO, line, sizeof(line)) < 0)
			return 1;
	return write(STDOUT_FILENO, "last", 4) < 0;
}

/* Signals that are blocked or not default, and what else prctl tells. */
static int signals(long n)
{
	int death_signal = 0;
	sigset_t mask;
	struct sigaction action;

	(void)sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int i = 1; i < NSIG; i++) {
		if (sigismember(&mask, i) == 1)
			printf("blocked %d\n", i);
		if (sigaction(i, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
			printf("not default %d\n", i);
	}
	(void)prctl(PR_GET_PDEATHSIG, &death_signal);
	printf("slack %d, death signal %d\n", prctl(PR_GET_TIMERSLACK), death_signal);
	return 0;
}

/* Descriptors that are open. */
static int descriptors(long n)
{
	for (int fd = 0; fd < n; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			printf("%d ", fd);
	return 0;
}

static const struct {
	const char *verb;
	int (*act)(long n);
} verbs[] = {
	{"touch", touch},
	{"daemonise", daemonise},
	{"daemonise-and-stay", daemonise_and_stay},
	{"multiply", multiply},
	{"shout", shout},
	{"signals", signals},
	{"descriptors", descriptors},
};

int main(int argc, char *argv[])
{
	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].verb) == 0)
			return verbs[i].act(argc > 2 ? atol(argv[2]) : 0);
	return 2;
}
