"""A small repository to run on, written as a mapping of paths to texts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

from gatepost.model.decisions import Decision, Verdict
from gatepost.pipeline import Request, check

TODAY = "2026-11-21"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return folder


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def request(*paths: str, **more: Any) -> Request:
    return Request(paths=paths or (".",), today=TODAY, jobs=1, **more)


def judged(folder: Path, files: Mapping[str, str], *paths: str, **more: Any) -> Verdict:
    with inside(write(folder, files)):
        return check(request(*paths, **more))


def found(verdict: Verdict, rule: str) -> list[Decision]:
    return [decision for decision in verdict.decisions if decision.assessment.finding.rule == rule]


def rules(verdict: Verdict) -> set[str]:
    return {decision.assessment.finding.rule for decision in verdict.decisions}
