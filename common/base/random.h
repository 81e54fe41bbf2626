/* A counter-based random generator: the same seed, stream and counter give the same number. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Plain value: copying it copies the position in the sequence. */
struct random {
	uint64_t key;
	uint64_t counter;
};

/**
 * random_make() - a generator for one purpose
 * @seed:   of the job, recorded in the result
 * @stream: what the numbers are for, so that two uses of a seed are independent
 *
 * Return: the generator at its first number.
 */
struct random random_make(uint64_t seed, uint64_t stream);

/**
 * random_u64() - next number
 * @random: advanced by one
 *
 * Mixes key + counter * golden ratio with the finaliser of SplitMix64 (Steele, Lea, Flood:
 * Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
 *
 * Return: uniform on 0 .. 2^64-1.
 */
uint64_t random_u64(struct random *random);

/**
 * random_below() - uniform number below a bound, without modulo bias
 * @random: advanced
 * @bound:  at least 1
 *
 * Return: 0 .. @bound-1.
 */
uint64_t random_below(struct random *random, uint64_t bound);

/**
 * random_unit() - uniform fraction
 * @random: advanced by one
 *
 * Return: 0 <= x < 1 with 53 random bits.
 */
double random_unit(struct random *random);

/**
 * random_shuffle() - Fisher-Yates shuffle of an array of indices
 * @random: advanced
 * @items:  @n numbers, permuted in place
 * @n:      count
 *
 * Return: nothing.
 */
void random_shuffle(struct random *random, unsigned *items, size_t n);

/**
 * random_system_seed() - a fresh seed from the kernel
 *
 * Return: 1 .. 2^53-1, so that it survives a JSON reader that uses doubles.
 */
uint64_t random_system_seed(void);
