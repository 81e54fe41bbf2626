/* What has to be the same in all workloads of a job. Of suite-file.c only. */
#pragma once

#include "common/config/yaml-tree.h"
#include "common/model/suite.h"

#define SUITE_SETTINGS_MAX 12

/* Where a file says something about the job. */
struct suite_place {
	struct diag *d;			  /* borrowed: of the file */
	size_t lines[SUITE_SETTINGS_MAX]; /* of the keys; 0: not there */
	size_t name_line;
};

/**
 * suite_place_note() - remember the lines of a file
 * @p:    its diag is set
 * @root: of the file
 *
 * Return: nothing.
 */
void suite_place_note(struct suite_place *p, const struct node *root);

/**
 * suite_check_work() - bound how long the daemon may take for the verdicts of a gate
 * @s:    all members
 * @d:    of the suite's own file
 * @line: of the list of members; 0: there is none
 *
 * Return: 0; -EINVAL with the problem noted.
 */
int suite_check_work(const struct suite *s, struct diag *d, size_t line);

/**
 * suite_settings_agree() - find members that disagree, and names that come twice
 * @s:      all members; of a gate, their metrics are made those of all together
 * @places: one a member
 * @shared: of the suite's own file
 * @root:   of that file
 *
 * Return: 0; -EINVAL with problems noted at the members.
 */
int suite_settings_agree(struct suite *s, const struct suite_place *places,
	struct suite_place *shared, const struct node *root);
