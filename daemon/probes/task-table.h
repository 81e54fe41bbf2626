/* The tasks seen during a run, by thread id: whose they are, what they are called, what they took.
 */
#pragma once

#include "daemon/probes/switch-record.h"

#define TASK_TABLE_MAX (1u << 16) /* 5 MiB; more tasks at one time than this are not followed */

struct task {
	pid_t tid, pid;
	pid_t parent_tid; /* for its name; 0: unknown */
	bool own;	  /* of the run */
	bool ended;	  /* EXIT seen; kept until it is off its CPU */
	int cpu;	  /* where it last ran, -1: not yet */
	bool claims;	  /* others on @cpu count as foreign because of it */
	bool waiting;	  /* was preempted at wait_ns and did not run since */
	uint64_t wait_ns;
	uint64_t foreign_ns;	  /* of others: counted as foreign */
	char name[TASK_NAME_MAX]; /* empty: unknown */
	uint32_t next;		  /* of the table */
};

/* Where names come from that no record told; find NULL: from nowhere. */
struct task_lookup {
	bool (*find)(pid_t tid, char ret[static TASK_NAME_MAX], void *userdata);
	void *userdata;
};

struct task_table;

/**
 * task_table_new() - an empty table
 *
 * Return: the table, owned by the caller; NULL without memory.
 */
struct task_table *task_table_new(void);

/**
 * task_table_clear() - forget all tasks
 * @table: table
 *
 * Return: nothing.
 */
void task_table_clear(struct task_table *table);

/**
 * task_table_find() - task by its number
 * @table: table
 * @tid:   thread id
 *
 * Return: the task, valid until it is removed; NULL when unknown.
 */
struct task *task_table_find(struct task_table *table, pid_t tid);

/**
 * task_table_add() - task by its number, made when unknown
 * @table: table
 * @tid:   thread id
 *
 * A new one is not of the run, has no name and never ran.
 *
 * Return: as task_table_find(); NULL when the table is full or there is no memory.
 */
struct task *task_table_add(struct task_table *table, pid_t tid);

/**
 * task_table_remove() - forget one task
 * @table: table
 * @tid:   thread id, known or not
 *
 * Return: nothing.
 */
void task_table_remove(struct task_table *table, pid_t tid);

/**
 * task_table_name() - what a task is called
 * @table:  table
 * @tid:    thread id, known or not
 * @lookup: asked when no record named it
 * @ret:    its name, else that of its closest ancestor that has one, else "pid N"
 *
 * Return: nothing.
 */
void task_table_name(struct task_table *table, pid_t tid, const struct task_lookup *lookup,
	char ret[static TASK_NAME_MAX]);

/**
 * task_table_each() - walk over all tasks, in no order
 * @table:  table; none may be added meanwhile, the returned one may be removed
 * @cursor: 0 at first
 *
 * Return: the next task, NULL after the last.
 */
struct task *task_table_each(struct task_table *table, size_t *cursor);

/**
 * task_table_free() - free the table
 * @table: or NULL
 *
 * Return: NULL.
 */
struct task_table *task_table_free(struct task_table *table);
