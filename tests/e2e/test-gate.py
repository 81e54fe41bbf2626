#!/usr/bin/env python3
"""The verb gate with a steadyd of its own: arms, revisions, suites, verdicts and exit codes.

Effects are large, commands short and rounds few: what is tested does not depend on a calm machine.
"""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import xml.etree.ElementTree

from harness import (EXIT_CANCELLED, EXIT_COMMAND, EXIT_DONE, EXIT_UNSTABLE, EXIT_USAGE,
                     PATIENCE_SECONDS, STEADYCTL, Answer, main, need_program, wait_until)

EXIT_REGRESSED, EXIT_INCONCLUSIVE, EXIT_MISSING = 1, 3, 6
FAST, SLOW = "sleep 0.01", "sleep 0.05"
# Few pairs, all of them counted.
SHORT = ("--outliers", "none", "--max-rounds", "12", "--warmup", "0")
WIDE = ("--margin", "50%")


class Place:
    """A folder with a home, a cache and a working directory of its own; use it with 'with'."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="steady-gate-")
        self.work = self.make("work")
        self.variables = {k: v for k, v in os.environ.items()
                          if not k.startswith(("STEADY_", "GIT_", "XDG_", "GITHUB_"))}
        self.variables.update(
            HOME=self.make("home"), XDG_STATE_HOME=self.make("state"),
            XDG_CACHE_HOME=self.make("cache"), GIT_CONFIG_NOSYSTEM="1",
            GIT_AUTHOR_NAME="x", GIT_AUTHOR_EMAIL="x@y", GIT_COMMITTER_NAME="x",
            GIT_COMMITTER_EMAIL="x@y")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self, name):
        path = os.path.join(self.folder, name)
        os.makedirs(path, exist_ok=True)
        return path

    def write(self, name, text):
        path = os.path.join(self.work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def read(self, name):
        with open(os.path.join(self.work, name), encoding="utf-8") as file:
            return file.read()

    def popen(self, *arguments, cwd=None, **variables):
        return subprocess.Popen(
            [STEADYCTL, "--local", *arguments], cwd=cwd or self.work, text=True, errors="replace",
            env={**self.variables, **variables}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)

    def finish(self, client):
        try:
            out, err = client.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            client.kill()
            raise
        return Answer(client.args[1:], client.returncode, out, err)

    def gate(self, *arguments, **options):
        return self.finish(self.popen("gate", *arguments, **options))

    def jobs(self):
        answer = self.finish(self.popen("--json", "list"))
        return answer.json()["jobs"] if answer.status == EXIT_DONE else []

    def git(self, *arguments, cwd=None):
        return subprocess.run(["git", *arguments], cwd=cwd or self.work, env=self.variables,
                              check=True, capture_output=True, text=True).stdout

    def commit(self, message, **files):
        """Commit files, _ for . in their names; None removes one."""
        for name, text in files.items():
            name = name.replace("__", "/").replace("_", ".")
            if text is None:
                self.git("rm", "-q", name)
            else:
                self.write(name, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def repository(self):
        """main with a fast program; topic with a slow one. Their workload is loop.yaml."""
        need_program("git", "git")
        self.git("init", "-q", "-b", "main", ".")
        self.commit("base", prog_sh=FAST + "\n", loop_yaml=workload("loop"))
        self.git("checkout", "-q", "-b", "topic")
        self.commit("slower", prog_sh=SLOW + "\n")


def workload(name, command='["sh", "{arm-dir}/prog.sh"]', more=""):
    return f"workload: {name}\ncommand: {command}\noutliers: none\n{more}"


def arms(name, base, cand, more=""):
    return (f"workload: {name}\narms:\n  base: {{command: [sleep, '{base}']}}\n"
            f"  cand: {{command: [sleep, '{cand}']}}\noutliers: none\n{more}")


def rows(answer):
    return {row["name"]: row for row in answer.json()["benchmarks"]}


def test_clear_regression_is_red():
    with Place() as place:
        place.gate("--base-cmd", FAST, "--cand-cmd", SLOW, *SHORT).expect(
            EXIT_REGRESSED, "REGRESSED", "sleep", "could see", "TRUST", "NEXT")


def test_clear_improvement_is_green():
    with Place() as place:
        answer = place.gate("--cand-cmd", FAST, "--base-cmd", SLOW, *SHORT)
        answer.expect(EXIT_DONE, "IMPROVED")


def test_same_command_on_both_arms_is_never_red_and_said_to_be_the_same():
    with Place() as place:
        answer = place.gate("--base-cmd", SLOW, "--cand-cmd", SLOW, *SHORT, *WIDE)
        assert answer.status in (EXIT_DONE, EXIT_INCONCLUSIVE), answer
        assert "the same files on both arms" in answer.err, answer
        assert "A/A" in answer.out, answer


def test_another_argument_is_not_the_same_files():
    with Place() as place:
        answer = place.gate("--base-cmd", FAST, "--cand-cmd", SLOW, "--dry-run")
        assert "same files" not in answer.expect(EXIT_DONE).err, answer


def test_copy_of_a_program_is_the_same_file():
    with Place() as place:
        for name in ("one", "other"):
            place.write(f"{name}/prog.sh", FAST + "\n")
        answer = place.gate("--base-cmd", "sh one/prog.sh", "--cand-cmd", "sh other/prog.sh",
                            "--dry-run")
        answer.expect(EXIT_DONE, "the same files on both arms")
        place.write("other/prog.sh", SLOW + "\n")
        answer = place.gate("--base-cmd", "sh one/prog.sh", "--cand-cmd", "sh other/prog.sh",
                            "--dry-run")
        assert "same files" not in answer.expect(EXIT_DONE).err, answer


def test_folders_of_the_arms_are_what_arm_dir_stands_for():
    with Place() as place:
        place.write("old/prog.sh", FAST + "\n")
        place.write("new/prog.sh", SLOW + "\n")
        place.write("w.yaml", workload("w"))
        place.gate("w.yaml", "--base", "old", "--cand", "new", *SHORT).expect(EXIT_REGRESSED)
        place.gate("w.yaml", "--base", "old", "--cand", "old", "--dry-run").expect(
            EXIT_DONE, "the same files on both arms")
        place.gate("w.yaml", "--base", "old", "--cand", "absent").expect(
            EXIT_USAGE, "--cand: absent: No such file or directory")
        place.gate("w.yaml", "--base", "old").expect(EXIT_USAGE, "--base needs --cand")


def test_arms_that_would_run_the_same_are_refused():
    with Place() as place:
        place.make("work/old")
        place.make("work/new")
        place.write("w.yaml", workload("w", '["true"]'))
        place.gate("w.yaml", "--base", "old", "--cand", "new").expect(
            EXIT_USAGE, "{arm-dir}", "both arms would run the same")
        place.gate("w.yaml").expect(EXIT_USAGE, "a gate compares exactly two")
        assert place.jobs() == []


def test_wrong_usage_is_said_before_anything_is_run():
    with Place() as place:
        place.write("w.yaml", arms("w", 0.01, 0.01))
        for wrong, text in (
                ((), "what to compare?"),
                (("--base-cmd", "true"), "--base-cmd needs --cand-cmd"),
                (("-c", "true"), "a gate compares two"),
                (("w.yaml", "--base-cmd", "true", "--cand-cmd", "true"), "is a file"),
                (("w.yaml", "--report", "pdf=x"), "unknown format"),
                (("w.yaml", "--neutral", "2"), "cannot be neutral"),
                (("w.yaml", "--margin", "a b"), "--margin"),
                (("w.yaml", "--margin", "1, looks: [12]"), "--margin"),
                (("w.yaml", "--max-rounds", "3"), "max-rounds"),
                (("w.yaml", "--policy", "harsh"), "harsh"),
                (("w.yaml", "--accept", "nonsense"), "--accept"),
                (("w.yaml", "--max-time", "soon"), "--max-time"),
                (("w.yaml", "--outliers", "tukey"), "not blind"),
                (("absent.yaml",), "absent.yaml"),
                ((".", "--base", ".", "--cand", ".", "--build", "true"), "use one")):
            place.gate(*wrong).expect(EXIT_USAGE, text)
        assert place.jobs() == []


def test_file_that_is_no_document_is_named():
    with Place() as place:
        place.write("cut.json", '{"format":')
        for verb in (("show", "cut.json"), ("verify", "cut.json"), ("compare", "cut.json", "1")):
            place.finish(place.popen(*verb)).expect(EXIT_USAGE, "cut.json: ", "not JSON")


def test_dry_run_prints_the_plan_and_makes_no_job():
    with Place() as place:
        place.gate("--base-cmd", FAST, "--cand-cmd", SLOW, "--dry-run", *SHORT).expect(
            EXIT_DONE, "sleep (base): sleep 0.01", "sleep (cand): sleep 0.05", "at most 12")
        assert place.jobs() == []


def test_suite_tells_its_members_apart():
    with Place() as place:
        place.write("bench/slow.yaml", arms("slow", 0.01, 0.05, "gate: {max-rounds: 12}\n"))
        place.write("bench/same.yaml",
                    arms("same", 0.05, 0.05, "gate: {max-rounds: 12, margin: 50%}\n"))
        place.write("bench/README", "no workload")
        answer = place.gate("bench", "--json", "-o", "result.json").expect(EXIT_REGRESSED)
        found = rows(answer)
        assert sorted(found) == ["same", "slow"], found
        assert found["slow"]["verdict"] == "regressed", found
        assert found["same"]["verdict"] in ("equivalent", "inconclusive"), found
        assert answer.json()["verdict"] == "regressed", answer
        result = json.loads(place.read("result.json"))
        assert result["format"] == "steady-result-1" and result["workload"] == "bench", result
        place.finish(place.popen("verify", "result.json")).expect(EXIT_DONE)


def test_files_and_suite_files_are_suites_too():
    with Place() as place:
        place.write("a/one.yaml", arms("one", 0.01, 0.05))
        place.write("b/two.yaml", arms("two", 0.05, 0.01))
        place.write("all.yaml", "suite: all\nworkloads: [a/one.yaml, b/two.yaml]\n")
        for words in (("a/one.yaml", "b/two.yaml"), ("all.yaml",)):
            found = rows(place.gate(*words, "--json", *SHORT).expect(EXIT_REGRESSED))
            assert found["one"]["verdict"] == "regressed", found
            assert found["two"]["verdict"] == "improved", found
        place.write("all.yaml", "suite: all\nworkloads: [a/one.yaml, absent.yaml]\n")
        place.gate("all.yaml").expect(EXIT_USAGE, "absent.yaml")
        place.make("work/empty")
        place.gate("empty").expect(EXIT_USAGE, "no workload")


def test_problems_of_a_member_are_shown_at_their_place():
    with Place() as place:
        place.write("bench/one.yaml", arms("one", 0.01, 0.05))
        place.write("bench/two.yaml", arms("two", 0.01, 0.05, "tiemout: 3s\n"))
        place.gate("bench").expect(EXIT_USAGE, "two.yaml:6:1: error: unknown key 'tiemout'")


def test_neutral_code_passes_and_reports_are_written():
    with Place() as place:
        reports = ("text", "markdown", "github", "junit", "sarif", "gitlab", "json")
        options = [word for name in reports for word in ("--report", f"{name}={name}.out")]
        place.gate("--base-cmd", FAST, "--cand-cmd", SLOW, *SHORT, "--neutral", "1,3",
                   *options).expect(EXIT_DONE, "REGRESSED")
        for name in reports:
            assert "regressed" in place.read(f"{name}.out").lower(), name
        xml.etree.ElementTree.parse(os.path.join(place.work, "junit.out"))
        assert json.loads(place.read("json.out"))["format"] == "steady-verdict-1"
        assert json.loads(place.read("sarif.out"))["version"] == "2.1.0"


def test_intended_change_passes_and_is_printed():
    with Place() as place:
        change = ("--base-cmd", FAST, "--cand-cmd", SLOW, *SHORT)
        place.gate(*change, "--accept", "sleep<=1%").expect(EXIT_REGRESSED)
        place.gate(*change, "--accept", "other<=990%").expect(
            EXIT_REGRESSED, "--accept: there is no benchmark 'other' here")
        place.gate(*change, "--accept", "sleep <= 990%").expect(EXIT_DONE, "accepted")


def test_change_accepted_once_passes_the_next_time():
    with Place() as place:
        place.gate("--base-cmd", FAST, "--cand-cmd", "sleep 0.1", *SHORT).expect(EXIT_REGRESSED)
        place.finish(place.popen("accept", "1", "sleep", "--reason", "wanted", "--expires",
                                 "1d")).expect(EXIT_DONE)
        # Well below what was accepted.
        place.gate("--base-cmd", FAST, "--cand-cmd", SLOW, *SHORT).expect(
            EXIT_DONE, "accepted", "wanted", "job 1")


def test_failing_command_is_no_verdict():
    with Place() as place:
        place.gate("--base-cmd", "true", "--cand-cmd", "false", *SHORT).expect(
            EXIT_COMMAND, "of true (cand): exit status 1")
        place.gate("--base-cmd", "true", "--cand-cmd", "true", *SHORT, "--setup",
                   "exit 3").expect(EXIT_COMMAND)


def test_gate_ends_in_its_time():
    with Place() as place:
        answer = place.gate("--base-cmd", FAST, "--cand-cmd", "sleep 0.010001", "--outliers", "none",
                            "--max-rounds", "1000", "--margin", "0.01%", "--max-time", "2s",
                            "--warmup", "0", "--json")
        assert answer.status in (EXIT_DONE, EXIT_REGRESSED, EXIT_INCONCLUSIVE), answer
        assert rows(answer)["sleep"]["rounds"] < 1000, answer


def test_workload_with_rules_of_a_gate_still_runs():
    with Place() as place:
        place.write("w.yaml", arms("w", 0.001, 0.001, "gate: {margin: 5%}\nruns: 2\n"))
        place.finish(place.popen("run", "w.yaml")).expect(EXIT_DONE, "DONE")


def test_revisions_are_built_and_compared():
    with Place() as place:
        place.repository()
        before = place.git("rev-parse", "HEAD") + place.git("branch", "--list")
        # From a hook of another repository: the variables must not lead there.
        answer = place.gate("loop.yaml", "--build", "cp prog.sh built", *SHORT,
                            GIT_DIR="/nowhere", GIT_INDEX_FILE="/nowhere")
        answer.expect(EXIT_REGRESSED, "base", "candidate", "built")
        answer = place.gate("loop.yaml", "--build", "cp prog.sh built", *SHORT)
        answer.expect(EXIT_REGRESSED, "was built before")
        assert len(place.git("worktree", "list").splitlines()) == 1
        assert place.git("status", "--porcelain") == ""
        assert place.git("rev-parse", "HEAD") + place.git("branch", "--list") == before
        place.gate("loop.yaml", "--base-rev", "topic", "--cand-rev", "main", "--build", "true",
                   *SHORT).expect(EXIT_DONE, "IMPROVED")
        # A command instead of a file, and nothing to be built.
        place.gate("--base-rev", "main", *SHORT, "--", "sh", "{arm-dir}/prog.sh").expect(
            EXIT_REGRESSED)


def test_same_tree_is_an_a_a_comparison():
    with Place() as place:
        place.repository()
        place.commit("nothing new")
        place.gate("loop.yaml", "--base-rev", "HEAD~1", "--build", "true", "--dry-run").expect(
            EXIT_DONE, "the same files on both arms")


def test_revisions_that_cannot_be_are_refused():
    with Place() as place:
        place.repository()
        for rev in ("absent", "--all", "-x"):
            place.gate("loop.yaml", "--base-rev", rev, "--build", "true").expect(
                EXIT_USAGE, f"'{rev}' is no revision")
        place.gate("loop.yaml", "--cand-rev", "main", "--build", "true").expect(
            EXIT_USAGE, "is already part of", "--base-rev")
        place.gate("loop.yaml", "--build", "true", cwd=place.folder).expect(
            EXIT_USAGE, "not a git repository")
        assert place.jobs() == []


def test_changes_without_a_commit_are_refused_unless_a_revision_is_named():
    with Place() as place:
        place.repository()
        place.write("prog.sh", FAST + "\n")
        place.gate("loop.yaml", "--build", "true", *SHORT).expect(
            EXIT_USAGE, "prog.sh", "commit them", "--cand-rev HEAD")
        place.gate("loop.yaml", "--cand-rev", "HEAD", "--build", "true", *SHORT).expect(
            EXIT_REGRESSED)


def test_shallow_clone_says_what_to_do():
    with Place() as place:
        place.repository()
        shallow = os.path.join(place.folder, "shallow")
        place.git("checkout", "-q", "main")
        place.commit("main goes on")
        place.git("clone", "-q", "--depth", "1", "--no-single-branch", "-b", "topic",
                  "file://" + place.work, shallow)
        place.gate("loop.yaml", "--build", "true", cwd=shallow).expect(
            EXIT_USAGE, "git fetch --unshallow", "fetch-depth: 0")


def test_build_that_fails_names_its_side_and_shows_the_end():
    with Place() as place:
        place.repository()
        fails = "echo first >&2; echo 'no rule for {}' >&2; grep -q 'sleep {}' prog.sh && exit 3; :"
        for side, speed in (("base", "0.01"), ("candidate", "0.05")):
            answer = place.gate("loop.yaml", "--build", fails.replace("{}", speed), "--report",
                                "junit=junit.xml")
            answer.expect(EXIT_COMMAND, f"no rule for {speed}", f"the build of the {side}",
                          "exit status 3")
            assert f"build of the {side}" in place.read("junit.xml")
        assert len(place.git("worktree", "list").splitlines()) == 1
        assert place.jobs() == []


def test_builds_count_for_the_time_of_the_gate():
    with Place() as place:
        place.repository()
        begin = time.monotonic()
        place.gate("loop.yaml", "--build", "sleep 600", "--max-time", "1s").expect(
            EXIT_UNSTABLE, "the build of the base", "the time is up")
        assert time.monotonic() - begin < PATIENCE_SECONDS
        assert len(place.git("worktree", "list").splitlines()) == 1


def test_interrupt_ends_a_build_and_leaves_nothing():
    with Place() as place:
        place.repository()
        client = place.popen("gate", "loop.yaml", "--build", "touch \"$MARK\"; sleep 600",
                             MARK=os.path.join(place.folder, "mark"))
        wait_until(lambda: os.path.exists(os.path.join(place.folder, "mark")), "the build")
        client.send_signal(signal.SIGINT)
        place.finish(client).expect(EXIT_CANCELLED)
        assert len(place.git("worktree", "list").splitlines()) == 1
        left = os.listdir(os.path.join(place.folder, "cache", "steady", "builds"))
        assert left == [], left


def test_interrupt_cancels_a_gate():
    with Place() as place:
        mark = os.path.join(place.folder, "mark")
        client = place.popen("gate", "--shell", "--base-cmd", f"touch {mark}; sleep 600",
                             "--cand-cmd", f"touch {mark}; sleep 601")
        wait_until(lambda: os.path.exists(mark), "the first run")
        client.send_signal(signal.SIGINT)
        place.finish(client).expect(EXIT_CANCELLED, "cancelled", "exit code 130", "run it again")


def test_report_that_cannot_be_written_hides_no_regression():
    with Place() as place:
        place.gate("--base-cmd", FAST, "--cand-cmd", SLOW, *SHORT, "--report",
                   "text=/dev/full", "--report", "markdown=c.md").expect(
                       EXIT_REGRESSED, "/dev/full: No space left on device")
        assert "regressed" in place.read("c.md")


def test_what_only_the_base_has_is_missing():
    with Place() as place:
        place.repository()
        place.git("checkout", "-q", "main")
        place.commit("more", bench__a_yaml=workload("a"), bench__b_yaml=workload("b"),
                     bench__m_yaml=workload("m", '["sh", "{arm-dir}/prog.sh", "{w}"]',
                                            "matrix: {w: [1, 2]}\n"))
        place.git("checkout", "-q", "-b", "less")
        place.commit("less", bench__b_yaml=None,
                     bench__m_yaml=workload("m", '["sh", "{arm-dir}/prog.sh", "{w}"]',
                                            "matrix: {w: [1]}\n"))
        options = ("--build", "true", *SHORT, *WIDE)
        answer = place.gate("bench", "--json", *options).expect(EXIT_MISSING)
        found = rows(answer)
        assert sorted(found) == ["a", "b", "m[w=1]", "m[w=2]"], found
        assert found["b"]["verdict"] == "invalid" and found["m[w=2]"]["verdict"] == "invalid"
        text = json.dumps(answer.json())
        assert "bench/m.yaml differs from that of the base in matrix" in text, answer
        assert "bench/b.yaml is gone" in text, answer
        place.gate("bench/b.yaml", *options).expect(EXIT_MISSING, "b")
        place.gate("bench/b.yaml", *options, "--neutral", "6").expect(EXIT_DONE)
        place.gate("bench/c.yaml", *options).expect(EXIT_USAGE, "bench/c.yaml")


def test_trailer_of_a_commit_lets_its_change_pass():
    with Place() as place:
        place.repository()
        place.commit("why\n\nPerf-Accept: loop<=990%\nPerf-Accept: nonsense")
        place.gate("loop.yaml", "--build", "true", *SHORT).expect(
            EXIT_DONE, "accepted", "commit", "Perf-Accept: ")
        # That of the base is no excuse for the candidate.
        place.gate("loop.yaml", "--base-rev", "HEAD", "--cand-rev", "main", "--build", "true",
                   *SHORT).expect(EXIT_DONE, "IMPROVED")


if __name__ == "__main__":
    main(globals())
