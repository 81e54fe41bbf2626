#!/usr/bin/env python3
"""compare: two results side by side, and everything that must not be compared."""

import copy
import json
import os

from harness import EXIT_DONE, EXIT_USAGE, EXIT_UNSTABLE, Daemon, main

EXIT_NOT_COMPARABLE, EXIT_MISSING = 4, 6
RUNS = 12


def job(daemon, *options):
    """A job that is over in a moment; returns its document."""
    return daemon.ctl("--json", "run", "--runs", str(RUNS), *options, "--", "sleep",
                      "0.005").expect(EXIT_DONE).json()


def save(daemon, name, document):
    return daemon.write(name, json.dumps(document))


def with_walls(document, factor):
    """The same result with other wall times, which spread by 2 %; nothing else can change."""
    changed = copy.deepcopy(document)
    for benchmark in changed["benchmarks"]:
        for number, run in enumerate(benchmark["runs"]):
            run["metrics"] = {"wall": factor * (1 + 0.002 * (number % 11))}
        benchmark["summary"] = {"wall": benchmark["summary"]["wall"]}
    return changed


def rows(answer):
    return answer.json()["benchmarks"]


def test_two_jobs_are_compared_and_it_is_advice():
    with Daemon() as daemon:
        job(daemon)
        job(daemon)
        answer = daemon.ctl("--json", "compare", "1", "2").expect(EXIT_DONE)
        wall = rows(answer)[0]
        assert wall["metric"] == "wall" and "advisory" in wall["flags"], answer
        assert wall["low"] <= wall["ratio"] <= wall["high"], answer
        assert len(answer.json()["raw"]) == 2, answer
        daemon.ctl("compare", "1", "2").expect(EXIT_DONE, "advisory")


def test_files_labels_and_jobs_are_the_same_to_it():
    with Daemon() as daemon:
        one = save(daemon, "one.json", job(daemon, "--label", "commit=abc"))
        job(daemon, "--label", "commit=abd")
        by_number = daemon.ctl("--json", "compare", "1", "2").expect(EXIT_DONE)
        for a, b in ((one, "2"), ("commit=abc", "2"), ("commit=abc", "commit=abd"),
                     (one, "commit=abd")):
            answer = daemon.ctl("--json", "compare", a, b).expect(EXIT_DONE)
            assert answer.json() == by_number.json(), (a, b)


def test_the_newest_job_of_a_label_is_taken():
    with Daemon() as daemon:
        for _ in range(2):
            job(daemon, "--label", "commit=abc")
        newest = daemon.result(2)["id"]
        answer = daemon.ctl("--json", "compare", "1", "commit=abc").expect(EXIT_DONE)
        assert answer.json()["id"] == newest, answer


def test_a_change_is_seen_and_fails_nothing():
    with Daemon() as daemon:
        document = job(daemon)
        base = save(daemon, "base.json", with_walls(document, 1))
        for factor, verdict in ((1.2, "regressed"), (0.8, "improved"), (1.001, "equivalent")):
            cand = save(daemon, "cand.json", with_walls(document, factor))
            answer = daemon.ctl("--json", "compare", base, cand).expect(EXIT_DONE)
            row = rows(answer)[0]
            assert row["verdict"] == verdict and abs(row["ratio"] - factor) < 0.02, answer
        answer = daemon.ctl("--json", "compare", "--margin", "50%", base,
                            save(daemon, "cand.json", with_walls(document, 1.2)))
        assert rows(answer.expect(EXIT_DONE))[0]["verdict"] == "equivalent", answer


def test_a_hard_difference_is_refused_field_by_field_unless_forced():
    with Daemon() as daemon:
        document = job(daemon)
        base = save(daemon, "base.json", document)
        changed = copy.deepcopy(document)
        changed["environment"]["facts"]["cpu.microcode"] = "0xbad"
        changed["environment"]["facts"]["boot.id"] = "another"
        changed["workload-hash"] = "sha256:other"
        cand = save(daemon, "cand.json", changed)
        microcode = document["environment"]["facts"]["cpu.microcode"]
        answer = daemon.ctl("compare", base, cand)
        answer.expect(EXIT_NOT_COMPARABLE, f"cpu.microcode differs: {microcode} | 0xbad",
                      "workload-hash differs", "boot.id differs", "NOT-COMPARABLE")
        refused = daemon.ctl("--json", "compare", base, cand).expect(EXIT_NOT_COMPARABLE).json()
        assert {row["verdict"] for row in refused["benchmarks"]} == {"not-comparable"}, refused
        assert not any("boot.id" in reason for reason in refused["reasons"]), refused
        forced = daemon.ctl("--json", "compare", "--force", base, cand).expect(EXIT_DONE).json()
        assert forced["forced"] and "cpu.microcode" in " ".join(forced["reasons"]), forced
        daemon.ctl("compare", "--force", base, cand).expect(EXIT_DONE, "forced")


