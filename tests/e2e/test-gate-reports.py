#!/usr/bin/env python3
"""Reports of a gate: every format from one command, nothing half written, wrong options found
before anything is measured."""

import json
import os
import stat

from harness import EXIT_DONE, EXIT_USAGE, Daemon, main, need_root

FORMATS = ("text", "markdown", "github", "junit", "sarif", "gitlab", "json")
# Two arms that no margin tells apart, and no evidence of a busy machine.
SAME = """workload: nothing
arms: {base: {command: [/bin/true]}, cand: {command: [/bin/true]}}
warmup: 0
outliers: none
gate: {margin: 100%, max-rounds: 12}
"""


def gate(daemon, *options, environment=()):
    path = daemon.write("nothing.yaml", SAME)
    return daemon.finish(daemon.popen("gate", path, *options, environment=environment))


def jobs(daemon):
    return daemon.ctl("--json", "list").expect(EXIT_DONE).json()


def test_every_format_comes_from_one_gate():
    with Daemon() as daemon:
        paths = {name: os.path.join(daemon.folder, "report." + name) for name in FORMATS}
        answer = gate(daemon, *(f"--report={name}={path}" for name, path in paths.items()))
        answer.expect(EXIT_DONE, "TRUST", "PLAN", "NEXT", "chance of any false red: 1 %")
        begins = {"text": answer.out.split("\n")[0], "markdown": "<!-- steady:nothing -->",
                  "junit": "<?xml", "sarif": "{", "gitlab": "# TYPE steady_", "json": "{"}
        for name, begin in begins.items():
            with open(paths[name], encoding="utf-8") as file:
                assert file.read().startswith(begin), name
        assert not [name for name in os.listdir(daemon.folder) if name.endswith(".new")]


def test_json_prints_the_verdict_and_nothing_else():
    with Daemon() as daemon:
        answer = gate(daemon, "--json").expect(EXIT_DONE)
        document = answer.json()
        assert document["format"] == "steady-verdict-1" and document["exit"] == EXIT_DONE
        path = os.path.join(daemon.folder, "verdict.json")
        gate(daemon, "--report", "json=" + path).expect(EXIT_DONE)
        with open(path, encoding="utf-8") as file:
            assert set(json.load(file)) == set(document)


def test_wrong_reports_are_found_before_anything_is_measured():
    with Daemon() as daemon:
        before = jobs(daemon)
        for options, text in (
                (["--report", "html=x"], "there are text, markdown, github, junit, sarif, gitlab"),
                (["--report", "junit"], "names no file"),
                (["--report", "junit=/nowhere/at/all.xml"], "cannot be written"),
                (["--report", "junit=" + daemon.folder], "is a folder"),
                (["--report", "json=-", "--json"], "only one of them can have stdout"),
                (["--report", "text=-", "--report", "junit=-"], "another report has stdout"),
                (["--neutral", "2"], "cannot be neutral"), (["--neutral", "x"], "no exit code"),
                (["--output", "/nowhere/r.json"], "cannot be written")):
            answer = gate(daemon, *options).expect(EXIT_USAGE, text)
            assert answer.out == "", answer
        assert jobs(daemon) == before


def test_a_device_is_written_to_and_not_replaced():
    need_root()  # others could not replace it anyway
    with Daemon() as daemon:
        path = os.path.join(daemon.folder, "null")
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        gate(daemon, "--report", "junit=" + path).expect(EXIT_DONE)
        assert stat.S_ISCHR(os.stat(path).st_mode)


def test_github_files_are_appended_to():
    with Daemon() as daemon:
        summary = daemon.write("summary", "before\n")
        output = daemon.write("output", "other=1\n")
        path = os.path.join(daemon.folder, "annotations")
        gate(daemon, "--report", "github=" + path,
             environment={"GITHUB_STEP_SUMMARY": summary, "GITHUB_OUTPUT": output}.items())
        with open(summary, encoding="utf-8") as file:
            assert file.read().startswith("before\n<!-- steady:nothing -->\n")
        with open(output, encoding="utf-8") as file:
            lines = file.read().split("\n")
        assert lines[0] == "other=1" and [line.split("<<")[0] for line in lines[1::3]][:3] == [
            "verdict", "code", "regressed"]
        assert os.path.exists(path)


def test_colours_are_for_who_asks():
    with Daemon() as daemon:
        path = os.path.join(daemon.folder, "plain.txt")
        answer = gate(daemon, "--color=always", "--report", "text=" + path).expect(EXIT_DONE)
        assert "\033[" in answer.out
        with open(path, encoding="utf-8") as file:
            assert "\033" not in file.read()
        assert "\033" not in gate(daemon).expect(EXIT_DONE).out


if __name__ == "__main__":
    main(globals())
