/* What machine this is: facts, the hard of which decide whether two results may be compared. */
#pragma once

#include "common/base/digest.h"
#include "common/base/error.h"
#include "common/base/strv.h"

/**
 * facts_read() - hardware, kernel and settings as they are now
 * @sysfs_root: "" or the root of a fake tree
 * @ret:        "key=value", sorted by key, owned by the caller; what cannot be read is
 *              "key=unavailable: reason"
 *
 * common/model/fact-desc.c has a row for each. Never a continuous reading (MHz, bogomips,
 * temperature); soft ones that are continuous are given as bands.
 *
 * Return: 0; -ENOMEM.
 */
int facts_read(const char *sysfs_root, struct strv *ret);

/**
 * facts_fingerprint() - one hash over all hard facts
 * @facts: sorted
 * @ret:   "sha256:..."
 *
 * Return: @ret; NULL without memory.
 */
char *facts_fingerprint(const struct strv *facts, char ret[static DIGEST_TEXT_MAX]);

/**
 * facts_machine_id() - stable identity of this machine, not usable elsewhere
 * @ret:  hex text
 * @size: of @ret
 *
 * sd_id128_get_machine_app_specific; a hash of the host's CPU and name where there is no
 * machine-id (then prefixed "noid-").
 *
 * Return: @ret.
 */
char *facts_machine_id(char *ret, size_t size);
