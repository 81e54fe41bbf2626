#!/usr/bin/env python3
"""What steady itself costs: memory of daemon and launcher, wake-ups of the idle daemon in 60 s."""

import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))
import machine
from harness import Daemon, wait_until

IDLE_SECONDS = 60


def status_number(pid, key):
    for line in machine.read_or_none(f"/proc/{pid}/status").splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    raise LookupError(key)


def show(name, pid):
    print(f"{name:10} resident {status_number(pid, 'VmRSS'):6} KiB, largest "
          f"{status_number(pid, 'VmHWM'):6} KiB, locked {status_number(pid, 'VmLck'):6} KiB")


def wake_ups(pid):
    return status_number(pid, "voluntary_ctxt_switches")


def main():
    with Daemon() as daemon:
        pid = daemon.process.pid
        daemon.submit("--runs", "1", "--", "sleep", "3")
        launcher = wait_until(lambda: machine.children_of(pid, "steady-launcher"), "the launcher")[0]
        time.sleep(1)
        show("launcher", launcher)
        daemon.ctl("wait", "1")
        show("steadyd", pid)
        time.sleep(2)
        before = wake_ups(pid)
        time.sleep(IDLE_SECONDS)
        print(f"steadyd    {wake_ups(pid) - before} wake-ups in {IDLE_SECONDS} s without a job")
    return 0


if __name__ == "__main__":
    sys.exit(main())
