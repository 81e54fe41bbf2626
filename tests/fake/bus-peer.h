/* A fake steadyd: a process that answers a few calls on a socket, by a script. */
#pragma once

#include <sys/types.h>

#define BUS_PEER_JOB 7

enum bus_peer_script {
	BUS_PEER_DONE,	    /* the job has ended before anybody asks */
	BUS_PEER_PROGRESS,  /* once asked, it reports progress and the end */
	BUS_PEER_INTERRUPT, /* once asked, it sends SIGINT to the client; Cancel ends the job */
	BUS_PEER_TWICE,	    /* as above, but Cancel is answered by another SIGINT only */
	BUS_PEER_VANISH,    /* once asked, it dies */
};

struct bus_peer {
	pid_t pid;
	char socket[64];
};

/**
 * bus_peer_start() - start the fake for one client
 * @peer:   written
 * @script: what it does when it is asked for the job
 *
 * Return: nothing; a failure ends the test.
 */
void bus_peer_start(struct bus_peer *peer, enum bus_peer_script script);

/**
 * bus_peer_stop() - end it
 * @peer: started
 *
 * Return: nothing.
 */
void bus_peer_stop(struct bus_peer *peer);
