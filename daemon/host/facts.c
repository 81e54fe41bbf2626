/* What machine this is, as sorted lines of key=value. */
#include "daemon/host/facts.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <systemd/sd-id128.h>

#include "common/base/file.h"
#include "common/base/quantity.h"
#include "common/model/fact-desc.h"
#include "daemon/host/conditions.h"
#include "daemon/host/container.h"
#include "daemon/host/cpufreq.h"
#include "daemon/host/sysfs.h"
#include "daemon/host/topology.h"
#include "daemon/host/virtual.h"

#define FACT_MAX	   4096
#define FACT_FILE_SIZE_MAX (64u << 20)
#define MEMORY_STEP_KIB	   65536u /* the kernel's share differs a little between boots */
#define KIB_PER_MIB	   1024u
#define VULNERABILITIES	   "/sys/devices/system/cpu/vulnerabilities"

/* Which application the machine's identity is for; a random number, fixed for ever. */
static const sd_id128_t steady_application = {
	.bytes = {0x5d, 0x0c, 0x5f, 0x8e, 0x7d, 0x3a, 0x4b, 0x0e, 0x9a, 0x61, 0x2c, 0x4e, 0x83,
		0xf7, 0x1b, 0xd6},
};

/* Facts that are one kernel file. */
static const struct {
	const char *key, *path;
} file_facts[] = {
	{"clock.source", "/sys/devices/system/clocksource/clocksource0/current_clocksource"},
	{"cpu.idle-driver", "/sys/devices/system/cpu/cpuidle/current_driver"},
	{"cpu.isolated", "/sys/devices/system/cpu/isolated"},
	{"cpu.online", "/sys/devices/system/cpu/online"},
	{"cpu.smt", "/sys/devices/system/cpu/smt/control"},
	{"kernel.aslr", "/proc/sys/kernel/randomize_va_space"},
	{"kernel.cmdline", "/proc/cmdline"},
	{"kernel.nmi-watchdog", "/proc/sys/kernel/nmi_watchdog"},
	{"kernel.numa-balancing", "/proc/sys/kernel/numa_balancing"},
	{"kernel.release", "/proc/sys/kernel/osrelease"},
	{"kernel.version", "/proc/sys/kernel/version"},
	{"memory.swappiness", "/proc/sys/vm/swappiness"},
	{"numa.nodes", "/sys/devices/system/node/online"},
};

/* Facts that are one line of the first CPU in /proc/cpuinfo. */
static const struct {
	const char *key, *name;
} cpuinfo_facts[] = {
	{"cpu.family", "cpu family"},
	{"cpu.microcode", "microcode"},
	{"cpu.model", "model name"},
	{"cpu.model-number", "model"},
	{"cpu.stepping", "stepping"},
	{"cpu.vendor", "vendor_id"},
};

static int add_unavailable(struct strv *facts, const char *key, const char *reason)
{
	return strv_pushf(facts, "%s=unavailable: %s", key, reason);
}

static int add_files(const char *root, struct strv *facts)
{
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(file_facts) && r >= 0; i++) {
		char value[FACT_MAX];
		int e = sysfs_read(root, value, sizeof(value), "%s", file_facts[i].path);

		r = e < 0 ? add_unavailable(facts, file_facts[i].key, strerror(-e))
			  : strv_pushf(facts, "%s=%s", file_facts[i].key, value);
	}
	return r;
}

static char *read_proc(const char *root, const char *file)
{
	char path[SYSFS_PATH_MAX];
	char *text = NULL;

	(void)file_read(sysfs_path(path, root, "%s", file), FACT_FILE_SIZE_MAX, &text, NULL, NULL);
	return text;
}

/* What stands behind "name<blanks>:<blanks>" at the beginning of a line; NULL when it is another.
 */
static const char *value_in_line(const char *line, const char *name)
{
	const char *p = line + strlen(name);

	if (strncmp(line, name, strlen(name)) != 0)
		return NULL;
	p += strspn(p, " \t");
	return *p == ':' ? p + 1 + strspn(p + 1, " \t") : NULL;
}

/* Copies the value of the first line of that name. */
static bool find_line(const char *text, const char *name, char ret[static FACT_MAX])
{
	for (const char *line = text; line && *line;) {
		const char *value = value_in_line(line, name);

		if (value) {
			(void)snprintf(ret, FACT_MAX, "%.*s", (int)strcspn(value, "\n"), value);
			return true;
		}
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return false;
}

static int add_cpuinfo(const char *root, struct strv *facts)
{
	CLEANUP_FREE char *text = read_proc(root, "/proc/cpuinfo");
	char value[FACT_MAX];
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(cpuinfo_facts) && r >= 0; i++)
		r = find_line(text, cpuinfo_facts[i].name, value)
			? strv_pushf(facts, "%s=%s", cpuinfo_facts[i].key, value)
			: add_unavailable(facts, cpuinfo_facts[i].key, "not in /proc/cpuinfo");
	return r;
}

