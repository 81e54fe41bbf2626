/* A fake machine whose knobs pull at each other, and a power switch that can be cut at any step. */
#pragma once

#include "daemon/env/knob-table.h"

#define MACHINE_CPUS	 2
#define MACHINE_WORD_MAX 16
#define MACHINE_CUT	 99 /* exit status of a process that was cut */

struct machine {
	char smt[MACHINE_WORD_MAX];	/* off: CPU 1 is gone; it comes back with its default */
	char profile[MACHINE_WORD_MAX]; /* each choice also sets every governor */
	char governor[MACHINE_CPUS][MACHINE_WORD_MAX];
	char turbo[MACHINE_WORD_MAX]; /* off pulls the limits down and does not bring them back */
	unsigned min_mhz, max_mhz;
	char firmware[MACHINE_WORD_MAX]; /* outlives a reboot; each choice turns turbo on */
};

/* What the kernel's side of the test shares with the processes that are cut. */
struct machine_power {
	struct machine machine;
	unsigned boot;	     /* number of the boot */
	unsigned step;	     /* steps taken by the present process */
	unsigned cut_before; /* the step that is not taken any more; 0: none */
	bool foreign_came;   /* somebody else has changed CPU 0's governor to "theirs" */
	char synced[32768];  /* the journal as it was last forced to disk */
	size_t n_synced;
	bool is_synced;	  /* there is a journal of that name on the disk */
	bool is_named;	  /* and it is the file that is written now */
	char file[32768]; /* the file being written, as it was last forced to disk */
	size_t n_file;
};

extern struct machine_power *machine_power; /* shared memory */

/**
 * machine_start() - make the shared memory; once, before any fork
 *
 * Return: nothing; fails the test without memory.
 */
void machine_start(void);

/**
 * machine_boot_defaults() - what the machine is after a reboot
 * @firmware: kept over it
 *
 * Return: the state.
 */
struct machine machine_boot_defaults(const char *firmware);

/**
 * machine_set() - change one word of the state, with nothing of the old one behind it
 * @word:  of struct machine, MACHINE_WORD_MAX bytes
 * @value: text
 *
 * Return: nothing.
 */
void machine_set(char *word, const char *value);

/**
 * machine_step() - one step in the outside world; the process ends here when it is cut
 *
 * Return: nothing.
 */
void machine_step(void);

/**
 * machine_text() - the state as text, for messages
 * @m:    state
 * @ret:  filled
 * @size: of @ret
 *
 * Return: @ret.
 */
const char *machine_text(const struct machine *m, char *ret, size_t size);

/**
 * machine_knobs() - its knobs
 *
 * Return: static table.
 */
const struct knob_table *machine_knobs(void);
