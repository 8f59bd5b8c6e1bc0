"""The GitHub action, run by act on the example: verdicts, outputs, files, and inputs that want to be commands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.delivery.real_parts import git, program, run

OUTPUTS = ("result", "exit-code", "blocking-count", "new-count", "waived-count", "sarif-file", "report-file")
_SHOW = (
    "import json, os; json.dump({k[4:].lower().replace('_', '-'): v for k, v in os.environ.items() if k[:4] == 'OUT_'},"
    " open(os.environ['SHOWN'], 'w'))"
)


class Ran:
    """What one run of the action came to."""

    def __init__(self, home: Path, shown: Path, log: str, code: int) -> None:
        self.log, self.code = log, code
        self.outputs: dict[str, str] = json.loads(shown.read_text()) if shown.exists() else {}
        self._home = home

    @property
    def sarif(self) -> dict[str, Any]:
        """The SARIF file, in the folder where act ran the job."""
        (file,) = self._home.glob(f"act/*/hostexecutor/{self.outputs['sarif-file']}")
        return json.loads(file.read_text(encoding="utf-8"))

    @property
    def report(self) -> dict[str, Any]:
        """The whole verdict."""
        return json.loads(Path(self.outputs["report-file"]).read_text(encoding="utf-8"))

    @property
    def summary(self) -> str:
        """What the job's summary was told, as act prints it."""
        return self.log.partition("Summary - ")[2]


