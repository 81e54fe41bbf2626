/*
 * One hash over the raw runs of a result.
 *
 * What is hashed are the values as a document gives them back, so that the hash is the same before
 * a result was written and after it was read: whole numbers and doubles as 8 bytes, the lowest
 * first; texts as UTF-8 with a NUL behind; what is unavailable as its reason. Each is marked with
 * its kind, so that no two sequences of values look the same.
 */
#include "common/document/raw-hash.h"

#include <errno.h>
#include <math.h>

#include "common/base/utf8.h"
#include "common/document/json-field.h"

#define FORMAT	     "steady-raw-1"
#define BUFFER_BYTES 4096
#define VALUE_BYTES  8
#define REPLACEMENT  "\xef\xbf\xbd"	   /* U+FFFD, in place of a byte that is not UTF-8 */
#define NOT_FINITE   "not a finite number" /* as json_write_number() writes it */

enum kind {
	KIND_TEXT = 't',
	KIND_INTEGER = 'i',
	KIND_NUMBER = 'n',
	KIND_UNAVAILABLE = 'u',
	KIND_RUN = 'r',
	KIND_CULPRIT = 'c',
	KIND_RULES = 'g',
};

struct hash {
	struct digest *digest;
	uint8_t buffer[BUFFER_BYTES];
	size_t used;
};

static void put(struct hash *h, const void *data, size_t size)
{
	if (size > sizeof(h->buffer) - h->used) {
		digest_add(h->digest, h->buffer, h->used);
		h->used = 0;
	}
	memcpy(h->buffer + h->used, data, size); /* no piece is larger than the buffer */
	h->used += size;
}

static void put_kind(struct hash *h, enum kind kind)
{
	uint8_t byte = (uint8_t)kind;

	put(h, &byte, 1);
}

/* How many plain characters a text begins with, at most a buffer full of them. */
static size_t count_plain(const char *text, size_t size)
{
	size_t n = 0;

	while (n < size && n < BUFFER_BYTES && (unsigned char)text[n] < 0x80)
		n++;
	return n;
}

/* Not more than fits in a reader's buffer of so many bytes, which ends between two characters. */
static void put_characters(struct hash *h, const char *text, size_t buffer_size)
{
	size_t left = strlen(text), room = buffer_size - 1;

	while (left > 0 && room > 0) {
		uint32_t code;
		size_t n_plain = count_plain(text, MIN_OF(left, room));
		size_t n = n_plain > 0 ? n_plain : utf8_read(text, left, &code);
		size_t n_put = n > 0 ? n : strlen(REPLACEMENT);

		if (n_put > room)
			break;
		put(h, n > 0 ? text : REPLACEMENT, n_put);
		room -= n_put;
		n = MAX_OF(n, (size_t)1);
		text += n;
		left -= n;
	}
	put(h, "", 1);
}

static void put_text(struct hash *h, const char *text, size_t buffer_size)
{
	put_kind(h, KIND_TEXT);
	put_characters(h, text ? text : "", buffer_size);
}

static void put_bits(struct hash *h, uint64_t bits)
{
	uint8_t bytes[VALUE_BYTES];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(bits >> 8 * i);
	put(h, bytes, sizeof(bytes));
}

static void put_integer(struct hash *h, uint64_t value)
{
	put_kind(h, KIND_INTEGER);
	put_bits(h, value);
}

static void put_number(struct hash *h, double value)
{
	uint64_t bits;

	put_kind(h, KIND_NUMBER);
	memcpy(&bits, &value, sizeof(bits));
	put_bits(h, bits);
}

/* One that a document has not got is left out: an older one cannot have what is measured now. */
static void put_measure(struct hash *h, const char *name, const struct measure *m)
{
	bool is_set = measure_is_set(m);

	if (streq(m->unavailable, FIELD_NO_MEASURE))
		return;
	put_text(h, name, SIZE_MAX);
	if (is_set && isfinite(m->value)) {
		put_number(h, m->value);
		return;
	}
	put_kind(h, KIND_UNAVAILABLE);
	put_characters(h, is_set ? NOT_FINITE : m->unavailable, RUN_REASON_MAX);
}

