#!/usr/bin/env python3
"""The CI recipes as they stand: the shell of their steps is taken out and executed in order, in a
repository as a runner checks it out, with the environment such a runner gives.

There is no GitHub, GitLab or Jenkins here. What is not shell (`uses:`, `junit`, artefacts) is not
executed, and `gh` is a script that records what it was called with; its few answers are set by the
test.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import tempfile
import xml.etree.ElementTree

import harness
from harness import SOURCE, STEADYCTL, Skip, need_program

RECIPES = os.path.join(SOURCE, "data", "ci")
ACTION = os.path.join(RECIPES, "github-action", "action.yml")
POSTER = os.path.join(RECIPES, "github-action", "poster.yml")
NUMBER = 7
TIMEOUT_SECONDS = 240

# CPU time of a loop of known length, and a margin that no machine's mood reaches.
WORKLOAD = """workload: spin
command: ["{arm-dir}/spin"]
warmup: 0
outliers: none
metrics: [wall, cpu]
gate: {metrics: {cpu: {}}}
"""
PROGRAM = """int main(void)
{
	for (volatile unsigned long i = 0; i < %dul; i++)
		;
	return 0;
}
"""
LOOPS = 30_000_000
# All that a recipe may call besides steadyctl and gh; the compiler's parts are for the build line.
PROGRAMS = ("bash", "cat", "cp", "git", "grep", "head", "mkdir", "rm", "sed", "sh", "wc",
            "gcc", "as", "ld")
INPUTS = {"file": "bench/spin.yaml", "build": "gcc -O1 -o spin spin.c", "margin": "25%",
          "max-time": "120s", "policy": "material"}

FAKE_GH = """#!/bin/sh
# There is no GitHub here: this records its arguments and the body that was to be posted.
for word in "$@"; do printf '%s\\n' "$word"; done >> "$FAKE_GH/calls"
echo >> "$FAKE_GH/calls"
for word in "$@"; do
	case $word in
		body=@*) cp "${word#body=@}" "$FAKE_GH/body" ;;
		*/pulls/*) printf '%s\\n' "$FAKE_GH_HEAD" ;;
		--paginate) printf '%s' "$FAKE_GH_COMMENTS" ;;
		download) cp -R "$FAKE_GH_ARTIFACT" "$RUNNER_TEMP/steady" ;;
	esac
done
"""


def load(path):
    try:
        import yaml
    except ImportError:
        raise Skip("needs Python's yaml (Debian package python3-yaml)")
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


class Place:
    """A folder with a repository of two branches, its bare origin and the programs of a runner."""

    def __init__(self, slower):
        need_program("git", "git")
        need_program("gcc", "gcc")
        self.folder = tempfile.mkdtemp(prefix="steady-ci-")
        self.origin = os.path.join(self.folder, "origin.git")
        self.work = os.path.join(self.folder, "work")
        self.gh = os.path.join(self.folder, "gh")
        self.temp = os.path.join(self.folder, "temp")
        for name in ("bin", "home", "gh", "temp"):
            os.mkdir(os.path.join(self.folder, name))
        self.program("steadyctl", f"#!/bin/sh\nexec {STEADYCTL} --local \"$@\"\n")
        self.program("gh", FAKE_GH)
        for name in PROGRAMS:
            os.symlink(shutil.which(name), os.path.join(self.folder, "bin", name))
        self.environment = {
            "PATH": os.path.join(self.folder, "bin"),
            "HOME": os.path.join(self.folder, "home"), "LANG": "C.UTF-8", "CI": "true",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@a.example",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@a.example",
            "RUNNER_TEMP": self.temp, "FAKE_GH": self.gh,
        }
        self.make_repository(slower)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def program(self, name, text):
        path = os.path.join(self.folder, "bin", name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)

    def git(self, *arguments, folder=None):
        done = subprocess.run(["git", *arguments], cwd=folder or self.source, text=True,
                              env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stdout}"
        return done.stdout.strip()

    def commit(self, message, **files):
        for name, text in files.items():
            path = os.path.join(self.source, *name.replace("_", ".").split("__"))
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        self.git("add", "-A")
        self.git("commit", "--quiet", "-m", message)
        return self.git("rev-parse", "HEAD")

    def make_repository(self, slower):
        """main: two commits and one beside the change; a branch; the merge of both."""
        self.source = os.path.join(self.folder, "source")
        os.mkdir(self.source)
        self.git("init", "--quiet", "--initial-branch=main")
        os.mkdir(os.path.join(self.source, "bench"))
        with open(os.path.join(self.source, "bench", "spin.yaml"), "w", encoding="utf-8") as file:
            file.write(WORKLOAD)
        self.commit("first", README="one\n")
        self.base = self.commit("program", spin_c=PROGRAM % LOOPS)
        self.git("checkout", "--quiet", "-b", "change")
        loops = LOOPS * 2 if slower else LOOPS
        self.head = self.commit("change", spin_c="/* changed */\n" + PROGRAM % loops)
        self.git("checkout", "--quiet", "main")
        self.main = self.commit("beside", OTHER="two\n")
        self.git("checkout", "--quiet", "--detach")
        self.git("merge", "--quiet", "--no-ff", "-m", "merge", "change")
        self.git("init", "--quiet", "--bare", self.origin)
        self.git("push", "--quiet", self.origin, "main", "change",
                 f"HEAD:refs/pull/{NUMBER}/merge")

    def check_out(self, ref, depth=None):
        """As runners do: fetch one ref, as deep as told, and detach."""
        os.mkdir(self.work)
        self.git("init", "--quiet", folder=self.work)
        self.git("remote", "add", "origin", "file://" + self.origin, folder=self.work)
        self.git("fetch", "--quiet", "--no-tags", *([f"--depth={depth}"] if depth else []),
                 "origin", ref, folder=self.work)
        self.git("checkout", "--quiet", "--detach", "FETCH_HEAD", folder=self.work)

    def shell(self, words, script, **variables):
        """Run a step's script, as the runner would; returns its status and what it printed."""
        path = os.path.join(self.folder, "step.sh")
        with open(path, "w", encoding="utf-8") as file:
            file.write(script)
        done = subprocess.run([*words, path], cwd=self.work, text=True, check=False,
                              env={**self.environment, **variables}, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=TIMEOUT_SECONDS)
        return done.returncode, done.stdout

    def read(self, *names):
        with open(os.path.join(self.folder, *names), encoding="utf-8") as file:
            return file.read()

    def gh_calls(self):
        if not os.path.exists(os.path.join(self.gh, "calls")):
            return []
        return [call.split("\n") for call in self.read("gh", "calls").strip("\n").split("\n\n")]


