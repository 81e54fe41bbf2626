"""The machine as the end-to-end tests see it: processes, and the settings a job may change."""

import contextlib
import os


def read_or_none(path):
    with contextlib.suppress(OSError):
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    return None


def comm_of(pid):
    return (read_or_none(f"/proc/{pid}/comm") or "").strip()


def children_of(pid, comm=""):
    """Children of a process, of all its threads; only those of one name when one is given."""
    found = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            text = read_or_none(f"/proc/{pid}/task/{task}/children") or ""
            found += [int(child) for child in text.split()]
    return [child for child in found if comm in ("", comm_of(child))]


def processes_with(text):
    """Pids whose command line holds a text; a text nobody else uses makes it exact."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        command_line = read_or_none(f"/proc/{entry}/cmdline") or ""
        if int(entry) != os.getpid() and text in command_line:
            found.append(int(entry))
    return found


def settings():
    """What a profile may change: settings of all CPUs, and the CPUs every task may use."""
    cpus = "/sys/devices/system/cpu"
    names = ("scaling_governor", "scaling_min_freq", "scaling_max_freq")
    paths = [f"{cpus}/{cpu}/cpufreq/{name}" for cpu in os.listdir(cpus) for name in names]
    paths += [f"{cpus}/cpufreq/boost", f"{cpus}/intel_pstate/no_turbo",
              "/proc/sys/kernel/randomize_va_space"]
    found = {path: read_or_none(path) for path in paths}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{pid}/task"):
                found[f"task {task} of {comm_of(pid)}"] = cpus_of(task)
    return found


def cpus_of(task):
    # A zombie keeps the mask it died with: it is nobody's setting any more.
    if (read_or_none(f"/proc/{task}/stat") or "").rpartition(")")[2].strip()[:1] in ("Z", "X"):
        return None
    with contextlib.suppress(OSError):
        return sorted(os.sched_getaffinity(int(task)))
    return None


def changes(before):
    """What is different now from an earlier settings(), among all that is still there."""
    after = settings()
    return {place: (value, after[place]) for place, value in before.items()
            if after.get(place) is not None and value is not None and after[place] != value}