static void put_evidence(struct hash *h, const struct evidence *e)
{
	put_measure(h, "foreign", &e->foreign);
	put_measure(h, "steal", &e->steal);
	put_measure(h, "migrations", &e->migrations);
	put_measure(h, "run-delay", &e->run_delay);
	for (unsigned i = 0; i < MIN_OF(e->n_culprits, (unsigned)RUN_CULPRITS_MAX); i++) {
		put_kind(h, KIND_CULPRIT);
		put_text(h, e->culprits[i].name, RUN_CULPRIT_NAME_MAX);
		put_number(h, e->culprits[i].seconds);
	}
	put_integer(h, e->n_cpus);
	put_integer(h, e->leftovers);
	put_integer(h, e->lost_records);
	put_integer(h, e->daemon_wakeups);
}

static void put_output(struct hash *h, const struct run_output *o)
{
	put_integer(h, o->bytes);
	put_integer(h, o->truncated);
	put_text(h, o->sha256, DIGEST_TEXT_MAX);
}

/* Only what no rule decides: that a run failed or was not measured, not that it was excluded. */
static void put_end(struct hash *h, const struct run *run)
{
	bool is_raw = run->status == RUN_FAILED || run->status == RUN_INVALID;

	put_text(h, is_raw ? run_status_name(run->status) : "", SIZE_MAX);
	put_text(h, is_raw ? run->why : "", RUN_WHY_MAX);
	put_integer(h, (uint64_t)MAX_OF(run->exit_code, -1));
	put_integer(h, (uint64_t)MAX_OF(run->signal, 0));
}

static void put_run(struct hash *h, const struct benchmark *b, const struct run *run)
{
	put_kind(h, KIND_RUN);
	put_integer(h, run->n);
	put_text(h, b->name, SIZE_MAX);
	put_text(h, b->arm, SIZE_MAX);
	put_integer(h, run->block);
	put_integer(h, run->warmup);
	put_end(h, run);
	for (int m = 0; m < METRIC_MAX; m++)
		put_measure(h, metric_desc((enum metric)m)->name, &run->metrics[m]);
	put_evidence(h, &run->evidence);
	put_output(h, &run->out);
	put_output(h, &run->err);
	put_integer(h, run->kernel_timing);
}

static void put_gate(struct hash *h, const struct benchmark *b)
{
	const struct gate *g = &b->gate;

	put_kind(h, KIND_RULES);
	put_text(h, b->name, SIZE_MAX);
	put_integer(h, b->same_files);
	put_number(h, g->margin_ratio);
	put_number(h, g->alpha);
	put_text(h, gate_policy_name(g->policy), SIZE_MAX);
	put_integer(h, g->exact_spending);
	put_number(h, g->rho);
	put_integer(h, g->n_looks);
	for (size_t i = 0; i < g->n_looks; i++)
		put_integer(h, g->looks[i]);
	put_number(h, g->max_mde);
	put_integer(h, g->max_mde_is_factor);
	put_number(h, g->max_excluded_ratio);
	for (int m = 0; m < METRIC_MAX; m++) {
		if (!g->metrics[m].wanted)
			continue;
		put_text(h, metric_desc((enum metric)m)->name, SIZE_MAX);
		put_number(h, g->metrics[m].margin_ratio);
		put_number(h, g->metrics[m].floor);
	}
	put_text(h, g->quarantine, GATE_REASON_MAX);
}

static void put_rules(struct hash *h, const struct result *r)
{
	put_kind(h, KIND_RULES);
	put_text(h, outlier_rule_name(r->outliers.rule), SIZE_MAX);
	put_number(h, r->outliers.tolerance_ratio);
	put_number(h, r->outliers.budget_ratio);
	for (int m = 0; m < METRIC_MAX; m++)
		if (r->metrics[m])
			put_text(h, metric_desc((enum metric)m)->name, SIZE_MAX);
	for (size_t b = 0; b < r->n_benchmarks && r->is_gate; b++)
		put_gate(h, &r->benchmarks[b]);
}

int raw_hash(const struct result *r, char ret[static DIGEST_TEXT_MAX])
{
	struct hash h = {.used = 0};

	if (digest_new(&h.digest) < 0)
		return -ENOMEM;

	put_text(&h, FORMAT, SIZE_MAX);
	put_rules(&h, r);
	for (size_t i = 0; i < r->n_runs; i++)
		if (r->runs[i].benchmark < r->n_benchmarks)
			put_run(&h, &r->benchmarks[r->runs[i].benchmark], &r->runs[i]);
	digest_add(h.digest, h.buffer, h.used);
	(void)digest_end(h.digest, ret);
	return 0;
}
