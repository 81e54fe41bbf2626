/* Whose time it was, CPU by CPU, between the exec and the exit of a run. */
#include "daemon/probes/cpu-times.h"

#include "common/base/macro.h"

struct cpu_state {
	bool measured;
	pid_t tid;
	bool own;
	uint64_t since_ns; /* accounted up to here */
	unsigned n_claims;
};

struct cpu_times {
	cpu_times_foreign_fn foreign;
	void *userdata;
	bool opened, closed;
	uint64_t exec_ns, exit_ns;
	struct cpu_sums sums;
	unsigned n_cpus; /* highest measured number + 1 */
	struct cpu_state cpus[];
};

struct cpu_times *cpu_times_new(
	const struct cpuset *cpus, cpu_times_foreign_fn foreign, void *userdata)
{
	struct cpu_times *t;
	unsigned n = 0;

	cpuset_foreach (cpu, cpus)
		n = cpu + 1;
	t = calloc(1, sizeof(*t) + n * sizeof(t->cpus[0]));
	if (!t)
		return NULL;

	t->foreign = foreign;
	t->userdata = userdata;
	t->n_cpus = n;
	cpuset_foreach (cpu, cpus)
		t->cpus[cpu].measured = true;
	cpu_times_begin(t, 0);
	return t;
}

void cpu_times_begin(struct cpu_times *t, uint64_t begin_ns)
{
	t->opened = t->closed = false;
	t->sums = (struct cpu_sums){0};
	for (unsigned i = 0; i < t->n_cpus; i++)
		t->cpus[i] = (struct cpu_state){
			.measured = t->cpus[i].measured,
			.tid = CPU_TIMES_UNKNOWN,
			.since_ns = begin_ns,
		};
}

void cpu_times_open(struct cpu_times *t, uint64_t exec_ns)
{
	t->opened = true;
	t->exec_ns = exec_ns;
}

void cpu_times_close(struct cpu_times *t, uint64_t exit_ns)
{
	t->closed = true;
	t->exit_ns = exit_ns;
}

uint64_t cpu_times_within(const struct cpu_times *t, uint64_t from_ns, uint64_t to_ns)
{
	if (!t->opened)
		return 0;

	from_ns = MAX_OF(from_ns, t->exec_ns);
	if (t->closed)
		to_ns = MIN_OF(to_ns, t->exit_ns);
	return to_ns > from_ns ? to_ns - from_ns : 0;
}

bool cpu_times_measures(const struct cpu_times *t, unsigned cpu)
{
	return cpu < t->n_cpus && t->cpus[cpu].measured;
}

pid_t cpu_times_who(const struct cpu_times *t, unsigned cpu)
{
	return t->cpus[cpu].tid;
}

void cpu_times_settle(struct cpu_times *t, unsigned cpu, uint64_t now_ns)
{
	struct cpu_state *state = &t->cpus[cpu];
	uint64_t time_ns = cpu_times_within(t, state->since_ns, now_ns);

	/* Who was there before the first record will be known with that record. */
	if (state->tid == CPU_TIMES_UNKNOWN)
		return;

	state->since_ns = now_ns;
	if (time_ns == 0)
		return;

	if (state->own) {
		t->sums.own_ns += time_ns;
	} else if (state->tid == CPU_TIMES_IDLE) {
		t->sums.idle_ns += time_ns;
	} else if (state->n_claims == 0) {
		t->sums.elsewhere_ns += time_ns;
	} else {
		t->sums.foreign_ns += time_ns;
		t->foreign(state->tid, time_ns, t->userdata);
	}
}

void cpu_times_put(struct cpu_times *t, unsigned cpu, pid_t tid, bool own, uint64_t now_ns)
{
	struct cpu_state *state = &t->cpus[cpu];

	cpu_times_settle(t, cpu, now_ns);
	if (state->tid != CPU_TIMES_UNKNOWN)
		state->since_ns = now_ns;
	state->tid = tid;
	state->own = own;
}

void cpu_times_claim(struct cpu_times *t, unsigned cpu, uint64_t now_ns)
{
	cpu_times_settle(t, cpu, now_ns);
	t->cpus[cpu].n_claims++;
}

void cpu_times_unclaim(struct cpu_times *t, unsigned cpu, uint64_t now_ns)
{
	cpu_times_settle(t, cpu, now_ns);
	t->cpus[cpu].n_claims--;
}

void cpu_times_lose(struct cpu_times *t, unsigned cpu, uint64_t now_ns)
{
	struct cpu_state *state = &t->cpus[cpu];

	t->sums.unseen_ns += cpu_times_within(t, state->since_ns, now_ns);
	state->since_ns = now_ns;
	state->tid = CPU_TIMES_UNKNOWN;
	state->own = false;
}

struct cpu_sums cpu_times_finish(struct cpu_times *t, uint64_t end_ns)
{
	for (unsigned i = 0; i < t->n_cpus; i++) {
		if (!t->cpus[i].measured)
			continue;
		cpu_times_settle(t, i, end_ns);
		cpu_times_lose(t, i, end_ns);
	}
	return t->sums;
}
