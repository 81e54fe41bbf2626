/* Command line of steadyd. */
#include "daemon/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "build-config.h"
#include "common/base/quantity.h"
#include "common/wire/names.h"

#define STATE_DEFAULT  "/var/lib/steady"
#define CONFIG_DEFAULT "/etc/steady/steadyd.yaml"

enum {
	OPTION_SOCKET = 256,
	OPTION_STATE,
	OPTION_PROFILES,
	OPTION_CONFIG,
	OPTION_NO_SYSTEM_BUS,
	OPTION_SOCKET_FD,
	OPTION_RESTORE,
	OPTION_SCRIPT,
	OPTION_VERSION,
	OPTION_HELP,
};

static const struct option long_options[] = {
	{"socket", required_argument, NULL, OPTION_SOCKET},
	{"state", required_argument, NULL, OPTION_STATE},
	{"profiles", required_argument, NULL, OPTION_PROFILES},
	{"config", required_argument, NULL, OPTION_CONFIG},
	{"no-system-bus", no_argument, NULL, OPTION_NO_SYSTEM_BUS},
	{"socket-fd", required_argument, NULL, OPTION_SOCKET_FD},
	{"restore", no_argument, NULL, OPTION_RESTORE},
	{"script", no_argument, NULL, OPTION_SCRIPT},
	{"verbose", no_argument, NULL, 'v'},
	{"version", no_argument, NULL, OPTION_VERSION},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static const char help_text[] =
	"Usage: steadyd [OPTION]...\n"
	"       steadyd --restore [--script] [--state DIR]\n"
	"\n"
	"Turns this machine into a measuring instrument and gives it back.\n"
	"\n"
	"  --socket PATH     private socket (default " WIRE_SOCKET_DEFAULT ")\n"
	"  --state DIR       database, journal and logs (default " STATE_DEFAULT ")\n"
	"  --profiles DIR    folder of profiles, before the others; may be repeated\n"
	"  --config FILE     the host's defaults (default " CONFIG_DEFAULT ")\n"
	"  --no-system-bus   serve the private socket only\n"
	"  --socket-fd N     serve one client on a connected socket and end with it\n"
	"  --restore         give the machine back from the journal, then exit\n"
	"  --script          with --restore: print the undo as a shell script instead\n"
	"  -v, --verbose     log more\n"
	"  --version, --help\n";

static int parse_fd(const char *text, int *ret)
{
	uint64_t fd;

	if (quantity_u64(text, &fd) < 0 || fd > 65535) {
		(void)fprintf(
			stderr, "steadyd: --socket-fd: '%s' is not a descriptor number\n", text);
		return -EINVAL;
	}
	*ret = (int)fd;
	return 1;
}

static int parse_one(int option, struct options *o)
{
	switch (option) {
	case OPTION_SOCKET:
		o->socket = optarg;
		return 1;
	case OPTION_STATE:
		o->state = optarg;
		return 1;
	case OPTION_PROFILES:
		return strv_push(&o->profiles, optarg) < 0 ? -ENOMEM : 1;
	case OPTION_CONFIG:
		o->config = optarg;
		return 1;
	case OPTION_NO_SYSTEM_BUS:
		o->system_bus = false;
		return 1;
	case OPTION_SOCKET_FD:
		return parse_fd(optarg, &o->socket_fd);
	case OPTION_RESTORE:
		o->restore = true;
		return 1;
	case OPTION_SCRIPT:
		o->script = true;
		return 1;
	case 'v':
		o->verbose = true;
		return 1;
	case 'h':
		(void)fputs(help_text, stdout);
		return 0;
	case OPTION_VERSION:
		(void)puts("steadyd " STEADY_VERSION);
		return 0;
	default:
		(void)fputs("steadyd: see steadyd --help\n", stderr);
		return -EINVAL;
	}
}

int options_parse(int argc, char **argv, struct options *ret)
{
	int option;

	*ret = (struct options){
		.socket = WIRE_SOCKET_DEFAULT,
		.state = STATE_DEFAULT,
		.config = CONFIG_DEFAULT,
		.socket_fd = -1,
		.system_bus = true,
	};
	while ((option = getopt_long(argc, argv, "vh", long_options, NULL)) >= 0) {
		int r = parse_one(option, ret);
		if (r <= 0)
			return r;
	}
	if (optind < argc) {
		(void)fprintf(stderr, "steadyd: '%s' is not an option; see steadyd --help\n",
			argv[optind]);
		return -EINVAL;
	}
	return 1;
}

void options_done(struct options *o)
{
	if (o)
		strv_done(&o->profiles);
}