def act(
    shop: Path,
    to: Path,
    inputs: dict[str, Any],
    extra: dict[str, str] | None = None,
    event: dict[str, Any] | None = None,
    environment: dict[str, str] | None = None,
    happened: str = "",
) -> Ran:
    """Run a workflow that calls the action with `inputs`, in a copy of the repository with `extra` files.

    With an `event` it is that of a pull request (unless `happened` says which), and the copy is a shallow clone, as a
    hosted runner's is. `environment` is what the runner tells in place of its own.
    """
    folder = to / "shop"
    if event is None:
        shutil.copytree(shop, folder)
    else:
        git(to, "clone", "-q", "--depth=1", f"file://{shop}", str(folder))
    for name, text in (extra or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    outputs = {"OUT_" + name.upper().replace("-", "_"): f"${{{{ steps.gate.outputs.{name} }}}}" for name in OUTPUTS}
    show = {**outputs, "SHOWN": str(folder / "shown.json")}
    steps: list[dict[str, Any]] = [
        {"uses": "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8"},
        {"id": "gate", "uses": "./gate", "with": inputs},
        {"if": "always()", "shell": "python3 -I {0}", "run": _SHOW, "env": show},
    ]
    happened = happened or ("push" if event is None else "pull_request")
    workflow = {"on": happened, "jobs": {"gate": {"runs-on": "ubuntu-latest", "steps": steps}}}
    place = folder / ".github/workflows/gate.yml"
    place.parent.mkdir(parents=True)
    place.write_text(yaml.safe_dump(workflow, sort_keys=False), encoding="utf-8")
    git(folder, "add", "-A", "--force")
    git(folder, "commit", "-q", "-m", "a workflow")
    command = [program("act"), happened, "-P", "ubuntu-latest=-self-hosted", "--no-cache-server"]
    command += ["--artifact-server-addr", "127.0.0.1", "--pull=false", "--no-recurse"]
    if event is not None:
        (to / "event.json").write_text(json.dumps(event))
        command += ["--eventpath", str(to / "event.json")]
    for variable, value in (environment or {}).items():
        command += ["--env", f"{variable}={value}"]
    home = to / "home"
    home.mkdir()
    done = run(command, folder, {"XDG_CACHE_HOME": str(home), "HOME": str(home)})
    return Ran(home, folder / "shown.json", done.stdout, done.returncode)


def test_the_example_is_blocked_with_annotations_outputs_and_files(shop: Path, tmp_path: Path) -> None:
    ran = act(shop, tmp_path, {"path": "infra\nqueue.yaml\nDockerfile", "sarif-file": "gatepost.sarif"})
    assert ran.code == 1, ran.log
    assert ran.outputs["result"] == "blocked", ran.log
    assert ran.outputs["exit-code"] == "1"
    assert int(ran.outputs["blocking-count"]) >= 1
    assert int(ran.outputs["new-count"]) >= int(ran.outputs["blocking-count"])
    assert ran.outputs["sarif-file"] == "gatepost.sarif"
    assert ran.sarif["runs"][0]["results"]
    assert "aws/ec2/ssh-open-to-internet" in ran.summary
    assert "infra/main.tf" in ran.log and "aws/ec2/ssh-open-to-internet" in ran.log


def test_counts_are_those_of_the_report(shop: Path, tmp_path: Path) -> None:
    rule = (
        "title: Own\nseverity: low\ncategory: x\nwhy: x\napplies_to: terraform.aws_s3_bucket\n"
        "forbid: {bucket: shop-uploads}\nno_fix: none\n"
    )
    inputs = {"path": "infra", "reports": "reports/trivy.json\n", "format": "terminal", "rules": "mine\n"}
    ran = act(shop, tmp_path, inputs, {"mine/rules/own/bucket.yaml": rule})
    assert "BLOCKED" in ran.log and "CVE-2023-37920" in ran.log
    assert "own/bucket" in {finding["rule"] for finding in ran.report["findings"]}
    findings = ran.report["findings"]
    blocking = sum(finding["decision"]["action"] == "block" for finding in findings)
    waived = sum(finding["decision"]["waiver"] is not None for finding in findings)
    counted = [int(ran.outputs[name]) for name in ("blocking-count", "new-count", "waived-count")]
    assert counted == [blocking, len(findings), waived]


def test_the_base_of_a_pull_request_is_fetched_and_what_it_had_is_not_new(shop: Path, tmp_path: Path) -> None:
    base = git(shop, "rev-parse", "HEAD")
    git(shop, "commit", "-q", "--allow-empty", "-m", "later")
    database = 'resource "aws_db_instance" "new" {\n  publicly_accessible = true\n}\n'
    event = {"pull_request": {"base": {"sha": base, "ref": "main"}, "head": {"ref": "change"}}}
    ran = act(shop, tmp_path, {"path": "infra"}, {"infra/new.tf": database}, event)
    findings = {(f["resource"], f["rule"]): f["context"]["is_new"] for f in ran.report["findings"]}
    assert findings["aws_db_instance.new", "aws/rds/instance-public"] is True
    assert {is_new for (resource, _), is_new in findings.items() if resource != "aws_db_instance.new"} == {False}
    assert int(ran.outputs["new-count"]) == sum(findings.values())


def test_a_passing_change_passes(shop: Path, tmp_path: Path) -> None:
    ran = act(shop, tmp_path, {"path": "fine"}, {"fine/main.tf": "locals {\n  a = 1\n}\n"})
    assert (ran.code, ran.outputs["result"], ran.outputs["exit-code"]) == (0, "passed", "0"), ran.log
    assert ran.outputs["blocking-count"] == "0"


def test_nothing_to_read_is_incomplete(shop: Path, tmp_path: Path) -> None:
    ran = act(shop, tmp_path, {"path": "empty"}, {"empty/note.txt": "nothing"})
    assert (ran.code, ran.outputs["result"], ran.outputs["exit-code"]) == (1, "incomplete", "3"), ran.log


def test_a_policy_that_does_not_load_is_an_error(shop: Path, tmp_path: Path) -> None:
    ran = act(shop, tmp_path, {"path": "infra", "policy": "bad.yaml"}, {"bad.yaml": "version: 1\ngates: []\n"})
    assert (ran.code, ran.outputs["result"], ran.outputs["exit-code"]) == (1, "error", "2"), ran.log


HOSTILE = [
    "$(touch pwned)",
    "`touch pwned`",
    "'; touch pwned; '",
    '"; touch pwned; "',
    "--policy=/etc/passwd",
    "a\nb",
]


@pytest.mark.parametrize(("name", "text"), [*(("environment", text) for text in HOSTILE), ("path", HOSTILE[0])])
def test_an_input_is_never_a_command(shop: Path, tmp_path: Path, name: str, text: str) -> None:
    ran = act(shop, tmp_path, {"path": "infra", name: text})
    assert ran.code == 1
    assert (ran.outputs["result"], ran.outputs["exit-code"]) == ("error", "2"), ran.log
    assert not list(tmp_path.rglob("pwned"))


def test_nothing_is_imported_from_what_is_judged(shop: Path, tmp_path: Path) -> None:
    trap = "open('pwned', 'w')\nraise SystemExit(0)\n"
    names = ("json.py", "pip.py", "pip/__main__.py", "yaml.py", "click.py", "gatepost.py", "sitecustomize.py", "os.py")
    ran = act(shop, tmp_path, {"path": "infra"}, dict.fromkeys(names[:2] + names[3:], trap))
    assert ran.outputs["result"] == "blocked", ran.log
    assert not list(tmp_path.rglob("pwned"))
