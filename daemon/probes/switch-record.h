/* One decoded record of the kernel's: who was forked, renamed, ended, or put on or off a CPU. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define TASK_NAME_MAX 16 /* the kernel's TASK_COMM_LEN */

/* In the order in which records of one instant on different CPUs are taken. */
enum switch_record_type {
	SWITCH_RECORD_FORK, /* task: the new one; other_tid: its parent */
	SWITCH_RECORD_COMM, /* task: the renamed one */
	SWITCH_RECORD_OUT,  /* task: leaves the CPU; other_tid: comes next */
	SWITCH_RECORD_IN,   /* task: is on the CPU now; other_tid: left it */
	SWITCH_RECORD_EXIT, /* task: the ending one, still on its CPU */
	SWITCH_RECORD_LOST, /* records are missing before this one */
};

/* A task that is already dead has -1 for its numbers, the idle task 0. */
struct switch_record {
	enum switch_record_type type;
	unsigned cpu;
	uint64_t time_ns; /* CLOCK_MONOTONIC */
	pid_t pid, tid;	  /* process and thread the record is about */
	pid_t other_tid;
	pid_t current_tid; /* who was on @cpu when the record was written */
	bool preempted;	   /* OUT: it wanted to go on */
	bool exec;	   /* COMM: because of an exec */
	char name[TASK_NAME_MAX];
};
