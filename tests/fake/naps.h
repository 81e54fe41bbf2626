/* Real tasks of our own for moving about: sleepers, threads, and processes that keep forking. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "common/base/cpuset.h"
#include "common/base/strv.h"

/*
 * All have names that begin with "~" and the number of the test's process. Patterns for everybody
 * else are what tests give as spare, so that they move nothing but their own tasks; with
 * STEADY_TEST_WHOLE_MACHINE=1 in the environment they move every task there is, as a job does.
 */

struct naps {
	pid_t *pids; /* owned */
	size_t n;
};

enum nap_kind {
	NAP_SLEEPER,
	NAP_THREADS, /* a process of four sleeping threads */
	NAP_PARENT,  /* has one child, once it is poked */
	NAP_FORKER,  /* always has a dozen new grandchildren whose parents have ended */
};

/* Where they may run; of the CPUs this test may use. */
enum nap_cpus {
	NAP_ALL,
	NAP_MEASURED,	  /* the CPU that "count=1" chooses */
	NAP_HOUSEKEEPING, /* exactly those it leaves to the others */
};

/**
 * naps_cpus() - the CPUs of one of these words
 * @which: word
 *
 * Return: static set; empty when this machine has a single CPU.
 */
const struct cpuset *naps_cpus(enum nap_cpus which);

/**
 * naps_add() - start processes; they end with the test
 * @naps: list
 * @kind: what they do
 * @n:    how many
 * @cpus: where they may run
 *
 * Return: nothing; fails the test when they cannot be started.
 */
void naps_add(struct naps *naps, enum nap_kind kind, size_t n, enum nap_cpus cpus);

/**
 * naps_poke() - let the parents have their children
 * @naps: list
 *
 * Return: nothing, once they have.
 */
void naps_poke(const struct naps *naps);

/**
 * naps_done() - end them all
 * @naps: list
 *
 * Return: nothing.
 */
void naps_done(struct naps *naps);

/**
 * naps_spare() - patterns of the tasks that must not be moved
 * @ret: filled; owned by the caller
 *
 * Return: nothing.
 */
void naps_spare(struct strv *ret);

/**
 * naps_is_whole_machine() - are all tasks of the machine moved
 *
 * Return: true when the environment asks for it.
 */
bool naps_is_whole_machine(void);

/* Every task of the machine with its CPUs at one moment. */
struct snapshot {
	struct snapshot_task {
		pid_t tid;
		uint64_t start_ticks;
		struct cpuset cpus;
		char comm[64];
	} * tasks; /* owned; sorted by tid */
	size_t n;
};

/**
 * snapshot_take() - look at every task
 * @ret: owned by the caller
 *
 * Return: nothing; fails the test when that is not possible.
 */
void snapshot_take(struct snapshot *ret);

/**
 * snapshot_done() - free the content
 * @s: snapshot
 *
 * Return: nothing.
 */
void snapshot_done(struct snapshot *s);

/**
 * snapshot_check() - nothing of ours has other CPUs than before
 * @before: taken before
 * @what:   said when it is not so
 *
 * A task that is there now and was there before must have the same CPUs. A new one of a forker must
 * have all. Other people's tasks are only looked at where the whole machine is ours.
 *
 * Return: nothing; fails the test.
 */
void snapshot_check(const struct snapshot *before, const char *what);

/**
 * snapshot_count() - tasks of ours that may use some CPUs
 * @cpus: one of them is enough
 *
 * Return: the count.
 */
size_t snapshot_count(enum nap_cpus cpus);