def outputs_of(text):
    """What a step wrote to $GITHUB_OUTPUT, in both forms."""
    outputs, lines = {}, iter(text.splitlines())
    for line in lines:
        name, _, delimiter = line.partition("<<")
        if delimiter and "=" not in name:
            outputs[name] = "\n".join(iter(lambda: next(lines), delimiter))
        else:
            name, _, outputs_value = line.partition("=")
            outputs[name] = outputs_value
    return outputs


class Workflow:
    """The steps of a composite action or a job, executed as GitHub's runner does."""

    def __init__(self, place, github, inputs=None):
        self.place = place
        self.contexts = {"github": github, "inputs": inputs or {}, "steps": {},
                         "runner": {"temp": place.temp}}
        self.log, self.skipped, self.status = "", [], 0

    def look_up(self, expression):
        value = self.contexts
        for key in expression.split("."):
            value = value.get(key, "") if isinstance(value, dict) else ""
        assert not isinstance(value, dict), expression
        return str(value)

    def text(self, value):
        return re.sub(r"\$\{\{\s*([\w.-]+)\s*\}\}", lambda m: self.look_up(m.group(1)), str(value))

    def holds(self, condition):
        """A chain of == and != with &&, which is all that the recipes use."""
        for term in re.split(r"\s*&&\s*", condition.strip()):
            left, operator, right = re.fullmatch(
                r"([\w.-]+)\s*(==|!=)\s*('[^']*'|[\w.-]+)", term).groups()
            right = right[1:-1] if right.startswith("'") else self.look_up(right)
            if (self.look_up(left) == right) != (operator == "=="):
                return False
        return True

    def step(self, step):
        if "if" in step and not self.holds(step["if"]):
            self.skipped.append(step["name"])
            return
        if "uses" in step:
            return
        output = os.path.join(self.place.temp, "output")
        open(output, "w", encoding="utf-8").close()
        variables = {name: self.text(value) for name, value in step.get("env", {}).items()}
        status, printed = self.place.shell(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail"], step["run"],
            **variables, GITHUB_OUTPUT=output,
            GITHUB_STEP_SUMMARY=os.path.join(self.place.folder, "summary"),
            GITHUB_ACTIONS="true", GITHUB_REPOSITORY="owner/name",
            GITHUB_REF=self.contexts["github"].get("ref", ""),
            GITHUB_BASE_REF=self.contexts["github"].get("base_ref", ""))
        self.log += printed
        self.status = status
        if "id" in step:
            with open(output, encoding="utf-8") as file:
                self.contexts["steps"][step["id"]] = {"outputs": outputs_of(file.read())}

    def run(self, steps):
        for step in steps:
            if self.status == 0:
                self.step(step)
        return self


