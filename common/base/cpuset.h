/* A set of CPUs, at most CPUSET_CPUS_MAX of them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPUSET_CPUS_MAX 4096
#define CPUSET_TEXT_MAX 4096

/* Same layout as the kernel's affinity mask, so that words can be passed to sched_setaffinity. */
struct cpuset {
	unsigned long words[CPUSET_CPUS_MAX / (8 * sizeof(unsigned long))];
};

/* A declared name cannot stand in parentheses. */
/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define cpuset_foreach(cpu, set)                                                                   \
	for (unsigned cpu = 0; cpu < CPUSET_CPUS_MAX; cpu++)                                       \
		if (!cpuset_has((set), cpu)) {                                                     \
		} else
/* NOLINTEND(bugprone-macro-parentheses) */

/**
 * cpuset_has() - membership
 * @set: CPUs
 * @cpu: number
 *
 * Return: true when @cpu is in @set.
 */
bool cpuset_has(const struct cpuset *set, unsigned cpu);

/**
 * cpuset_add() - add one CPU
 * @set: CPUs
 * @cpu: number below CPUSET_CPUS_MAX, larger ones are ignored
 *
 * Return: nothing.
 */
void cpuset_add(struct cpuset *set, unsigned cpu);

/**
 * cpuset_remove() - take one CPU out
 * @set: CPUs
 * @cpu: number
 *
 * Return: nothing.
 */
void cpuset_remove(struct cpuset *set, unsigned cpu);

/**
 * cpuset_count() - number of CPUs in the set
 * @set: CPUs
 *
 * Return: the count.
 */
unsigned cpuset_count(const struct cpuset *set);

/**
 * cpuset_equal() - same members
 * @a: CPUs
 * @b: CPUs
 *
 * Return: true when equal.
 */
bool cpuset_equal(const struct cpuset *a, const struct cpuset *b);

/**
 * cpuset_intersects() - any common member
 * @a: CPUs
 * @b: CPUs
 *
 * Return: true when they share a CPU.
 */
bool cpuset_intersects(const struct cpuset *a, const struct cpuset *b);

/**
 * cpuset_minus() - members of @a that are not in @b
 * @a:   CPUs
 * @b:   CPUs
 * @ret: may be @a
 *
 * Return: nothing.
 */
void cpuset_minus(const struct cpuset *a, const struct cpuset *b, struct cpuset *ret);

/**
 * cpuset_parse() - kernel list format, "0-3,8"
 * @text: list; an empty text is the empty set
 * @ret:  written only on success
 *
 * Return: 0; -EINVAL for bad syntax or a falling range; -ERANGE at or above CPUSET_CPUS_MAX.
 */
int cpuset_parse(const char *text, struct cpuset *ret);

/**
 * cpuset_format() - kernel list format
 * @set: CPUs
 * @ret: at least CPUSET_TEXT_MAX bytes; a longer list is cut
 *
 * Return: @ret.
 */
char *cpuset_format(const struct cpuset *set, char ret[static CPUSET_TEXT_MAX]);

/**
 * cpuset_parse_mask() - kernel mask format, hexadecimal words of 32 CPUs: "00000001,0000000f"
 * @text: mask, the word of CPU 0 last; leading zeros may be there or not
 * @ret:  written only on success
 *
 * Return: 0; -EINVAL for bad syntax; -ERANGE at or above CPUSET_CPUS_MAX.
 */
int cpuset_parse_mask(const char *text, struct cpuset *ret);

/**
 * cpuset_format_mask() - kernel mask format, without leading zeros
 * @set: CPUs
 * @ret: at least CPUSET_TEXT_MAX bytes; the longest mask fits
 *
 * Return: @ret; "0" for the empty set.
 */
char *cpuset_format_mask(const struct cpuset *set, char ret[static CPUSET_TEXT_MAX]);
