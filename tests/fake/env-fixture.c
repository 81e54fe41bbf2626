/* An environment engine with a temporary state folder and lock. */
#include "tests/fake/env-fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/resource.h>

#include "common/base/file.h"
#include "tests/fake/naps.h"
#include "tests/unit/cmocka-all.h"

#define REAL_LOCK	"/run/steady/machine.lock"
#define STEADYD_WAIT_US 10000
#define STEADYD_WAITS	6000

static void set_up(struct env_fixture *f)
{
	char folder[] = "/tmp/steady-state-XXXXXX";

	assert_non_null(mkdtemp(folder));
	(void)snprintf(f->state, sizeof(f->state), "%s", folder);
	(void)sysfs_path(f->lock, folder, "/machine.lock");
	(void)sysfs_path(f->journal, folder, "/undo.journal");
	naps_spare(&f->spare);
	f->config = (struct env_config){
		.state = f->state,
		.machine_lock = f->lock,
		.sysfs_root = f->root,
		.spare = &f->spare,
		.privileged = true,
	};
	assert_int_equal(env_new(&f->env, &f->config, NULL), 0);
}

void env_fixture_fake(struct env_fixture *f, enum sysfs_driver driver)
{
	*f = (struct env_fixture){0};
	(void)sysfs_tree_make(driver, f->root);
	f->before = sysfs_tree_text(f->root);
	set_up(f);
}

int env_fixture_hold_machine(void)
{
	int fd = open(REAL_LOCK, O_RDWR | O_CLOEXEC);

	for (unsigned i = 0; fd >= 0 && i < STEADYD_WAITS; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			break;
		(void)usleep(STEADYD_WAIT_US);
	}
	return fd;
}

/* A steadyd at work moves our tasks, too: wait for it, but do not stand in its way. */
static void wait_for_steadyd(void)
{
	CLEANUP_CLOSE int fd = env_fixture_hold_machine();

	(void)fd;
}

void env_fixture_real(struct env_fixture *f)
{
	*f = (struct env_fixture){0};
	wait_for_steadyd();
	if (geteuid() != 0 || cpuset_count(naps_cpus(NAP_MEASURED)) == 0) {
		print_message("skipped: needs root and two CPUs\n");
		skip();
	}
	set_up(f);
}

void env_fixture_done(struct env_fixture *f)
{
	(void)env_restore(f->env, NULL);
	f->env = env_free(f->env);
	profile_done(&f->profile);
	setting_outcomes_done(&f->outcomes);
	setting_outcomes_done(&f->residue);
	strv_done(&f->spare);
	free(f->before);
	if (*f->root)
		sysfs_tree_remove(f->root);
	sysfs_tree_remove(f->state);
}

void env_fixture_restart(struct env_fixture *f)
{
	f->env = env_free(f->env);
	assert_int_equal(env_new(&f->env, &f->config, NULL), 0);
}

void env_fixture_want(struct env_fixture *f, const char *knob, const char *value, enum need need)
{
	assert_int_equal(profile_set(&f->profile, knob, value, need), 0);
}

int env_fixture_apply(struct env_fixture *f, struct error *e)
{
	setting_outcomes_done(&f->outcomes);
	return env_apply(f->env, &f->profile, false, 1000, 12, &f->outcomes, e);
}

const struct setting_outcome *env_fixture_outcome(
	const struct env_fixture *f, const char *knob, const char *target)
{
	for (size_t i = 0; i < f->outcomes.n; i++)
		if (streq(f->outcomes.items[i].knob, knob) &&
			streq(f->outcomes.items[i].target, target))
			return &f->outcomes.items[i];
	fail_msg("no outcome for %s on %s", knob, target);
	return NULL;
}

void env_fixture_check_restored(const struct env_fixture *f)
{
	CLEANUP_FREE char *after = sysfs_tree_text(f->root);

	assert_string_equal(after, f->before);
	assert_false(file_exists(f->journal));
}

void env_fixture_limit_files(rlim_t size)
{
	struct rlimit limit;

	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void env_fixture_run_script(struct env_fixture *f)
{
	CLEANUP_FREE char *text = NULL, *path = NULL, *command = NULL;

	assert_int_equal(env_journal_script(&f->config, &text, NULL), 1);
	assert_true(asprintf(&path, "%s/undo.sh", f->state) > 0);
	assert_int_equal(file_write_atomic(path, text, strlen(text), 0755, NULL), 0);
	assert_true(asprintf(&command, "sh -eu %s", path) > 0);
	assert_int_equal(system(command), 0);
}