def test_a_soft_difference_is_only_said():
    with Daemon() as daemon:
        document = job(daemon)
        base = save(daemon, "base.json", document)
        document["environment"]["facts"]["boot.id"] = "another"
        daemon.ctl("compare", base, save(daemon, "cand.json", document)).expect(
            EXIT_DONE, "boot.id differs")


def test_a_missing_benchmark_is_exit_6():
    with Daemon() as daemon:
        document = job(daemon)
        base = save(daemon, "base.json", document)
        document["benchmarks"][0]["name"] = "renamed"
        daemon.ctl("compare", base, save(daemon, "cand.json", document)).expect(
            EXIT_MISSING, "not in the candidate", "not in the base")
        daemon.ctl("compare", "commit=none", base).expect(EXIT_MISSING, "commit=none")


def test_bad_data_are_exit_5_and_never_green():
    with Daemon() as daemon:
        document = job(daemon)
        base = save(daemon, "base.json", document)

        def spoiled(change):
            changed = copy.deepcopy(document)
            change(changed)
            return save(daemon, "cand.json", changed)

        def set_wall(value):
            def change(changed):
                changed["benchmarks"][0]["runs"][3]["metrics"]["wall"] = value
            return change

        def keep_one(changed):
            changed["benchmarks"][0]["runs"] = changed["benchmarks"][0]["runs"][:2]

        for change in (set_wall(0), keep_one,
                       lambda d: d.update(state="failed", error="command failed: exit 1"),
                       lambda d: d.update(state="cancelled"),
                       lambda d: d.update(benchmarks=[])):
            for pair in ((base, spoiled(change)), (spoiled(change), base)):
                answer = daemon.ctl("compare", *pair)
                assert answer.status in (EXIT_UNSTABLE, EXIT_MISSING), answer


def test_hostile_files_are_an_error_and_no_number():
    with Daemon() as daemon:
        document = job(daemon)
        base = save(daemon, "base.json", document)
        text = json.dumps(document)
        hostile = (b"", b"{", text[:len(text) // 2].encode(), b"[" * 200000, b"\xff\xfe\x00",
                   text.replace('"wall"', '"w\xff"').encode("latin-1"),
                   text.replace('"s"', '"fortnights"', 1).encode(),
                   text.replace("steady-result-1", "steady-result-9").encode(),
                   text.replace('"runs": [', '"runs": 7, "x": [', 1).encode(),
                   b'{"format":"steady-result-1"}', b'{"format":"steady-verdict-1"}')
        for number, content in enumerate(hostile):
            path = daemon.write(f"hostile-{number}.json", content)
            for pair in ((base, path), (path, base)):
                answer = daemon.ctl("compare", *pair)
                assert answer.status == EXIT_USAGE, (number, content[:80], str(answer))
                assert not answer.out and path in answer.err, answer


def test_wrong_usage_is_exit_2():
    with Daemon() as daemon:
        path = save(daemon, "one.json", job(daemon))
        for arguments in ((path,), (path, path, path), (path, "77"), (path, "/nowhere.json"),
                          ("--margin", "300%", path, path), ("--alpha", "0", path, path),
                          ("--policy", "lenient", path, path), ("--report", "x", path, path)):
            daemon.ctl("compare", *arguments).expect(EXIT_USAGE)


def test_without_a_daemon_files_are_compared_and_jobs_are_not():
    with Daemon() as daemon:
        path = save(daemon, "one.json", job(daemon))
        daemon.stop()
        daemon.ctl("compare", path, path).expect(EXIT_DONE, "one and the same result")
        daemon.ctl("compare", path, "1").expect(EXIT_UNSTABLE)


def test_reports_are_written():
    with Daemon() as daemon:
        path = save(daemon, "one.json", job(daemon))
        junit, markdown = (os.path.join(daemon.folder, name) for name in ("r.xml", "r.md"))
        daemon.ctl("compare", path, path, "--report", f"junit={junit}", "--report",
                   f"markdown={markdown}").expect(EXIT_DONE)
        for report in (junit, markdown):
            with open(report, encoding="utf-8") as file:
                assert "sleep" in file.read(), report


def test_fingerprint_says_which_facts_are_hard():
    with Daemon() as daemon:
        first = daemon.ctl("--json", "fingerprint").expect(EXIT_DONE).json()
        assert "kernel.cmdline" in first["hard"] and "boot.id" in first["soft"], first
        assert "boot.id" not in first["hard"], first
        result = job(daemon)
        again = daemon.ctl("--json", "fingerprint").expect(EXIT_DONE).json()
        assert first["fingerprint"] == again["fingerprint"], (first, again)
        assert first["fingerprint"] == result["environment"]["fingerprint"], result


if __name__ == "__main__":
    main(globals())
