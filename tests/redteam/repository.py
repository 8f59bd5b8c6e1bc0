"""A repository with a base and a change on it, judged as a pipeline would."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from textwrap import dedent
from typing import Any

from gatepost.model.decisions import Decision, Verdict
from gatepost.pipeline import Request, check

TODAY = "2026-11-22"
FAULT = "aws/rds/instance-public"
PLACE = "live/prod/db.tf"
PUBLIC = 'resource "aws_db_instance" "orders" {\n  publicly_accessible = true\n}\n'
POLICY = """\
version: 1
environments:
  production: {path: ["live/prod/**"]}
gate:
  - {name: what was there is told, when: {severity: {at_least: info}, is_new: false}, decide: warn}
  - {name: nothing new is wrong, when: {severity: {at_least: info}}, decide: block}
  - {name: unknown severities, when: {severity: unknown}, decide: block}
  - {name: problems, when: {problem: true}, decide: block}
"""
BASE = {
    "gatepost.yaml": POLICY,
    "live/prod/main.tf": 'terraform {\n  required_version = "1.9.0"\n}\n',
    "live/dev/main.tf": 'terraform {\n  required_version = "1.9.0"\n}\n',
}


class Repository:
    """A git repository whose branch `main` is the base; what is written after `change` is the change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")
        self.write(BASE)

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        settings = ("user.name=a", "user.email=a@example.com", "commit.gpgsign=false", "protocol.file.allow=always")
        given = [part for setting in settings for part in ("-c", setting)]
        ran = subprocess.run(["git", *given, *arguments], cwd=folder or self.folder, check=True, capture_output=True)
        return ran.stdout.decode("utf-8", "replace").strip()

    def write(self, files: dict[str, str | bytes]) -> Repository:
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
        return self

    def remove(self, *names: str) -> Repository:
        for name in names:
            os.unlink(self.folder / name)
        return self

    def commit(self) -> Repository:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")
        return self

    def based(self, files: dict[str, str | bytes] | None = None) -> Repository:
        """Commit what there is, with more files, as the base, and begin a change."""
        self.write(files or {}).commit()
        self.git("switch", "-q", "-c", "change")
        return self

    def judged(self, *paths: str, **more: Any) -> Verdict:
        """Return the verdict on what is committed of the change, checked out afresh as a pipeline does."""
        self.commit()
        return judged_in(self.folder, *paths, **{"base": "main", **more})


def judged_in(folder: Path, *paths: str, **more: Any) -> Verdict:
    before = os.getcwd()
    os.chdir(folder)
    try:
        return check(Request(paths=paths or (".",), today=TODAY, jobs=1, **more))
    finally:
        os.chdir(before)


def of_rule(verdict: Verdict, rule: str = FAULT) -> list[Decision]:
    return [one for one in verdict.decisions if one.assessment.finding.rule == rule]


def told(verdict: Verdict) -> str:
    """What people read about what was decided, in one text."""
    problems = [
        f"{one.action} {one.problem.location.path} {one.problem.what} {one.problem.hint}" for one in verdict.problems
    ]
    findings = [
        f"{one.action} {finding.rule} {finding.location.path} new={one.assessment.context.is_new}"
        for one in verdict.decisions
        for finding in (one.assessment.finding,)
    ]
    undecided = [f"{one.action} undecided {one.undecided.rule} {one.undecided.because}" for one in verdict.undecided]
    return "\n".join((verdict.action, verdict.policy, *verdict.notes, *findings, *undecided, *problems))


def stopped(verdict: Verdict, rule: str = FAULT) -> None:
    """Assert that the fault is found, is new, and blocks."""
    found = of_rule(verdict, rule)
    assert found, told(verdict)
    assert any(one.action == "block" for one in found), told(verdict)
    assert verdict.exit_code == 1, told(verdict)


def not_passed(verdict: Verdict) -> None:
    """Assert that the build fails, whatever for."""
    assert verdict.exit_code in (1, 3), told(verdict)
