/* Numbers from /proc, read without stdio: every page of the launcher counts. */
#include "daemon/runner/launcher/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "common/base/macro.h"

#define STATUS_SIZE 4096

static int read_text(const char *path, char *ret, size_t size)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;

	ssize_t n = read(fd, ret, size - 1);

	if (n < 0)
		return -errno;
	ret[n] = '\0';
	return 0;
}

/* Skip what is no digit, then read a number. Return: NULL without one, else behind it. */
static const char *next_number(const char *text, uint64_t *ret)
{
	uint64_t value = 0;

	while (*text && (*text < '0' || *text > '9'))
		text++;
	if (!*text)
		return NULL;
	while (*text >= '0' && *text <= '9')
		value = value * 10 + (uint64_t)(*text++ - '0');
	*ret = value;
	return text;
}

/* "/proc/PID/schedstat" */
static void schedstat_path(pid_t pid, char *ret)
{
	static const char before[] = "/proc/", after[] = "/schedstat";
	char digits[16];
	size_t n = 0, at = sizeof(before) - 1;

	memcpy(ret, before, at);
	for (pid_t rest = pid; rest > 0; rest /= 10)
		digits[n++] = (char)('0' + rest % 10);
	while (n > 0)
		ret[at++] = digits[--n];
	memcpy(ret + at, after, sizeof(after));
}

int proc_run_delay(pid_t pid, uint64_t *ret)
{
	char path[64], text[128];
	uint64_t run_ns, delay_ns;

	schedstat_path(pid, path);

	int r = read_text(path, text, sizeof(text));

	if (r < 0)
		return r;

	const char *rest = next_number(text, &run_ns);

	if (!rest || !next_number(rest, &delay_ns))
		return -ENODATA;
	*ret = delay_ns;
	return 0;
}

uint64_t proc_peak_kib(void)
{
	char text[STATUS_SIZE];
	uint64_t kib;

	if (read_text("/proc/self/status", text, sizeof(text)) < 0)
		return 0;

	const char *line = strstr(text, "VmHWM:");

	return line && next_number(line, &kib) ? kib : 0;
}

void proc_reset_peak(void)
{
	CLEANUP_CLOSE int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

	ssize_t n = fd < 0 ? 0 : write(fd, "5", 1);

	(void)n;
}

bool proc_is_spared(void)
{
	char text[16] = "";

	return read_text("/proc/self/oom_score_adj", text, sizeof(text)) == 0 && text[0] == '-';
}
