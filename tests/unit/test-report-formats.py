#!/usr/bin/env python3
"""What other programs read is read here as they do: the golden reports that test-verdict-report
compares byte for byte with what steadyctl writes."""

import json
import os
import re
import sys
import xml.etree.ElementTree

SOURCE = os.environ.get("STEADY_SOURCE") or os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(SOURCE, "tests", "e2e"))
import harness

GOLDEN = os.path.join(SOURCE, "tests", "golden", "report")
HOSTILE = "a|b`c`\n| x |\n<script>"  # as the fixture's benchmark begins
SARIF_LEVELS = {"none", "note", "warning", "error"}
SARIF_KINDS = {"pass", "open", "informational", "notApplicable", "review", "fail"}


def golden(name):
    with open(os.path.join(GOLDEN, name), encoding="utf-8", newline="") as file:
        return file.read()


def junit(name):
    suite = xml.etree.ElementTree.fromstring(golden(name)).find("testsuite")
    return suite, suite.findall("testcase")


def outcome(case):
    tags = {child.tag for child in case} & {"failure", "error", "skipped"}
    assert len(tags) <= 1, tags
    return tags.pop() if tags else "passed"


def test_junit_counts_are_those_of_its_cases():
    for name in ("verdict-every.junit.xml", "verdict-empty.junit.xml"):
        suite, cases = junit(name)
        outcomes = [outcome(case) for case in cases]
        assert int(suite.get("tests")) == len(cases) > 0
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped",) * 2):
            assert int(suite.get(attribute)) == outcomes.count(tag), (name, attribute)


def test_junit_says_which_benchmark_failed_and_how():
    _, cases = junit("verdict-every.junit.xml")
    by_name = {(case.get("name"), case.get("classname").rsplit(".", 1)[1]): case for case in cases}
    assert len(by_name) == len(cases)
    expected = {"fine": "passed", "faster": "passed", "parse[n=1e6]": "failure", "sort": "skipped",
                "noise": "failure", "session": "skipped", "gone": "error", "broken": "error",
                "busy": "error", "elsewhere": "error", "known-flaky": "skipped",
                "bigger-table": "skipped"}
    for name, how in expected.items():
        assert outcome(by_name[name, "wall"]) == how, name
    failure = by_name["parse[n=1e6]", "wall"].find("failure")
    assert failure.get("type") == "regressed" and "+3.1 %" in failure.get("message")


def test_junit_keeps_a_hostile_name():
    _, cases = junit("verdict-every.junit.xml")
    assert sum(case.get("name").startswith(HOSTILE) for case in cases) == 1


def check_sarif_message(message):
    assert isinstance(message["text"], str) and message["text"]


def check_sarif_result(result, rules):
    """Sections 3.27 and 3.28 of the standard."""
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert result["level"] in SARIF_LEVELS and result["kind"] in SARIF_KINDS
    assert result["level"] == "none" or result["kind"] == "fail"
    check_sarif_message(result["message"])
    for location in result["locations"]:
        assert location["logicalLocations"][0]["fullyQualifiedName"]
    for key, value in result["partialFingerprints"].items():
        assert re.fullmatch(r"\w+/v\d+", key) and isinstance(value, str)
    assert isinstance(result["properties"], dict)


def sarif(name):
    log = json.loads(golden(name))
    assert log["version"] == "2.1.0" and log["$schema"].startswith("https://")
    assert len(log["runs"]) == 1
    return log["runs"][0]


def test_sarif_has_what_the_standard_requires():
    for name in ("verdict-every.sarif", "verdict-empty.sarif"):
        run = sarif(name)
        driver = run["tool"]["driver"]
        assert driver["name"] == "steady" and driver["version"]
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(ids) == len(set(ids))
        for rule in driver["rules"]:
            check_sarif_message(rule["shortDescription"])
        for result in run["results"]:
            check_sarif_result(result, driver["rules"])
        for invocation in run["invocations"]:
            assert isinstance(invocation["executionSuccessful"], bool)
            for notification in invocation["toolExecutionNotifications"]:
                assert notification["level"] in SARIF_LEVELS
                check_sarif_message(notification["message"])


