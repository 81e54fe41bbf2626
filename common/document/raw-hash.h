/* One hash over the raw runs of a result: what verdicts and summaries were computed from. */
#pragma once

#include "common/base/digest.h"
#include "common/model/result.h"

/**
 * raw_hash() - hash of the raw runs
 * @r:   result
 * @ret: "sha256:" and 64 hex digits
 *
 * Covers, in order of execution, what was measured and seen of every run (name of the benchmark,
 * arm, round, warm-up, end, metrics, evidence, hashes of the output) and the rules by which it is
 * judged; not what follows from them.
 *
 * Return: 0; -ENOMEM.
 */
int raw_hash(const struct result *r, char ret[static DIGEST_TEXT_MAX]);