static int add_memory(const char *root, struct strv *facts)
{
	CLEANUP_FREE char *text = read_proc(root, "/proc/meminfo");
	char value[FACT_MAX];
	uint64_t kib;

	if (!find_line(text, "MemTotal", value))
		return add_unavailable(facts, "memory.size", "not in /proc/meminfo");

	value[strcspn(value, " ")] = '\0';
	if (quantity_u64(value, &kib) < 0)
		return add_unavailable(facts, "memory.size", "not a number in /proc/meminfo");
	kib = (kib + MEMORY_STEP_KIB - 1) / MEMORY_STEP_KIB * MEMORY_STEP_KIB;
	return strv_pushf(facts, "memory.size=%llu MiB", (unsigned long long)kib / KIB_PER_MIB);
}

/* Sockets: the different packages of the online CPUs. */
static int add_packages(const char *root, struct strv *facts)
{
	CLEANUP_STRV struct strv packages = {0};
	struct cpuset online;
	int r = sysfs_read_cpus(root, &online, "/sys/devices/system/cpu/online");
	char id[FACT_MAX];

	if (r < 0)
		return add_unavailable(facts, "cpu.packages", strerror(-r));

	cpuset_foreach (cpu, &online) {
		r = sysfs_read(root, id, sizeof(id),
			"/sys/devices/system/cpu/cpu%u/topology/physical_package_id", cpu);
		if (r < 0)
			return add_unavailable(facts, "cpu.packages", strerror(-r));
		if (strv_find(&packages, id) < 0 && strv_push(&packages, id) < 0)
			return -ENOMEM;
	}
	return strv_pushf(facts, "cpu.packages=%zu", packages.n);
}

/* Of the first CPU, from the smallest level up: "L1 Data 48K, L2 Unified 2048K". */
static int add_caches(const char *root, struct strv *facts)
{
	static const char folder[] = "/sys/devices/system/cpu/cpu0/cache/index";
	CLEANUP_STRV struct strv caches = {0};
	CLEANUP_FREE char *joined = NULL;
	char level[32], type[32], size[32];

	for (unsigned i = 0;; i++) {
		if (sysfs_read(root, level, sizeof(level), "%s%u/level", folder, i) < 0 ||
			sysfs_read(root, type, sizeof(type), "%s%u/type", folder, i) < 0 ||
			sysfs_read(root, size, sizeof(size), "%s%u/size", folder, i) < 0)
			break;
		if (strv_pushf(&caches, "L%s %s %s", level, type, size) < 0)
			return -ENOMEM;
	}
	if (caches.n == 0)
		return add_unavailable(facts, "cpu.caches", "not told by the kernel");
	joined = strv_join(&caches, ", ");
	return joined ? strv_pushf(facts, "cpu.caches=%s", joined) : -ENOMEM;
}

static int add_topology(const char *root, struct strv *facts)
{
	struct topology t = {0};
	int r = topology_read(root, &t);

	if (r == -ENOMEM)
		return r;
	r = r < 0 ? add_unavailable(facts, "cpu.cores", strerror(-r))
		  : strv_pushf(facts, "cpu.cores=%zu", t.n_cores);
	topology_done(&t);
	return r;
}

/* "[always] madvise never" means always. */
static int add_huge_pages(const char *root, struct strv *facts)
{
	char line[FACT_MAX];
	int r = sysfs_read(root, line, sizeof(line), "/sys/kernel/mm/transparent_hugepage/enabled");
	char *open = r < 0 ? NULL : strchr(line, '[');

	if (r < 0)
		return add_unavailable(facts, "memory.huge-pages", strerror(-r));
	if (!open)
		return strv_pushf(facts, "memory.huge-pages=%s", line);
	return strv_pushf(facts, "memory.huge-pages=%.*s", (int)strcspn(open + 1, "]"), open + 1);
}

static int add_mitigations(const char *root, struct strv *facts)
{
	char path[SYSFS_PATH_MAX], value[FACT_MAX];
	DIR *folder = opendir(sysfs_path(path, root, VULNERABILITIES));
	struct dirent *entry;
	int r = 0;

	if (!folder)
		return add_unavailable(facts, "mitigations", strerror(errno));

	while (r >= 0 && (entry = readdir(folder)))
		if (isalnum((unsigned char)entry->d_name[0]) &&
			sysfs_read(root, value, sizeof(value), VULNERABILITIES "/%s",
				entry->d_name) >= 0)
			r = strv_pushf(facts, "mitigation.%s=%s", entry->d_name, value);
	(void)closedir(folder);
	return r;
}

typedef int (*policy_text_fn)(const char *root, const char *policy, char *ret);

static int driver_text(const char *root, const char *policy, char *ret)
{
	return cpufreq_driver_read(root, policy, ret);
}

static int governor_text(const char *root, const char *policy, char *ret)
{
	return cpufreq_governor_read(root, policy, ret);
}

static int limits_text(const char *root, const char *policy, char *ret)
{
	struct cpufreq_limits limits;
	int r = cpufreq_limits_read(root, policy, &limits);

	if (r >= 0)
		(void)snprintf(ret, CPUFREQ_NAME_MAX, "%llu-%llu kHz",
			(unsigned long long)limits.min_khz, (unsigned long long)limits.max_khz);
	return r;
}

