/* CPU frequency policies: governor, limits, bounds. */
#pragma once

#include <stdint.h>

#include "common/base/strv.h"

#define CPUFREQ_NAME_MAX 64
#define CPUFREQ_FOLDER	 "/sys/devices/system/cpu/cpufreq"

/*
 * The real machine is read and written through libcpupower. Its root is a constant of the library,
 * so a fake tree (@root not empty) is read and written directly: same functions, same answers.
 */
struct cpufreq_limits {
	uint64_t min_khz, max_khz;
};

/**
 * cpufreq_policies() - the policies that have online CPUs
 * @root: "" or the root of a fake tree
 * @ret:  "policy0", ... in order of number; owned by the caller
 *
 * Return: 0, also without any; -ENOMEM.
 */
int cpufreq_policies(const char *root, struct strv *ret);

/**
 * cpufreq_driver_read() - name of the driver behind a policy
 * @root:   "" or the root of a fake tree
 * @policy: "policy0"
 * @ret:    filled on success
 *
 * Return: 0; -ENOENT: no such policy or none of its CPUs is online; -EIO.
 */
int cpufreq_driver_read(const char *root, const char *policy, char ret[static CPUFREQ_NAME_MAX]);

/**
 * cpufreq_governor_read() - governor of a policy
 * @root:   "" or the root of a fake tree
 * @policy: "policy0"
 * @ret:    filled on success
 *
 * Return: 0; -ENOENT; -EIO.
 */
int cpufreq_governor_read(const char *root, const char *policy, char ret[static CPUFREQ_NAME_MAX]);

/**
 * cpufreq_governor_write() - choose a governor
 * @root:   "" or the root of a fake tree
 * @policy: "policy0"
 * @name:   one the kernel has
 *
 * Return: 0; -ENOENT; -EACCES: may not be written; -EINVAL: not a governor of this policy; -EIO.
 */
int cpufreq_governor_write(const char *root, const char *policy, const char *name);

/**
 * cpufreq_has_governor() - does a policy offer a governor
 * @root:   "" or the root of a fake tree
 * @policy: "policy0"
 * @name:   governor
 *
 * Return: true when it is in the kernel's list.
 */
bool cpufreq_has_governor(const char *root, const char *policy, const char *name);

/**
 * cpufreq_limits_read() - lowest and highest frequency the governor may choose
 * @root:   "" or the root of a fake tree
 * @policy: "policy0"
 * @ret:    kHz; written only on success
 *
 * The kernel shows what is in force: a lower cap of the firmware hides a higher limit.
 *
 * Return: 0; -ENOENT; -EIO.
 */
int cpufreq_limits_read(const char *root, const char *policy, struct cpufreq_limits *ret);

/**
 * cpufreq_limits_write() - set both limits in an order that never crosses them
 * @root:   "" or the root of a fake tree
 * @policy: "policy0"
 * @want:   kHz
 *
 * Raising writes the upper limit first, lowering the lower one. The kernel clamps silently: read
 * back.
 *
 * Return: 0; -ENOENT; -EACCES; -EIO.
 */
int cpufreq_limits_write(const char *root, const char *policy, const struct cpufreq_limits *want);

/**
 * cpufreq_bounds_read() - lowest and highest frequency of the hardware
 * @root:   "" or the root of a fake tree
 * @policy: "policy0"
 * @ret:    kHz; written only on success
 *
 * Return: 0; -ENOENT; -EIO.
 */
int cpufreq_bounds_read(const char *root, const char *policy, struct cpufreq_limits *ret);

/**
 * cpufreq_base_read() - the highest frequency without turbo, where the machine says it
 * @root:    "" or the root of a fake tree
 * @policy:  "policy0"
 * @ret_khz: written only on success
 *
 * From base_frequency (intel_pstate), else acpi_cppc/nominal_freq.
 *
 * Return: 0; -ENOENT: not known.
 */
int cpufreq_base_read(const char *root, const char *policy, uint64_t *ret_khz);

/**
 * cpufreq_cap_read() - the highest frequency that firmware or heat allow at this moment
 * @root:    "" or the root of a fake tree
 * @policy:  "policy0"
 * @ret_khz: written only on success
 *
 * Return: 0; -ENOENT: nothing is known about a cap.
 */
int cpufreq_cap_read(const char *root, const char *policy, uint64_t *ret_khz);
