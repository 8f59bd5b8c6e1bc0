"""Small policies, findings and contexts for the tests of the gate."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from gatepost.gate import Decided, Policy, Side, decide, load
from gatepost.model.decisions import Assessment, Context, Fact
from gatepost.model.findings import Detector, Finding, Undecided
from gatepost.model.places import Location, Region, Source
from gatepost.model.problems import UsageError

GATES = Path(__file__).parents[2] / "policies" / "gates"
TODAY = "2026-11-21"
KNOWN_RULES = {"aws/s3/bucket-versioning": (), "aws/ec2/ssh-open-to-internet": ("trusted_networks",)}


def shipped(name: str) -> Source:
    return Source(name, (GATES / f"{name}.yaml").read_text(encoding="utf-8"), "policy")


def policy(text: str, path: str = "gatepost.yaml") -> Policy:
    return load(Source(path, "version: 1\n" + dedent(text), "policy"), shipped, KNOWN_RULES)


def error(text: str) -> UsageError:
    with pytest.raises(UsageError) as raised:
        load(Source("gatepost.yaml", dedent(text), "policy"), shipped, KNOWN_RULES)
    return raised.value


def at(path: str, line: int = 1, end: int | None = None) -> Location:
    return Location(path, Region(line, 1, end or line, 40))


def finding(severity: Any = "high", **facts: Any) -> Finding:
    place = facts.pop("location", at("main.tf", 3))
    rule = facts.pop("rule", "aws/s3/bucket-versioning")
    facts.setdefault("detectors", (Detector("gatepost", f"gatepost/{rule}"),))
    return Finding(rule, "A title", "A message", severity, "high", "storage", place, **facts)


def undecided(severity: Any = "high", rule: str = "aws/s3/bucket-versioning") -> Undecided:
    return Undecided(rule, "A title", severity, at("main.tf", 5), "aws_s3_bucket.b", ("var.x has no default",))


def context(*environments: str, **facts: Any) -> Context:
    return Context(environments=tuple(Fact(name, "told") for name in environments or ("unknown",)), **facts)


def assessed(*findings: Finding, where: Context | None = None) -> tuple[Assessment, ...]:
    return tuple(Assessment(one, where or context()) for one in findings)


def decided(text: str, *findings: Finding, where: Context | None = None, **more: Any) -> Decided:
    return decide(Side(policy(text), assessed(*findings, where=where)), today=TODAY, **more)


def action(text: str, *findings: Finding, where: Context | None = None, **more: Any) -> str:
    return decided(text, *findings, where=where, **more).decisions[0].action