/* One fact over all policies: their different values, in order of appearance. */
static int add_policies(const char *root, const struct strv *policies, const char *key,
	policy_text_fn read_one, struct strv *facts)
{
	CLEANUP_STRV struct strv values = {0};
	CLEANUP_FREE char *joined = NULL;
	char text[CPUFREQ_NAME_MAX];
	int r = 0;

	if (policies->n == 0)
		return add_unavailable(facts, key, virtual_no_driver_reason(root));

	strv_foreach (policy, policies)
		if (r >= 0 && read_one(root, policy, text) >= 0 && strv_find(&values, text) < 0)
			r = strv_push(&values, text);
	if (r < 0)
		return r;
	joined = strv_join(&values, ",");
	return joined ? strv_pushf(facts, "%s=%s", key, joined) : -ENOMEM;
}

static int preference_text(const char *root, const char *policy, char *ret)
{
	return sysfs_read(root, ret, CPUFREQ_NAME_MAX,
		CPUFREQ_FOLDER "/%s/energy_performance_preference", policy);
}

static int add_turbo(const char *root, struct strv *facts)
{
	uint64_t value;

	if (sysfs_read_u64(root, &value, "/sys/devices/system/cpu/intel_pstate/no_turbo") >= 0)
		return strv_pushf(facts, "cpufreq.turbo=%s", value ? "off" : "on");
	if (sysfs_read_u64(root, &value, CPUFREQ_FOLDER "/boost") >= 0)
		return strv_pushf(facts, "cpufreq.turbo=%s", value ? "on" : "off");
	return add_unavailable(facts, "cpufreq.turbo", virtual_no_driver_reason(root));
}

static int add_cpufreq(const char *root, struct strv *facts)
{
	CLEANUP_STRV struct strv policies = {0};
	int r = cpufreq_policies(root, &policies);

	if (r >= 0)
		r = add_policies(root, &policies, "cpufreq.driver", driver_text, facts);
	if (r >= 0)
		r = add_policies(root, &policies, "cpufreq.governor", governor_text, facts);
	if (r >= 0)
		r = add_policies(root, &policies, "cpufreq.limits", limits_text, facts);
	if (r >= 0)
		r = add_policies(root, &policies, "cpufreq.preference", preference_text, facts);
	return r < 0 ? r : add_turbo(root, facts);
}

static int add_virtual(const char *root, struct strv *facts)
{
	return strv_pushf(facts, "virtual=%s", virtual_is_guest(root) ? "yes" : "no");
}

/* By key: '=' sorts before every character of a longer key. */
static int fact_compare(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	while (*x == *y && *x && *x != '=') {
		x++;
		y++;
	}
	return (*x == '=' ? 0 : (unsigned char)*x) - (*y == '=' ? 0 : (unsigned char)*y);
}

int facts_read(const char *sysfs_root, struct strv *ret)
{
	static int (*const parts[])(const char *, struct strv *) = {add_files, add_cpuinfo,
		add_memory, add_topology, add_packages, add_caches, add_huge_pages, add_mitigations,
		add_cpufreq, add_virtual, container_add, conditions_add};
	struct strv facts = {0};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts) && r >= 0; i++)
		r = parts[i](sysfs_root, &facts);
	if (r < 0) {
		strv_done(&facts);
		return -ENOMEM;
	}
	qsort(facts.items, facts.n, sizeof(*facts.items), fact_compare);
	*ret = facts;
	return 0;
}

char *facts_fingerprint(const struct strv *facts, char ret[static DIGEST_TEXT_MAX])
{
	CLEANUP_STRV struct strv hard = {0};
	CLEANUP_FREE char *text = NULL;
	int r = 0;

	strv_foreach (fact, facts)
		if (r >= 0 && fact_desc_weight(fact) == FACT_HARD)
			r = strv_push(&hard, fact);
	if (r < 0)
		return NULL;
	text = strv_join(&hard, "\n");
	if (!text)
		return NULL;
	return digest_sha256(text, strlen(text), ret);
}

char *facts_machine_id(char *ret, size_t size)
{
	CLEANUP_FREE char *cpuinfo = NULL;
	char model[FACT_MAX] = "", host[HOST_NAME_MAX + 1] = "", both[2 * FACT_MAX];
	char digest[DIGEST_TEXT_MAX], id_text[SD_ID128_STRING_MAX];
	sd_id128_t id;

	if (sd_id128_get_machine_app_specific(steady_application, &id) >= 0) {
		(void)snprintf(ret, size, "%s", sd_id128_to_string(id, id_text));
		return ret;
	}
	cpuinfo = read_proc("", "/proc/cpuinfo");
	(void)find_line(cpuinfo, "model name", model);
	(void)gethostname(host, sizeof(host) - 1);
	(void)snprintf(both, sizeof(both), "%s\n%s", model, host);
	(void)digest_sha256(both, strlen(both), digest);
	(void)snprintf(ret, size, "noid-%.32s", digest + strlen("sha256:"));
	return ret;
}
