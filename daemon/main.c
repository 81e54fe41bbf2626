/* steadyd: wires the modules, runs the loop; or gives the machine back and exits. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <systemd/sd-daemon.h>

#include "build-config.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "common/config/search-path.h"
#include "daemon/bus/bus.h"
#include "daemon/options.h"

#define MACHINE_LOCK "/run/steady/machine.lock"

struct steadyd {
	struct options options;
	struct host_config host;
	struct strv profile_folders;
	char launcher[4096];
	char state[4096]; /* absolute */
	struct env_config env;
	sd_event *event;
	struct store *store;
	struct queue *queue;
	struct bus *bus;
	int lock_fd;
	bool stopping;
};

static void on_stopped(void *userdata)
{
	struct steadyd *d = userdata;

	(void)sd_event_exit(d->event, 0);
}

static void stop(struct steadyd *d)
{
	if (d->stopping)
		return;

	d->stopping = true;
	(void)sd_notify(0, "STOPPING=1");
	queue_stop(d->queue, on_stopped);
}

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata)
{
	log_info("signal %u: giving the machine back, then exit", si->ssi_signo);
	stop(userdata);
	return 0;
}

static void on_client_gone(void *userdata)
{
	stop(userdata);
}

static void on_changed(const struct queue_event *event, void *userdata)
{
	const struct steadyd *d = userdata;

	if (d->bus)
		bus_job_changed(d->bus, event);
}

/* One steadyd a state folder; the daemons of --local share theirs, their jobs do not meet. */
static int lock_state(struct steadyd *d, struct error *e)
{
	char path[4200];
	int kind = d->options.socket_fd >= 0 ? LOCK_SH : LOCK_EX;
	int r = file_make_folders(d->options.state, 0755, e);

	if (r < 0)
		return r;
	if (!realpath(d->options.state, d->state))
		return error_setf(e, -errno, "%s: %s", d->options.state, strerror(errno));

	(void)snprintf(path, sizeof(path), "%s/steadyd.lock", d->state);
	d->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (d->lock_fd < 0)
		return error_setf(e, -errno, "%s: %s", path, strerror(errno));
	if (flock(d->lock_fd, kind | LOCK_NB) < 0)
		return error_setf(e, -errno,
			"%s: another steadyd works with this folder; stop it or use another "
			"--state",
			path);
	return 0;
}

static int find_folders(struct steadyd *d, struct error *e)
{
	int r = strv_copy(&d->profile_folders, &d->options.profiles);

	if (r >= 0)
		r = search_path_profiles(&d->profile_folders);
	if (r >= 0)
		r = search_path_program("steady-launcher", d->launcher, sizeof(d->launcher));
	return r < 0 ? error_setf(e, r, "cannot find steady's own files: %s", strerror(-r)) : 0;
}

static void fill_env_config(struct steadyd *d)
{
	d->env = (struct env_config){
		.state = d->state[0] ? d->state : d->options.state,
		.machine_lock = MACHINE_LOCK,
		.sysfs_root = "",
		.spare = &d->host.spare,
		.privileged = geteuid() == 0,
	};
}

/* What an earlier steadyd that was killed had changed; before anybody can reach us. */
static void restore_leftovers(const struct steadyd *d)
{
	CLEANUP(setting_outcomes_done) struct setting_outcomes done = {0}, residue = {0};
	struct error e = {0};
	int r = env_restore_journal(&d->env, &done, &residue, &e);

	if (r > 0)
		log_notice("gave back %zu settings that an earlier steadyd had changed", done.n);
	if (r < 0 && r != -EBUSY)
		log_error("%s", e.text);
	for (size_t i = 0; i < residue.n; i++)
		log_error("not given back: %s %s: %s", residue.items[i].knob,
			residue.items[i].target,
			residue.items[i].reason ? residue.items[i].reason : "");
}

static int make_loop(struct steadyd *d, struct error *e)
{
	bool local = d->options.socket_fd >= 0;
	sigset_t mask;
	int r;

	(void)sigemptyset(&mask);
	(void)sigaddset(&mask, SIGTERM);
	(void)sigaddset(&mask, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &mask, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);

	r = sd_event_default(&d->event);
	if (r >= 0)
		r = sd_event_add_signal(d->event, NULL, SIGTERM, on_signal, d);
	/* Ctrl-C in a terminal reaches the local daemon too; the client decides what it means. */
	if (r >= 0 && !local)
		r = sd_event_add_signal(d->event, NULL, SIGINT, on_signal, d);
	if (r >= 0)
		r = sd_event_set_watchdog(d->event, true);
	return r < 0 ? error_setf(e, r, "cannot make the event loop: %s", strerror(-r)) : 0;
}

