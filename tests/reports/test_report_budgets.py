"""Budgets, due dates and causes in every report."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from verdict_builders import PLAIN, a_place, a_verdict, a_vulnerability, decided, in_environment, ssh_finding

from gatepost.model.decisions import DecidedBudget, Due, Fact, Verdict
from gatepost.reports import FORMATS, render
from gatepost.reports.view import View

DUE = Due("2026-11-08", "7 days for critical since it was first seen (gatepost.yaml:4)", True)
BROKEN = DecidedBudget(
    "open | <highs>",
    "block",
    12,
    1,
    10,
    11,
    "12 are more than 10",
    ("7f3a91c2d4e5f601",),
    "findings",
    "gatepost.yaml",
    a_place("gatepost.yaml", 9, 3, 4),
)
KEPT = DecidedBudget("kept well", "allow", 1, 0, 10, unit="groups", policy="gatepost.yaml")
DOUBTFUL = KEPT._replace(
    name="who knows", action="warn", not_known=20, notes=("not known to be kept: 1 count and 20 may",)
)


def verdict(*budgets: DecidedBudget) -> Verdict:
    context = in_environment("production", "@acme/network")._replace(first_seen=Fact("2026-11-01", "h.json"), age=21)
    found = decided(ssh_finding(), "block", context)._replace(due=DUE)
    image = [decided(a_vulnerability(number), "block") for number in (1, 2)]
    return a_verdict(found, *image, budgets=budgets, today="2026-11-22")


def test_a_broken_budget_blocks_by_itself() -> None:
    alone = a_verdict(budgets=(BROKEN,))
    assert (alone.action, alone.exit_code) == ("blocked", 1)
    assert a_verdict(budgets=(KEPT, DOUBTFUL)).action == "passed"


def test_the_terminal_tells_what_is_broken_and_counts_causes() -> None:
    text = render("terminal", verdict(BROKEN, KEPT, DOUBTFUL), PLAIN).body
    assert "budget    open | <highs>\n" in text
    assert "= counted:   12 of at most 10, 1 more not known to count, 11 at the base" in " ".join(text.split("\n"))
    assert "= blocks:    by gatepost.yaml (gatepost.yaml:9)" in text
    assert "kept well" not in text and "who knows" in text
    assert "3 block (2 causes)" in text and "1 budget broken · 1 budget to look at" in " ".join(text.split())
    assert "= due:       2026-11-08, which is past (7 days for critical" in text
    assert "kept well" in render("terminal", verdict(KEPT), View(verbose=True)).body
    assert "budget    open | <highs>: 12 are more than 10" in render("terminal", verdict(BROKEN), View(quiet=True)).body


def test_markdown_and_html_have_a_table_that_no_name_can_break() -> None:
    text = render("markdown", verdict(BROKEN, KEPT), PLAIN).body
    (row,) = [line for line in text.splitlines() if "more than 10" in line]
    assert row.replace("\\|", "").count("|") == 5 and "<highs>" not in row
    assert "Due 2026-11-08, which is past" in text
    page = render("html", verdict(BROKEN, KEPT), PLAIN).body
    assert '<section id="budgets">' in page and "open | &lt;highs&gt;" in page
    assert "<dt>Due</dt><dd>2026-11-08, which is past" in page and "<dt>First seen</dt><dd>2026-11-01" in page


def test_json_and_sarif_tell_limits_and_days() -> None:
    data = json.loads(render("json", verdict(BROKEN), PLAIN).body)
    (budget,) = data["budgets"]
    assert (budget["count"], budget["at_most"], budget["base"], budget["action"]) == (12, 10, 11, "block")
    assert budget["over"] == ["7f3a91c2d4e5f601"] and data["verdict"]["today"] == "2026-11-22"
    decision = data["findings"][0]["decision"]
    assert (decision["due"], decision["overdue"]) == ("2026-11-08", True)
    assert data["findings"][0]["context"]["age"]["since"] == "2026-11-01"
    (group,) = [one for one in data["groups"] if one["count"] == 2]
    assert (group["id"], group["action"], len(group["findings"])) == ("Dockerfile#FROM 0", "block", 2)
    run = json.loads(render("sarif", verdict(BROKEN), PLAIN).body)["runs"][0]
    assert run["properties"]["budgets"][0]["broken"] == "12 are more than 10"
    assert run["results"][0]["provenance"] == {"firstDetectionTimeUtc": "2026-11-01T00:00:00Z"}
    assert run["results"][0]["properties"]["overdue"] is True


def test_junit_fails_and_an_annotation_is_made_for_a_broken_budget() -> None:
    root = ElementTree.fromstring(render("junit", verdict(BROKEN, KEPT, DOUBTFUL), PLAIN).body)
    cases = {case.get("name"): case for case in root.iter("testcase") if case.get("classname") == "budget"}
    assert cases["open | <highs>"].find("failure") is not None and cases["who knows"].find("skipped") is not None
    assert len(cases["kept well"]) == 0
    assert "::error file=gatepost.yaml,line=9" in render("github", verdict(BROKEN), PLAIN).body


@pytest.mark.parametrize("name", FORMATS)
def test_a_verdict_without_budgets_says_nothing_of_them(name: str) -> None:
    try:
        text = render(name, verdict(), PLAIN).body
    except KeyError:
        return
    assert "budget" not in text.replace('"budgets": []', "").lower()
