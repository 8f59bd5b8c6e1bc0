from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reports.verdict_builders import a_place, a_verdict, one_of_everything

from gatepost.gate.attributes import ATTRIBUTES, OF_DEADLINES
from gatepost.gate.facts import FindingFacts, ProblemFacts, UndecidedFacts
from gatepost.model.changes import Fix
from gatepost.model.decisions import Assessment, Claim, Context, DecidedUndecided, Decision, Fact, Verdict
from gatepost.model.findings import (
    Artifact,
    Cvss,
    Detector,
    Exploitability,
    Finding,
    Package,
    Suppression,
    Undecided,
    Vex,
)
from gatepost.reports import render
from gatepost.reports.recorded import Recorded, read_recorded
from gatepost.reports.rows import BadReport
from gatepost.reports.view import View

TODAY = "2026-11-22"
NAMES = [name for name in ATTRIBUTES if name not in ("environment", *OF_DEADLINES)]
PARTS = ["package.name", "package.version", "package.purl", "tag.team", "tag.none", "standard.cis_aws", "standard.no"]


def recorded(verdict: Verdict, folder: Path) -> Recorded:
    path = folder / "verdict.json"
    path.write_text(render("json", verdict, View()).body, encoding="utf-8")
    return read_recorded(str(path))


maybe = st.sampled_from([None, True, False])
texts = st.sampled_from(["", "a", "b c", "ü"])
shares = st.sampled_from([None, 0.0, 0.25, 1.0])
exploitation = st.builds(
    Exploitability, maybe, shares, shares, maybe, st.sampled_from([None, "poc", "in the wild"]), maybe
)
packages = st.builds(
    Package, st.just("p"), texts, st.sampled_from([(), ("1.2",)]), texts, st.sampled_from(["", "npm"]), maybe
)
fixes = st.lists(
    st.builds(
        Fix,
        st.just("a fix"),
        st.just(()),
        st.sampled_from(["safe", "unsafe"]),
        st.sampled_from(["proved", "needs_rescan"]),
    ),
    max_size=2,
)
findings = st.builds(
    Finding,
    rule=st.sampled_from(["aws/s3/x", "trivy/CVE-1"]),
    title=st.just("A title"),
    message=texts,
    severity=st.sampled_from(["critical", "high", "medium", "low", "info", "unknown"]),
    confidence=st.sampled_from(["high", "low"]),
    category=texts,
    location=st.just(a_place("live/main.tf", 3, 1, 9)),
    subject=st.sampled_from(["resource", "package", "secret", "code"]),
    resource=texts,
    detectors=st.sampled_from([(), (Detector("trivy", "trivy/CVE-1", "high"), Detector("grype", "grype/CVE-1"))]),
    ids=st.sampled_from([(), ("CVE-2026-1", "GHSA-1")]),
    package=st.none() | packages,
    cwe=st.sampled_from([(), (79, 89)]),
    cvss=st.sampled_from([None, Cvss(9.8), Cvss(0.0, "V", "3.1")]),
    exploitability=exploitation,
    standards=st.sampled_from([{}, {"cis_aws": ("5.2", "5.3"), "cwe": ("284",)}]),
    suppressions=st.sampled_from([(), (Suppression("inSource", "trivy", "ignored"),)]),
    tags=st.sampled_from([{}, {"team": "blue", "env": "prod"}]),
    cause=texts,
    fixes=fixes.map(tuple),
    artifact=st.sampled_from([None, Artifact("shop:1", "image", base="python:3.9"), Artifact("k", "cluster")]),
    published=st.sampled_from(["", "2024-05-31", "soon"]),
    vex=st.sampled_from([None, Vex("not_affected", "because", "us")]),
    resource_type=st.sampled_from(["", "aws_s3_bucket"]),
    fingerprint=st.just("00ff00ff00ff00ff"),
)
claims = st.sampled_from([None, (), (Claim("blue", "told", "medium"), Claim("red", "told"))])
contexts = st.builds(
    Context,
    owners=claims,
    environments=st.sampled_from([(Fact("production", "path live"),), (Fact("unknown", "none"),)]),
    root_cause=st.sampled_from([None, "a.tf:3 (var.x)"]),
    is_new=maybe,
    touched=maybe,
    affected=maybe,
    projects=claims,
    first_seen=st.just(None),
    owners_disagree=st.booleans(),
    age=st.none() | st.integers(0, 40_000),
    guessed_owners=st.sampled_from([(), (Claim("eve", "guessed", "guess"),)]),
) | st.just(Context(age=21, first_seen=Fact("2026-11-01", "first seen, by h.json")))