def pull_request(place, repository="owner/name"):
    return {"event_name": "pull_request", "repository": "owner/name", "base_ref": "main",
            "ref": f"refs/pull/{NUMBER}/merge", "token": "secret",
            "event": {"pull_request": {"number": NUMBER, "head": {
                "sha": place.head, "repo": {"full_name": repository}}}}}


def run_action(place, github, **inputs):
    action = load(ACTION)
    defaults = {name: str(row.get("default", "")) for name, row in action["inputs"].items()}
    assert set(inputs) <= set(defaults)
    return Workflow(place, github, {**defaults, **INPUTS, **inputs}).run(action["runs"]["steps"])


def run_poster(place, number, report, head=None):
    """The poster's steps over an artefact with these contents."""
    artifact = os.path.join(place.folder, "artifact")
    shutil.rmtree(artifact, ignore_errors=True)
    os.mkdir(artifact)
    for name, text in (("number", number), ("report.md", report)):
        with open(os.path.join(artifact, name), "w", encoding="utf-8") as file:
            file.write(text)
    place.environment.update(FAKE_GH_ARTIFACT=artifact, FAKE_GH_HEAD=head or place.head)
    os.makedirs(place.work, exist_ok=True)
    github = {"event": {"workflow_run": {"id": 99, "event": "pull_request",
                                         "head_sha": place.head}}, "token": "secret"}
    job = load(POSTER)["jobs"]["comment"]
    workflow = Workflow(place, github)
    assert workflow.holds(job["if"])
    return workflow.run(job["steps"])


def verdict_of(place, *names):
    document = json.loads(place.read(*names))
    assert document["format"] == "steady-verdict-1"
    return document


def test_github_a_regression_fails_and_is_commented():
    with Place(slower=True) as place:
        place.check_out(f"refs/pull/{NUMBER}/merge", depth=1)
        workflow = run_action(place, pull_request(place))
        assert workflow.status == 1, workflow.log
        gate = workflow.contexts["steps"]["gate"]["outputs"]
        assert (gate["verdict"], gate["exit"], gate["code"]) == ("regressed", "1", "1"), gate
        assert gate["regressed"] == "1"
        # What the pull request changes, not what came to main beside it.
        assert workflow.contexts["steps"]["base"]["outputs"]["base"] == place.main
        assert re.search(r"^::error title=regressed spin::", workflow.log, re.M), workflow.log
        body = place.read("gh", "body")
        assert body.startswith("<!-- steady:spin -->\n**Regressed**"), body
        assert "| regressed | <code>spin</code> | cpu | +" in body
        assert place.read("summary") == body
        assert verdict_of(place, "temp", "steady", "verdict.json")["verdict"] == "regressed"
        look, post = place.gh_calls()
        assert look[:3] == ["api", "--paginate", f"repos/owner/name/issues/{NUMBER}/comments"]
        assert "<!-- steady:spin -->" in look[-1]
        assert "POST" in post and f"repos/owner/name/issues/{NUMBER}/comments" in post


