#!/usr/bin/env python3
"""The API on a system bus: a real dbus-daemon of the test's own, with the policy that ships."""

import contextlib
import os
import subprocess

from harness import (OTHER_USER, SOURCE, Daemon, main, need_program, need_root, wait_until)

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus"/>
  </policy>
  <include>{policy}</include>
</busconfig>
"""
MANAGER = ("org.steadyd", "/org/steadyd", "org.steadyd.Manager1")
TEXT = "workload: t\ncommand: [id, -u]\nruns: 1\nwarmup: 0\noutliers: none\n"


class BusDaemon(Daemon):
    """A steadyd that joins a system bus of the test's own."""

    def __init__(self):
        super().__init__()
        self.bus_socket = os.path.join(self.folder, "system-bus")
        config = self.write("bus.conf", CONFIG.format(
            socket=self.bus_socket, policy=os.path.join(SOURCE, "data", "org.steadyd.conf")))
        self.bus = subprocess.Popen(["dbus-daemon", "--nofork", f"--config-file={config}"],
                                    stderr=subprocess.DEVNULL)
        wait_until(lambda: os.path.exists(self.bus_socket), "the bus")

    def command(self):
        return [word for word in super().command() if word != "--no-system-bus"]

    def variables(self):
        return {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.bus_socket}"}

    def busctl(self, *words, user=None):
        who = {"user": user, "group": "nogroup", "extra_groups": []} if user else {}
        return subprocess.run(["busctl", f"--address=unix:path={self.bus_socket}", *words],
                              capture_output=True, text=True, timeout=60, check=False, **who)

    def call(self, method, *words, user=None):
        return self.busctl("call", *MANAGER, method, *words, user=user)

    def close(self):
        super().close()
        self.bus.terminate()
        self.bus.wait()


@contextlib.contextmanager
def on_bus():
    need_root()
    need_program("dbus-daemon", "dbus-daemon")
    need_program("busctl", "systemd")
    with BusDaemon() as daemon:
        wait_until(lambda: daemon.call("GetStatus").returncode == 0, "the name on the bus")
        yield daemon


def test_job_can_be_submitted_and_read_on_the_system_bus():
    with on_bus() as daemon:
        answer = daemon.call("Submit", "ssa{sv}", TEXT, "/", "0")
        assert answer.stdout.startswith("us 1 "), answer
        assert daemon.ctl("wait", "1").status == 0
        assert '"done"' in daemon.call("GetResult", "ut", "1", "0").stdout.replace("\\", "")
        assert "0\\n" in daemon.call("GetLog", "ut", "1", "0").stdout


def test_uid_on_the_system_bus_is_the_callers_and_not_the_bus_daemons():
    with on_bus() as daemon:
        answer = daemon.call("Submit", "ssa{sv}", TEXT, "/", "0", user=OTHER_USER)
        assert answer.stdout.startswith("us 1 "), answer
        assert daemon.ctl("wait", "1").status == 0
        assert "65534\\n" in daemon.call("GetLog", "ut", "1", "0").stdout
        assert "may not use" in daemon.call("Submit", "ssa{sv}", TEXT, "/", "0",
                                            user="daemon").stderr


def test_stranger_on_the_system_bus_may_list_but_not_read():
    with on_bus() as daemon:
        daemon.call("Submit", "ssa{sv}", TEXT, "/", "0")
        assert daemon.ctl("wait", "1").status == 0
        assert " 1 1 " in daemon.call("ListJobs", "tu", "0", "9", user=OTHER_USER).stdout
        assert "belongs to user 0" in daemon.call("GetLog", "ut", "1", "0",
                                                  user=OTHER_USER).stderr


def test_tied_job_of_a_client_that_has_left_the_bus_is_cancelled():
    with on_bus() as daemon:
        text = TEXT.replace("[id, -u]", "[sleep, \"60\"]")
        # busctl leaves the bus as soon as it has its answer.
        daemon.call("Submit", "ssa{sv}", text, "/", "1", "tied", "b", "true")
        daemon.wait_state(1, "cancelled")


def test_job_objects_are_seen_on_the_bus():
    with on_bus() as daemon:
        daemon.call("Submit", "ssa{sv}", TEXT, "/", "0")
        assert daemon.ctl("wait", "1").status == 0
        assert "/org/steadyd/job/1" in daemon.busctl("tree", "org.steadyd").stdout
        state = daemon.busctl("get-property", "org.steadyd", "/org/steadyd/job/1",
                              "org.steadyd.Job1", "State")
        assert state.stdout.strip() == 's "done"', state


if __name__ == "__main__":
    main(globals())