@given(findings, contexts)
@settings(max_examples=60, deadline=None)
def test_every_fact_that_a_policy_can_ask_for_is_in_the_report(
    tmp_path_factory, found: Finding, context: Context
) -> None:
    if context.age is None and found.published == "2024-05-31":
        context = context._replace(age=905)
    live = Assessment(found, context)
    (back,) = recorded(a_verdict(Decision(live, "warn")), tmp_path_factory.mktemp("v")).decisions
    facts, again = FindingFacts(live, found.severity, TODAY), FindingFacts(back.assessment, found.severity, TODAY)
    for name in (*NAMES, *PARTS, "seen_days"):
        assert again.fact(name) == facts.fact(name), name
    assert back.assessment.context.environments == context.environments


@pytest.mark.parametrize("name", [*NAMES, *PARTS])
def test_what_was_decided_can_be_asked_again(tmp_path: Path, name: str) -> None:
    verdict = one_of_everything()
    back = recorded(verdict, tmp_path)
    for live, then in zip(verdict.decisions, back.decisions, strict=True):
        finding = live.assessment.finding
        one = FindingFacts(live.assessment, finding.severity, TODAY).fact(name)
        assert FindingFacts(then.assessment, finding.severity, TODAY).fact(name) == one
    for live, then in zip(verdict.undecided, back.undecided, strict=True):
        one = UndecidedFacts(live.undecided, "high", live.context, TODAY).fact(name)
        assert UndecidedFacts(then.undecided, "high", then.context, TODAY).fact(name) == one
    for live, then in zip(verdict.problems, back.problems, strict=True):
        assert ProblemFacts(then.problem).fact(name) == ProblemFacts(live.problem).fact(name)


def test_an_undecided_rule_is_recorded_with_its_context(tmp_path: Path) -> None:
    context = Context(owners=(Claim("blue", "told"),), is_new=False, age=3, first_seen=Fact("2026-11-19", "h"))
    one = Undecided(
        "a/b",
        "t",
        "high",
        a_place("a.tf", 1, 1, 2),
        "r",
        ("x",),
        tags={"a": "b"},
        category="c",
        cwe=(1,),
        standards={"s": ("1",)},
    )
    verdict = a_verdict()._replace(undecided=(DecidedUndecided(one, context, "warn"),), today=TODAY)
    back = recorded(verdict, tmp_path)
    assert back.today == TODAY
    (then,) = back.undecided
    assert (then.context, then.undecided.category, then.undecided.standards) == (context, "c", {"s": ("1",)})


def test_a_report_that_was_written_anew_is_read_as_well(tmp_path: Path) -> None:
    verdict = one_of_everything()
    path = tmp_path / "v.json"
    path.write_text(json.dumps(json.loads(render("json", verdict, View()).body), indent=4))
    assert len(read_recorded(str(path)).decisions) == len(verdict.decisions)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "nonsense", "{}", '{"verdict": []}', '{\n  "verdict": {},\n  "findings": [\n', "{\n" + "[" * 5000,
     '{"verdict": {}, "findings": [{"rule": 3}]}', '{"verdict": {}, "findings": [{"rule": "a", "severity": "bad"}]}',
     '{"verdict": {}, "findings": [{"rule": "a", "ids": {"a": 1}}]}', '{"verdict": {}, "findings": [7]}',
     '{"verdict": {}, "findings": [{"rule": "a", "region": {"start_line": 1e400}}]}', '{"verdict": {"today": 3}}'],
)  # fmt: skip
def test_what_is_no_report_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "v.json"
    path.write_text(text)
    with pytest.raises(BadReport):
        read_recorded(str(path))


JUNK: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["rule", "context", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["rule", "context", "package", "decision", "tags", "fixes", "region"]), JUNK))
@settings(max_examples=60, deadline=None)
def test_nothing_in_a_report_makes_the_reader_fail(tmp_path_factory, row: dict[str, Any]) -> None:
    path = tmp_path_factory.mktemp("v") / "v.json"
    path.write_text(json.dumps({"verdict": {}, "findings": [{"rule": "a", **row}]}))
    try:
        read_recorded(str(path))
    except BadReport:
        return