static int make_queue(struct steadyd *d, struct error *e)
{
	const struct queue_config config = {
		.session =
			{
				.event = d->event,
				.store = d->store,
				.env = &d->env,
				.host = &d->host,
				.profile_folders = &d->profile_folders,
				.launcher = d->launcher,
				.state = d->state,
				.privileged = d->env.privileged,
			},
		.own_only = d->options.socket_fd >= 0,
		.changed = on_changed,
		.userdata = d,
	};

	return queue_new(&d->queue, &config, e);
}

static int make_bus(struct steadyd *d, struct error *e)
{
	const struct bus_config config = {
		.event = d->event,
		.queue = d->queue,
		.store = d->store,
		.env = &d->env,
		.host = &d->host,
		.profile_folders = &d->profile_folders,
		.state = d->state,
		.client_gone = on_client_gone,
		.userdata = d,
	};
	struct error ignored = {0};
	int r = bus_new(&d->bus, &config, e);

	if (r >= 0 && d->options.socket_fd >= 0)
		return bus_serve_fd(d->bus, d->options.socket_fd, e);
	if (r >= 0)
		r = bus_listen(d->bus, d->options.socket, e);
	if (r >= 0 && d->options.system_bus && bus_join_system(d->bus, &ignored) < 0)
		log_info("%s; serving %s only", ignored.text, d->options.socket);
	return r;
}

static int start(struct steadyd *d, struct error *e)
{
	char path[4200];
	int r = host_config_load(d->options.config, &d->host, e);

	if (r >= 0)
		r = lock_state(d, e);
	if (r >= 0)
		r = find_folders(d, e);
	if (r < 0)
		return r;

	fill_env_config(d);
	restore_leftovers(d);
	(void)snprintf(path, sizeof(path), "%s/steady.db", d->state);
	r = store_open(&d->store, path, e);
	if (r >= 0)
		r = make_loop(d, e);
	if (r >= 0)
		r = make_queue(d, e);
	if (r >= 0)
		r = make_bus(d, e);
	return r;
}

static void finish(struct steadyd *d)
{
	d->queue = queue_free(d->queue);
	d->bus = bus_free(d->bus);
	d->store = store_free(d->store);
	d->event = sd_event_unref(d->event);
	host_config_done(&d->host);
	strv_done(&d->profile_folders);
	if (d->lock_fd >= 0)
		(void)close(d->lock_fd);
}

static int serve(struct steadyd *d)
{
	struct error e = {0};
	int r = start(d, &e);

	if (r < 0) {
		log_error("%s", e.text);
		finish(d);
		return EXIT_FAILURE;
	}
	queue_start(d->queue);
	(void)sd_notify(0, "READY=1");
	log_info("version %s, state in %s", STEADY_VERSION, d->state);
	r = sd_event_loop(d->event);
	finish(d);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static void print_outcomes(const char *what, const struct setting_outcomes *list)
{
	for (size_t i = 0; i < list->n; i++)
		(void)printf("%s: %s %s%s%s\n", what, list->items[i].knob, list->items[i].target,
			list->items[i].reason ? ": " : "",
			list->items[i].reason ? list->items[i].reason : "");
}

static int print_script(const struct steadyd *d)
{
	CLEANUP_FREE char *script = NULL;
	struct error e = {0};

	if (env_journal_script(&d->env, &script, &e) < 0) {
		log_error("%s", e.text);
		return EXIT_FAILURE;
	}
	(void)fputs(script, stdout);
	return EXIT_SUCCESS;
}

static int restore(struct steadyd *d)
{
	CLEANUP(setting_outcomes_done) struct setting_outcomes done = {0}, residue = {0};
	struct error e = {0};
	int r;

	fill_env_config(d);
	if (d->options.script)
		return print_script(d);
	r = env_restore_journal(&d->env, &done, &residue, &e);
	print_outcomes("given back", &done);
	print_outcomes("left", &residue);
	if (r == 0)
		(void)puts("nothing to give back");
	if (r < 0)
		log_error("%s", e.text);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static struct steadyd d = {.lock_fd = -1}; /* large: paths */
	int r = options_parse(argc, argv, &d.options);
	int status = r < 0 ? 2 : EXIT_SUCCESS;

	if (r > 0) {
		/* A steadyd of --local shares the terminal of its client: it speaks up only when
		 * something is wrong. */
		log_open(d.options.verbose		   ? LOG_LEVEL_DEBUG
				: d.options.socket_fd >= 0 ? LOG_LEVEL_WARNING
							   : LOG_LEVEL_INFO);
		status = d.options.restore ? restore(&d) : serve(&d);
	}
	options_done(&d.options);
	return status;
}
