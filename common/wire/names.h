/* Names of the D-Bus API, known to both programs. docs/DBUS.md describes the calls. */
#pragma once

#define WIRE_NAME	    "org.steadyd"
#define WIRE_PATH	    "/org/steadyd"
#define WIRE_JOB_PREFIX	    "/org/steadyd/job"
#define WIRE_MANAGER	    "org.steadyd.Manager1"
#define WIRE_JOB	    "org.steadyd.Job1"
#define WIRE_SOCKET_DEFAULT "/run/steady/bus"
#define WIRE_TEXT_MAX	    (1u << 20) /* bytes of a workload file */
#define WIRE_CHUNK_MAX	    (1u << 20) /* bytes of one page of a document or log */

/* Acceptances: Accept, ListAcceptances, WithdrawAcceptance. */
#define WIRE_ACCEPT_TYPES      "usdst"	     /* job, benchmark, limit, reason, expires (us) */
#define WIRE_ACCEPTANCE_TYPES  "(uussdsutt)" /* see docs/DBUS.md */
#define WIRE_ACCEPTANCES_TYPES "a(uussdsutt)"

/* Keys of Submit's options. */
#define WIRE_OPTION_FILE	"file"	      /* s: name of the file, for messages */
#define WIRE_OPTION_ENVIRONMENT "environment" /* as: NAME=VALUE */
#define WIRE_OPTION_OVERRIDES	"overrides"   /* as: key=YAML value, over the text */
#define WIRE_OPTION_TIED	"tied"	      /* b: cancel when the submitter disconnects */

/* Errors. */
#define WIRE_ERROR_FILE		 "org.steadyd.Error.InvalidFile" /* text: diagnostics, one a line */
#define WIRE_ERROR_DENIED	 "org.steadyd.Error.NotPermitted"
#define WIRE_ERROR_NO_JOB	 "org.steadyd.Error.NoSuchJob"
#define WIRE_ERROR_NO_PROFILE	 "org.steadyd.Error.NoSuchProfile"
#define WIRE_ERROR_NO_ACCEPTANCE "org.steadyd.Error.NoSuchAcceptance"
#define WIRE_ERROR_QUOTA	 "org.steadyd.Error.LimitReached"
#define WIRE_ERROR_STORE	 "org.steadyd.Error.StoreFailed"
#define WIRE_ERROR_BUSY		 "org.steadyd.Error.Busy"
#define WIRE_ERROR_FAILED	 "org.steadyd.Error.Failed"
