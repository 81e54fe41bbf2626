/* A counter-based random generator. */
#include "common/base/random.h"

#include <sys/random.h>

#include "common/base/clock.h"

#define GOLDEN_RATIO 0x9e3779b97f4a7c15ull
#define SEED_MASK    ((1ull << 53) - 1)

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

struct random random_make(uint64_t seed, uint64_t stream)
{
	return (struct random){.key = mix(seed + mix(stream + GOLDEN_RATIO))};
}

uint64_t random_u64(struct random *random)
{
	return mix(random->key + ++random->counter * GOLDEN_RATIO);
}

uint64_t random_below(struct random *random, uint64_t bound)
{
	/* Numbers below the threshold would make small results too likely: draw again. */
	uint64_t threshold = -bound % bound;
	uint64_t value;

	do
		value = random_u64(random);
	while (value < threshold);
	return value % bound;
}

double random_unit(struct random *random)
{
	return (double)(random_u64(random) >> 11) * 0x1p-53;
}

void random_shuffle(struct random *random, unsigned *items, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)random_below(random, i);
		unsigned kept = items[i - 1];

		items[i - 1] = items[j];
		items[j] = kept;
	}
}

uint64_t random_system_seed(void)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		seed = clock_now_ns(CLOCK_REALTIME);
	seed &= SEED_MASK;
	return seed ? seed : 1;
}
