/* A set of CPUs. */
#include "common/base/cpuset.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "common/base/macro.h"

#define BITS_PER_WORD (8 * sizeof(unsigned long))

/* Of the kernel's masks as text. */
#define MASK_WORD_BITS	 32u
#define MASK_WORD_DIGITS 8u

bool cpuset_has(const struct cpuset *set, unsigned cpu)
{
	return cpu < CPUSET_CPUS_MAX &&
		(set->words[cpu / BITS_PER_WORD] >> cpu % BITS_PER_WORD & 1) != 0;
}

void cpuset_add(struct cpuset *set, unsigned cpu)
{
	if (cpu < CPUSET_CPUS_MAX)
		set->words[cpu / BITS_PER_WORD] |= 1ul << cpu % BITS_PER_WORD;
}

void cpuset_remove(struct cpuset *set, unsigned cpu)
{
	if (cpu < CPUSET_CPUS_MAX)
		set->words[cpu / BITS_PER_WORD] &= ~(1ul << cpu % BITS_PER_WORD);
}

unsigned cpuset_count(const struct cpuset *set)
{
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(set->words); i++)
		n += (unsigned)__builtin_popcountl(set->words[i]);
	return n;
}

bool cpuset_equal(const struct cpuset *a, const struct cpuset *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool cpuset_intersects(const struct cpuset *a, const struct cpuset *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(a->words); i++)
		if (a->words[i] & b->words[i])
			return true;
	return false;
}

void cpuset_minus(const struct cpuset *a, const struct cpuset *b, struct cpuset *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(a->words); i++)
		ret->words[i] = a->words[i] & ~b->words[i];
}

/* Reads one CPU number; returns it, or a negative errno. */
static long parse_cpu(const char **p)
{
	unsigned long cpu;
	char *end;

	if (!isdigit((unsigned char)**p))
		return -EINVAL;

	errno = 0;
	cpu = strtoul(*p, &end, 10);
	*p = end;
	return errno || cpu >= CPUSET_CPUS_MAX ? -ERANGE : (long)cpu;
}

static int parse_range(const char **p, struct cpuset *set)
{
	long first = parse_cpu(p);
	long last = first;

	if (first < 0)
		return (int)first;
	if (**p == '-') {
		(*p)++;
		last = parse_cpu(p);
		if (last < 0)
			return (int)last;
		if (last < first)
			return -EINVAL;
	}
	for (long cpu = first; cpu <= last; cpu++)
		cpuset_add(set, (unsigned)cpu);
	return 0;
}

int cpuset_parse(const char *text, struct cpuset *ret)
{
	struct cpuset set = {0};

	for (const char *p = text; *p;) {
		int r = parse_range(&p, &set);
		if (r < 0)
			return r;
		if (*p == ',' && p[1])
			p++;
		else if (*p)
			return -EINVAL;
	}
	*ret = set;
	return 0;
}

char *cpuset_format(const struct cpuset *set, char ret[static CPUSET_TEXT_MAX])
{
	size_t n = 0;

	ret[0] = '\0';
	for (unsigned cpu = 0; cpu < CPUSET_CPUS_MAX; cpu++) {
		unsigned last = cpu;
		char part[32];

		if (!cpuset_has(set, cpu))
			continue;
		while (cpuset_has(set, last + 1))
			last++;
		if (last > cpu)
			(void)snprintf(part, sizeof(part), "%s%u-%u", n ? "," : "", cpu, last);
		else
			(void)snprintf(part, sizeof(part), "%s%u", n ? "," : "", cpu);
		if (n + strlen(part) >= CPUSET_TEXT_MAX)
			break;
		n += strlen(strcpy(ret + n, part));
		cpu = last;
	}
	return ret;
}

/* One word, its digits before the next comma; returns their number, or -EINVAL. */
static int parse_word(const char *text, unsigned long *ret)
{
	size_t n = strspn(text, "0123456789abcdefABCDEF");

	if (n == 0 || n > MASK_WORD_DIGITS || (text[n] != ',' && text[n]))
		return -EINVAL;
	*ret = strtoul(text, NULL, 16);
	return (int)n;
}

int cpuset_parse_mask(const char *text, struct cpuset *ret)
{
	struct cpuset set = {0};
	size_t n_after = 0;

	for (const char *p = text; *p; p++)
		n_after += *p == ',';
	for (const char *p = text;; n_after--) {
		unsigned long word;
		int n = parse_word(p, &word);

		if (n < 0)
			return n;
		if (word && n_after >= CPUSET_CPUS_MAX / MASK_WORD_BITS)
			return -ERANGE;
		for (unsigned bit = 0; bit < MASK_WORD_BITS; bit++)
			if (word >> bit & 1)
				cpuset_add(&set, (unsigned)n_after * MASK_WORD_BITS + bit);
		if (n_after == 0)
			break;
		p += n + 1;
	}
	*ret = set;
	return 0;
}

static unsigned long mask_word(const struct cpuset *set, unsigned index)
{
	unsigned long word = 0;

	for (unsigned bit = 0; bit < MASK_WORD_BITS; bit++)
		if (cpuset_has(set, index * MASK_WORD_BITS + bit))
			word |= 1ul << bit;
	return word;
}

char *cpuset_format_mask(const struct cpuset *set, char ret[static CPUSET_TEXT_MAX])
{
	unsigned i = CPUSET_CPUS_MAX / MASK_WORD_BITS - 1;
	size_t n;

	while (i > 0 && mask_word(set, i) == 0)
		i--;
	n = (size_t)snprintf(ret, CPUSET_TEXT_MAX, "%lx", mask_word(set, i));
	while (i-- > 0)
		n += (size_t)snprintf(ret + n, CPUSET_TEXT_MAX - n, ",%08lx", mask_word(set, i));
	return ret;
}