def test_github_no_change_passes_and_updates_its_comment():
    with Place(slower=False) as place:
        place.check_out(f"refs/pull/{NUMBER}/merge", depth=1)
        place.environment["FAKE_GH_COMMENTS"] = "4711\n4712\n"
        workflow = run_action(place, pull_request(place))
        assert workflow.status == 0, workflow.log
        assert workflow.contexts["steps"]["gate"]["outputs"]["exit"] == "0"
        assert "::error" not in workflow.log
        patch = place.gh_calls()[1]
        assert "PATCH" in patch and "repos/owner/name/issues/comments/4711" in patch
        assert "regressed" not in place.read("gh", "body").split("\n")[1]


def test_github_fork_is_commented_by_the_poster():
    with Place(slower=True) as place:
        place.check_out(f"refs/pull/{NUMBER}/merge", depth=1)
        workflow = run_action(place, pull_request(place, repository="fork/name"))
        assert workflow.status == 1 and "Comment" in workflow.skipped, workflow.log
        assert place.gh_calls() == []
        kept = [step for step in load(ACTION)["runs"]["steps"] if "uses" in step]
        assert workflow.text(kept[0]["with"]["path"]) == place.temp + "/steady/"
        report = place.read("temp", "steady", "report.md")
        poster = run_poster(place, place.read("temp", "steady", "number"), report)
        assert poster.status == 0, poster.log
        assert place.read("gh", "body").startswith(report)
        assert any(f"repos/owner/name/issues/{NUMBER}/comments" in call and "POST" in call
                   for call in place.gh_calls())


def test_github_poster_takes_only_what_steady_could_write():
    report = "<!-- steady:spin -->\n**Regressed** <code>spin</code>: 1 regressed\n"
    refused = [
        ("7;id>pwned", report, "the number is none"), ("$(id)", report, "the number is none"),
        ("", report, "the number is none"), ("07", report, "the number is none"),
        ("7\n8", report, "the number is none"), ("1" * 12, report, "too long"),
        ("7", "no marker\n", "marker"), ("7", "", "marker"),
        ("7", "<!-- steady:x\" or true -->\n", "marker"),
        ("7", report + "@everyone\n", "links"), ("7", report + "[a](b)\n", "links"),
        ("7", report + "http://www.evil.example\n", "links"),
        ("7", report + "[a]\n\n[a]: //evil.example\n", "links"),
        ("7", report + "[a]\n\n- [a]: /login\n", "links"),
        ("7", report + "[a\nb]\n\n[a\nb]: /login\n", "links"),
        ("7", report + "&#64;everyone\n", "mentions"), ("7", report + "&#x40;all\n", "mentions"),
        ("7", report + "&commat;all\n", "mentions"), ("7", report + "&#064;all\n", "mentions"),
        ("7", report + "<img src=x>\n", "HTML"), ("7", report + "<!-- x -->\n", "HTML"),
        ("7", report + "<b>" + "x" * 60000 + "\n", "HTML"), ("7", report * 1000, "too long")]
    with Place(slower=False) as place:
        for number, text, why in refused:
            workflow = run_poster(place, number, text)
            assert workflow.status == 1 and why in workflow.log, (number, text[:80], workflow.log)
        other = run_poster(place, "7", report, head="0" * 40)
        assert other.status == 1 and "not what was measured" in other.log, other.log
        assert not any("POST" in call or "PATCH" in call for call in place.gh_calls())
        assert not os.path.exists(os.path.join(place.temp, "steady", "pwned"))
        assert run_poster(place, "7\n", report).status == 0


def test_github_push_is_compared_with_the_commit_before():
    with Place(slower=True) as place:
        place.check_out("refs/heads/change", depth=1)
        workflow = run_action(place, {"event_name": "push", "ref": "refs/heads/change",
                                      "event": {"before": place.base}}, neutral="1")
        assert workflow.contexts["steps"]["base"]["outputs"]["base"] == place.base
        assert workflow.status == 0, workflow.log
        assert workflow.contexts["steps"]["gate"]["outputs"]["verdict"] == "regressed"
        assert "::warning title=regressed spin::" in workflow.log and place.gh_calls() == []


def test_github_build_that_fails_is_no_pass():
    with Place(slower=False) as place:
        place.check_out(f"refs/pull/{NUMBER}/merge", depth=1)
        workflow = run_action(place, pull_request(place), build="echo no compiler; exit 3")
        assert workflow.status == 8, workflow.log
        assert "no compiler" in workflow.log


