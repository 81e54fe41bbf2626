/* The tasks seen during a run, by thread id. */
#include "daemon/probes/task-table.h"

#include <stdio.h>

#include "common/base/macro.h"

#define ANCESTORS_MAX 4
#define N_BUCKETS     1024u
#define CHUNK	      256u

/*
 * Chains of indices; 0 ends one, so that the first slot is never used. Removed ones chain in
 * unused. Slots come in chunks, as tasks must not move while somebody holds one.
 */
struct task_table {
	uint32_t buckets[N_BUCKETS];
	struct task *chunks[TASK_TABLE_MAX / CHUNK];
	uint32_t n; /* including the first */
	uint32_t unused;
};

static struct task *slot(const struct task_table *table, uint32_t i)
{
	return &table->chunks[i / CHUNK][i % CHUNK];
}

struct task_table *task_table_new(void)
{
	struct task_table *table = calloc(1, sizeof(*table));

	if (table)
		table->n = 1;
	return table;
}

void task_table_clear(struct task_table *table)
{
	memset(table->buckets, 0, sizeof(table->buckets));
	table->n = 1;
	table->unused = 0;
}

static uint32_t *bucket_of(struct task_table *table, pid_t tid)
{
	return &table->buckets[(uint32_t)tid % N_BUCKETS];
}

struct task *task_table_find(struct task_table *table, pid_t tid)
{
	for (uint32_t i = *bucket_of(table, tid); i; i = slot(table, i)->next)
		if (slot(table, i)->tid == tid)
			return slot(table, i);
	return NULL;
}

/* Index of a free slot, 0 when there is none. */
static uint32_t slot_get(struct task_table *table)
{
	uint32_t i = table->unused;

	if (i) {
		table->unused = slot(table, i)->next;
		return i;
	}
	if (table->n >= TASK_TABLE_MAX)
		return 0;

	if (!table->chunks[table->n / CHUNK]) {
		table->chunks[table->n / CHUNK] = calloc(CHUNK, sizeof(struct task));
		if (!table->chunks[table->n / CHUNK])
			return 0;
	}
	return table->n++;
}

struct task *task_table_add(struct task_table *table, pid_t tid)
{
	struct task *task = task_table_find(table, tid);
	uint32_t i;

	if (task)
		return task;

	i = slot_get(table);
	if (i == 0)
		return NULL;

	task = slot(table, i);
	*task = (struct task){.tid = tid, .pid = tid, .cpu = -1, .next = *bucket_of(table, tid)};
	*bucket_of(table, tid) = i;
	return task;
}

void task_table_remove(struct task_table *table, pid_t tid)
{
	uint32_t *link = bucket_of(table, tid), i;

	while (*link && slot(table, *link)->tid != tid)
		link = &slot(table, *link)->next;
	i = *link;
	if (i == 0)
		return;

	*link = slot(table, i)->next;
	*slot(table, i) = (struct task){.tid = -1, .next = table->unused};
	table->unused = i;
}

void task_table_name(struct task_table *table, pid_t tid, const struct task_lookup *lookup,
	char ret[static TASK_NAME_MAX])
{
	pid_t ancestor = tid;

	for (unsigned i = 0; i < ANCESTORS_MAX && ancestor > 0; i++) {
		const struct task *task = task_table_find(table, ancestor);

		if (task && task->name[0]) {
			memcpy(ret, task->name, TASK_NAME_MAX);
			return;
		}
		if (lookup->find && lookup->find(ancestor, ret, lookup->userdata))
			return;
		ancestor = task ? task->parent_tid : 0;
	}
	(void)snprintf(ret, TASK_NAME_MAX, "pid %d", tid);
}

struct task *task_table_each(struct task_table *table, size_t *cursor)
{
	while (++*cursor < table->n)
		if (slot(table, (uint32_t)*cursor)->tid >= 0)
			return slot(table, (uint32_t)*cursor);
	return NULL;
}

struct task_table *task_table_free(struct task_table *table)
{
	for (uint32_t i = 0; table && i < ARRAY_SIZE(table->chunks); i++)
		free(table->chunks[i]);
	free(table);
	return NULL;
}