def test_sarif_tells_findings_apart():
    results = sarif("verdict-every.sarif")["results"]
    prints = [result["partialFingerprints"]["steadyBenchmark/v1"] for result in results]
    assert len(prints) == len(set(prints))
    levels = {result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]: result["level"]
              for result in results}
    assert levels["parse[n=1e6]"] == levels["gone"] == levels["noise"] == "error"
    assert levels["session"] == "warning"
    assert levels["fine"] == levels["faster"] == levels["bigger-table"] == "none"
    assert sarif("verdict-empty.sarif")["invocations"][0]["executionSuccessful"] is False


LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(%s(?:,%s)*)\})? (\S+)" % (LABEL, LABEL))


def open_metrics(name):
    """A strict reader of OpenMetrics 1.0 text, as far as gauges go: (name, labels) -> value."""
    text = golden(name)
    assert text.endswith("# EOF\n") and "\r" not in text
    samples, typed, family = {}, set(), None
    for line in text.split("\n")[:-2]:
        if line.startswith("# TYPE "):
            _, _, family, kind = line.split(" ")
            assert kind == "gauge" and family not in typed, "families are not interleaved"
            typed.add(family)
        elif line.startswith("# HELP "):
            assert line.split(" ")[2] == family
        else:
            match = SAMPLE.fullmatch(line)
            assert match and match.group(1) == family, line
            labels = re.findall(LABEL, match.group(2) or "")
            assert len(labels) == len({key for key, _ in labels}), line
            key = family, frozenset(labels)
            assert key not in samples, line
            samples[key] = float(match.group(match.lastindex))
    return samples


def test_open_metrics_are_strictly_read():
    samples = open_metrics("verdict-every.metrics")

    def value(family, **labels):
        return samples.get((family, frozenset(labels.items())))

    assert value("steady_ratio", benchmark="parse[n=1e6]", metric="wall") == 1.031
    assert value("steady_ratio", benchmark="sort", metric="max-rss") == 0.985
    assert value("steady_verdict", benchmark="fine", metric="wall", verdict="equivalent") == 1
    assert value("steady_exit_code") == 1
    hostile = {dict(labels)["benchmark"] for family, labels in samples
               if family == "steady_ratio" and "script" in dict(labels)["benchmark"]}
    assert len(hostile) == 1 and "\\n| x |\\n<script>" in hostile.pop()


def test_what_has_no_figure_has_no_sample():
    samples = open_metrics("verdict-every.metrics")
    for family, labels in samples:
        if dict(labels).get("benchmark") == "gone":
            assert family not in ("steady_ratio", "steady_detectable", "steady_median"), family
    assert ("steady_exit_code", frozenset()) in open_metrics("verdict-empty.metrics")


def test_every_table_row_has_the_same_cells():
    rows = [line for line in golden("verdict-every.md").split("\n") if line.startswith("|")]
    assert len(rows) > 15
    # Nothing stands for a bar but its reference, so plain bars are those of the table.
    assert {row.count("|") for row in rows} == {9}


def test_markdown_of_others_is_plain_text():
    text = golden("verdict-every.md")
    lines = text.split("\n")
    assert re.fullmatch(r"<!-- steady:[A-Za-z0-9._-]+ -->", lines[0])
    allowed = r"</?(code|details|summary)>|<!-- -->"
    assert not re.search(r"[<>]", re.sub(allowed, "", "\n".join(lines[1:])))
    for sign in ("`", "![", "](", "@", "http:", "www."):
        assert sign not in text, sign
    # Only what is not in <code> could mention somebody, and there the sign stands alone.
    plain = re.sub(r"<code>.*?</code>", "", text)
    assert not re.search(r"&#(64|35);\w", plain)
    assert len(text) < 65536


def test_annotations_are_one_command_a_line():
    lines = golden("verdict-every.github").rstrip("\n").split("\n")
    levels = []
    for line in lines:
        match = re.fullmatch(r"::(error|warning|notice) title=([^:,\r]*)::(.+)", line)
        assert match, line
        levels.append(match.group(1))
        assert not re.search(r"%(?!25|0A|0D|3A|2C)", match.group(2) + match.group(3)), line
    assert levels.count("error") == 7 and levels.index("error") == 0
    assert max(levels.count(level) for level in set(levels)) <= 10


if __name__ == "__main__":
    harness.main(globals())
