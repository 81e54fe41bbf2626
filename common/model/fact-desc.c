/* What is said about a machine: the rows. Never a continuous reading among the hard ones. */
#include "common/model/fact-desc.h"

#include <string.h>

#include "common/base/macro.h"

static const struct fact_desc descs[] = {
	{"boot.id", FACT_SOFT, "Memory is laid out anew with every boot."},
	{"cgroup.cpu", FACT_HARD, "A quota of CPU time throttles every run."},
	{"cgroup.memory", FACT_HARD, "A limit of memory takes the page cache away."},
	{"clock.source", FACT_HARD, "Reading the clock costs from 20 ns to microseconds."},
	{"cpu.caches", FACT_HARD, "What fits into a cache decides the speed of memory."},
	{"cpu.cores", FACT_HARD, "Cores are what work is shared out to."},
	{"cpu.family", FACT_HARD, "Another family is another machine."},
	{"cpu.idle-driver", FACT_HARD, "It decides which idle states there are to wake up from."},
	{"cpu.isolated", FACT_HARD, "Isolated CPUs have no other tasks."},
	{"cpu.microcode", FACT_HARD, "Microcode changes the cost of single instructions."},
	{"cpu.model", FACT_HARD, "Another model is another machine."},
	{"cpu.model-number", FACT_HARD, "Models of one name can differ in this."},
	{"cpu.online", FACT_HARD, "CPUs that are off are missing, and leave power to the others."},
	{"cpu.packages", FACT_HARD, "Traffic between sockets is slow."},
	{"cpu.smt", FACT_HARD, "Hardware threads share a core."},
	{"cpu.stepping", FACT_HARD, "Steppings differ in errata and their workarounds."},
	{"cpu.vendor", FACT_HARD, "Another vendor is another machine."},
	{"cpufreq.driver", FACT_HARD, "Drivers choose frequencies in different ways."},
	{"cpufreq.governor", FACT_HARD, "The governor chooses the frequency."},
	{"cpufreq.limits", FACT_HARD, "The governor chooses between these."},
	{"cpufreq.preference", FACT_HARD, "The CPU itself chooses its frequency by this."},
	{"cpufreq.turbo", FACT_HARD, "Turbo is up to half of the speed."},
	{"disk.fill", FACT_SOFT, "Full file systems write more slowly."},
	{"firmware.version", FACT_SOFT, "Firmware sets what the kernel cannot see."},
	{"kernel.aslr", FACT_HARD, "One layout for all runs or one for each."},
	{"kernel.cmdline", FACT_HARD, "It turns mitigations, isolation and ticks on and off."},
	{"kernel.nmi-watchdog", FACT_HARD, "It interrupts every CPU and takes a counter."},
	{"kernel.numa-balancing", FACT_HARD, "It moves pages during a run."},
	{"kernel.release", FACT_HARD, "Another kernel has other costs of system calls."},
	{"kernel.version", FACT_HARD, "The same release can be built in several ways."},
	{"memory.huge-pages", FACT_HARD, "Huge pages save page faults and address lookups."},
	{"memory.size", FACT_HARD, "It decides what stays in the page cache."},
	{"memory.swappiness", FACT_HARD, "It decides what is written out for the page cache."},
	{"mitigation.", FACT_HARD, "Mitigations cost up to a third of a system call's time."},
	{"mitigations", FACT_HARD, "The kernel does not tell which mitigations are on."},
	{"numa.nodes", FACT_HARD, "Memory of another node is further away."},
	{"system.load", FACT_SOFT, "What else ran; each run has evidence of its own."},
	{"system.uptime", FACT_SOFT, "Services still start, and memory gets scattered with time."},
	{"virtual", FACT_HARD, "A virtual machine pays for its exits."},
};

static int key_matches(const struct fact_desc *d, const char *key, size_t length)
{
	size_t n = strlen(d->key);

	if (d->key[n - 1] == '.')
		return length > n && strncmp(d->key, key, n) == 0;
	return length == n && strncmp(d->key, key, n) == 0;
}

const struct fact_desc *fact_desc_find(const char *key)
{
	size_t length = strcspn(key, "=");

	for (size_t i = 0; i < ARRAY_SIZE(descs); i++)
		if (key_matches(&descs[i], key, length))
			return &descs[i];
	return NULL;
}

const struct fact_desc *fact_desc_all(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(descs);
	return descs;
}

enum fact_weight fact_desc_weight(const char *key)
{
	const struct fact_desc *d = fact_desc_find(key);

	return d ? d->weight : FACT_HARD;
}
