/* Is this a virtual machine. */
#include "daemon/host/virtual.h"

#include <ctype.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/macro.h"
#include "daemon/host/sysfs.h"

#define CPUINFO_SIZE_MAX (64u << 20)

static bool has_word(const char *line, size_t size, const char *word)
{
	size_t length = strlen(word);

	for (const char *p = line; (p = memmem(p, size - (size_t)(p - line), word, length)); p++) {
		const char *after = p + length;
		bool starts = p == line || isspace((unsigned char)p[-1]);

		if (starts && (after == line + size || isspace((unsigned char)*after)))
			return true;
	}
	return false;
}

static bool has_hypervisor_flag(const char *root)
{
	CLEANUP_FREE char *text = NULL;
	char path[SYSFS_PATH_MAX];
	const char *flags;

	if (file_read(sysfs_path(path, root, "/proc/cpuinfo"), CPUINFO_SIZE_MAX, &text, NULL,
		    NULL) < 0)
		return false;

	flags = strstr(text, "\nflags");
	return flags && has_word(flags + 1, strcspn(flags + 1, "\n"), "hypervisor");
}

bool virtual_is_guest(const char *root)
{
	return has_hypervisor_flag(root) || sysfs_exists(root, "/sys/hypervisor/type") ||
		sysfs_exists(root, "/proc/device-tree/hypervisor");
}

const char *virtual_no_driver_reason(const char *root)
{
	return virtual_is_guest(root) ? "virtual-machine" : "no-driver";
}