def test_github_scripts_take_values_from_the_environment_only():
    steps = load(ACTION)["runs"]["steps"] + load(POSTER)["jobs"]["comment"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert len(scripts) == 7
    for script in scripts:
        assert "${{" not in script and "eval" not in script, script


def gitlab_script():
    """GitLab's runner executes the entries of a job's script in one shell."""
    recipe = load(os.path.join(RECIPES, "gitlab.yml"))
    variables = {name: str(value) for name, value in recipe["variables"].items()}
    return "\n".join(recipe["steady"]["script"]), variables, recipe["steady"]["artifacts"]


def run_gitlab(place, **environment):
    script, variables, artifacts = gitlab_script()
    variables.update(STEADY_FILE=INPUTS["file"], STEADY_BUILD=INPUTS["build"],
                     STEADY_MARGIN=INPUTS["margin"], STEADY_MAX_TIME=INPUTS["max-time"])
    status, log = place.shell(["bash", "-eo", "pipefail"], script, **{**variables, **environment})
    for path in artifacts["reports"].values():
        assert os.path.getsize(os.path.join(place.work, path)) > 0, log
    return status, log


def test_gitlab_a_regression_fails_the_job():
    with Place(slower=True) as place:
        place.check_out("refs/heads/change", depth=1)
        status, log = run_gitlab(place, CI_MERGE_REQUEST_DIFF_BASE_SHA=place.base)
        assert status == 1, log
        suite = xml.etree.ElementTree.fromstring(
            place.read("work", "steady-report", "junit.xml")).find("testsuite")
        assert suite.get("failures") == "1"
        metrics = place.read("work", "steady-report", "metrics.txt")
        assert metrics.endswith("# EOF\n")
        assert re.search(r'^steady_ratio\{benchmark="spin",metric="cpu"\} [12]\.', metrics, re.M)


def test_gitlab_no_change_passes():
    with Place(slower=False) as place:
        place.check_out("refs/heads/change")
        status, log = run_gitlab(place, CI_COMMIT_BEFORE_SHA="0" * 40)
        assert status == 0, log
        assert f"comparing with {place.base}" in log


def jenkins_blocks():
    with open(os.path.join(RECIPES, "Jenkinsfile"), encoding="utf-8") as file:
        text = file.read()
    blocks = re.findall(r"^\s*sh '''\n(.*?)'''", text, re.M | re.S)
    assert len(blocks) == 2 == text.count("'''") / 2
    # Groovy would take a backslash before the shell sees it.
    assert not any("\\" in block for block in blocks)
    names = re.findall(r"string\(name: '(\w+)', defaultValue: '([^']*)'", text)
    return blocks, dict(names)


def run_jenkins(place, **environment):
    blocks, parameters = jenkins_blocks()
    parameters.update(STEADY_FILE=INPUTS["file"], STEADY_BUILD=INPUTS["build"],
                      STEADY_MARGIN=INPUTS["margin"], STEADY_MAX_TIME=INPUTS["max-time"])
    log = ""
    for block in blocks:
        status, printed = place.shell(["sh", "-xe"], block, **{**parameters, **environment})
        log += printed
        if status != 0:
            break
    return status, log


def test_jenkins_a_regression_fails_the_build():
    with Place(slower=True) as place:
        place.check_out("refs/heads/change", depth=1)
        status, log = run_jenkins(place, CHANGE_TARGET="main")
        assert status == 1, log
        assert place.read("work", "steady-report", "base").strip() == place.base
        assert "**Regressed**" in place.read("work", "steady-report", "report.md")
        assert verdict_of(place, "work", "steady-report", "verdict.json")["exit"] == 1


def test_jenkins_no_change_passes():
    with Place(slower=False) as place:
        place.check_out("refs/heads/change")
        status, log = run_jenkins(place, GIT_PREVIOUS_SUCCESSFUL_COMMIT=place.base)
        assert status == 0, log
        tree = xml.etree.ElementTree.fromstring(
            place.read("work", "steady-report", "junit.xml"))
        assert tree.find("testsuite").get("failures") == "0"


if __name__ == "__main__":
    harness.main(globals())
