"""The json report: its shape is its schema, and the schema is the code's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from verdict_builders import (
    PLAIN,
    a_finding,
    a_fix,
    a_place,
    a_problem,
    a_verdict,
    a_vulnerability,
    a_waiver,
    an_edit,
    an_undecided,
    decided,
    one_of_everything,
    sources,
)

from gatepost.model.findings import Cvss, Exploitability
from gatepost.reports import render, render_scan, schema
from gatepost.reports.plain_data import verdict_report
from gatepost.reports.view import View

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


def report(verdict: Any) -> dict[str, Any]:
    return json.loads(render("json", verdict, PLAIN).body)


def closed(part: Any) -> Any:
    """The schema with every object refusing keys it does not tell, so that nothing untold slips in."""
    if isinstance(part, dict):
        more = {"additionalProperties": False} if "properties" in part and part.get("type") == "object" else {}
        return {key: closed(value) for key, value in part.items()} | more
    return [closed(value) for value in part] if isinstance(part, list) else part


@pytest.mark.parametrize("name", sorted(schema.FILES))
def test_the_shipped_schema_is_what_the_code_says(name: str) -> None:
    hint = "run: python -m gatepost.reports.schema docs/schemas"
    assert (SCHEMAS / name).read_text() == schema.texts()[name], hint


@pytest.mark.parametrize("verdict", [one_of_everything(), a_verdict()])
def test_a_real_report_is_valid(verdict: Any) -> None:
    shipped = json.loads((SCHEMAS / "verdict.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(shipped)
    jsonschema.validate(report(verdict), closed(shipped))


def test_a_scan_report_is_valid_and_has_the_same_keys() -> None:
    body = render_scan("json", "trivy", [a_vulnerability(1)], [a_problem().problem], PLAIN).body
    jsonschema.validate(json.loads(body), closed(json.loads((SCHEMAS / "report.schema.json").read_text())))
    assert json.loads(body)["findings"][0].keys() == report(one_of_everything())["findings"][0].keys()


def test_the_promised_keys_are_there() -> None:
    found = report(one_of_everything())
    assert {"version", "verdict", "findings", "undecided", "problems"} <= found.keys()
    assert {"action", "mode", "counts"} <= found["verdict"].keys()
    promised = (
        "rule title message severity confidence category path region resource detectors ids package cwe cvss standards "
        "context group related origins decision fixes fingerprint"
    )
    assert set(promised.split()) <= found["findings"][0].keys()
    context = {"owners", "projects", "environments", "exploitability", "root_cause", "is_new", "touched", "affected"}
    context |= {"owners_disagree", "guessed_owners", "age"}
    assert context == found["findings"][0]["context"].keys()
    assert {"action", "because", "waiver"} <= found["findings"][0]["decision"].keys()
    assert {"rule", "path", "region", "resource", "because", "decision"} <= found["undecided"][0].keys()
    assert {"path", "region", "what", "hint", "decision"} <= found["problems"][0].keys()


def test_nothing_is_filtered() -> None:
    assert len(report(one_of_everything())["findings"]) == len(one_of_everything().decisions)


def test_the_same_verdict_gives_the_same_bytes_for_every_view() -> None:
    verdict = one_of_everything()
    views = (PLAIN, View(width=40, colour=True, verbose=True, seconds=1.0, today="2026-01-01"))
    assert len({render("json", verdict, view).body for view in views}) == 1


def test_a_waived_undecided_names_its_waiver() -> None:
    waived = an_undecided("allow")._replace(waiver=a_waiver())
    assert report(a_verdict(undecided=(waived,)))["undecided"][0]["decision"]["waiver"]["until"] == "2027-03-31"
    assert "waived:    until 2027-03-31" in render("terminal", a_verdict(undecided=(waived,)), PLAIN).body


def test_numbers_that_json_cannot_write_are_not_known() -> None:
    nan = float("nan")
    found = report(a_verdict(decided(a_finding(cvss=Cvss(nan), exploitability=Exploitability(epss=nan)))))
    assert found["findings"][0]["cvss"] is None
    assert found["findings"][0]["context"]["exploitability"]["epss"] is None


def test_a_fix_that_would_print_a_secret_is_withheld() -> None:
    secret = a_finding(
        subject="secret",
        location=a_place("s.tf", 1, 13, 29),
        message="it is hunter2-and-more",
        fixes=(a_fix(edits=(an_edit("s.tf", (1, 1, 1, 1), "hunter2-and-more"),)),),
    )
    verdict = a_verdict(decided(secret), sources=sources(**{"s.tf": 'password = "hunter2-and-more"\n'}))
    assert "hunter2" not in render("json", verdict, PLAIN).body
    assert report(verdict)["findings"][0]["fixes"][0]["edits"][0]["replacement"] is None


def test_findings_are_written_as_each_would_be_alone() -> None:
    several = [
        a_finding(message=message, cvss=cvss, exploitability=Exploitability(epss=epss))
        for message in ("one", "two", "one")
        for cvss in (None, Cvss(1), Cvss(1.0))
        for epss in (None, 1, 1.0)
    ]
    verdict = a_verdict(*(decided(finding) for finding in several))
    lines = render("json", verdict, PLAIN).body.splitlines()
    start = lines.index('  "findings": [')
    shown = [line.strip().rstrip(",") for line in lines[start + 1 : start + 1 + len(several)]]
    assert shown == [json.dumps(finding) for finding in verdict_report(verdict)["findings"]]
