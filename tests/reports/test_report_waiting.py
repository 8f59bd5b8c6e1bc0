"""What waits for the same is told once: terminal, summaries and annotations; every rule stays in the data."""

from __future__ import annotations

import json

import pytest
from verdict_builders import PLAIN, a_place, a_verdict, a_waiver, an_undecided

from gatepost.model.decisions import DecidedUndecided
from gatepost.reports import render
from gatepost.reports.entries import summary_parts, tally
from gatepost.reports.view import View
from gatepost.reports.waiting import waiting

RULES = ("google/iam/public-grant", "google/iam/personal-account", "google/iam/whole-pool-trusted")
MEMBERS = "var.members has no default and no var file gives it"


def waits(rule: str, line: int, why: str = MEMBERS, action: str = "allow", **facts: object) -> DecidedUndecided:
    given = {"title": f"T of {rule}", "location": a_place("iam.tf", line, 3, 9), "resource": f"google_x_iam.n{line}"}
    hint = f"give {why.partition(' ')[0]} a value with --var-file"
    return an_undecided(action, rule=rule, because=(why,), hint=hint, **(given | facts))


MANY = tuple(waits(rule, line) for line in (4, 14, 24, 34, 44, 54) for rule in RULES)
OTHER = waits(RULES[0], 9, "var.other has no default and no var file gives it")


def shown(name: str, *items: DecidedUndecided, view: View = PLAIN) -> str:
    return render(name, a_verdict(undecided=items), view).body


def test_the_terminal_tells_what_is_missing_once() -> None:
    text = shown("terminal", *MANY, OTHER)
    assert text.count(MEMBERS) == 1
    assert "undecided  3 rules at 6 places wait for one answer\n  --> iam.tf:4:3\n" in text
    assert "= rules:     google/iam/personal-account, google/iam/public-grant," in text
    assert "= also at:   iam.tf:14, iam.tf:24, iam.tf:34 and 2 more, listed with -v" in text
    assert text.count("= decide it: give var.members a value with --var-file") == 1
    assert text.index("iam.tf:4:3") < text.index("iam.tf:9:3")
    assert "19 undecided (2 causes)" in text


def test_several_rules_at_one_place_are_one_entry_with_its_resource() -> None:
    text = shown("terminal", *MANY[:3])
    assert "undecided  3 rules wait for one answer\n  --> iam.tf:4:3   google_x_iam.n4\n" in text
    assert "also at" not in text and "3 undecided (1 cause)" in text


def test_one_rule_at_several_places_keeps_its_title_and_its_name() -> None:
    text = " ".join(shown("terminal", *MANY[::3]).split())
    assert f"undecided T of {RULES[0]} (6 places, one cause) {RULES[0]} --> iam.tf:4:3" in text


def test_verbose_shows_each_and_quiet_one_line_for_each_cause() -> None:
    text = shown("terminal", *MANY, OTHER, view=View(verbose=True))
    assert text.count("\nundecided ") + text.startswith("undecided ") == 19
    lines = shown("terminal", *MANY, OTHER, view=View(quiet=True)).splitlines()
    assert lines[:2] == [
        "undecided iam.tf:4:3  3 rules (and 5 places more)",
        f"undecided iam.tf:9:3  {RULES[0]}",
    ]


@pytest.mark.parametrize("width", [48, 60, 80, 132])
def test_an_entry_is_never_wider_than_the_screen(width: int) -> None:
    lines = shown("terminal", *MANY, OTHER, view=View(width=width)).splitlines()
    assert max(len(line) for line in lines) <= width


def test_what_is_decided_differently_is_told_apart() -> None:
    waived = waits(RULES[0], 64)._replace(waiver=a_waiver())
    blocked = waits(RULES[0], 74, action="block")
    assert [len(entry.items) for entry in waiting([*MANY, waived, blocked])] == [18, 1, 1]
    counts = tally(a_verdict(undecided=(*MANY, blocked)))
    assert summary_parts(counts) == ["19 undecided (1 block, 1 cause)"]


def test_one_alone_is_counted_as_ever() -> None:
    assert summary_parts(tally(a_verdict(undecided=(OTHER,)))) == ["1 undecided"]
    assert summary_parts(tally(a_verdict(undecided=(OTHER, MANY[0])))) == ["2 undecided"]


def test_the_markdown_summary_folds_by_cause() -> None:
    text = shown("markdown", *MANY, OTHER)
    assert "<summary>19 undecided (2 causes)</summary>" in text and text.count("no default") == 2
    assert "- 3 rules at 6 places wait for one answer · `iam.tf:4`, `iam.tf:14`, `iam.tf:24` and 3 more: " in text
    assert "`give var.members a value with --var-file`" in text


def test_annotations_are_one_for_each_cause() -> None:
    lines = [line for line in shown("github", *MANY, OTHER).splitlines() if "Undecided" in line]
    assert len(lines) == 2
    assert "line=4" in lines[0] and "Also at iam.tf:14, iam.tf:24, iam.tf:34 and 2 more" in lines[0]


def test_the_page_has_each_below_its_cause() -> None:
    text = shown("html", *MANY, OTHER)
    assert text.count(MEMBERS) == 1 and "<summary>18 wait for it</summary>" in text
    assert all(f"iam.tf:{line}:3" in text for line in (4, 9, 14, 24, 34, 44, 54))
    assert "<h2>Undecided <small>19</small></h2>" in text


def test_data_keeps_every_rule_at_every_place() -> None:
    assert len(json.loads(shown("json", *MANY, OTHER))["undecided"]) == 19
    results = json.loads(shown("sarif", *MANY, OTHER))["runs"][0]["results"]
    assert sum(one["kind"] == "open" for one in results) == 19


def test_rules_that_left_the_question_to_another_are_named_beside_it() -> None:
    one = waits(RULES[0], 4, waiting=RULES[1:])
    text = shown("terminal", one)
    assert f"= waiting:   {RULES[1]}, {RULES[2]}" in text and text.startswith(f"undecided  T of {RULES[0]} ")
    assert f"{RULES[1]}, {RULES[2]} wait for it, too" in shown("markdown", one).replace("\\", "")
    assert json.loads(shown("json", one))["undecided"][0]["waiting"] == list(RULES[1:])
    text = shown("terminal", one, waits(RULES[0], 14, waiting=RULES[1:]))
    assert "undecided  3 rules at 2 places wait for one answer\n" in text and "= rules:     google/iam/per" in text


SEVERAL = tuple(
    waits(rule, line, f"var.m{line} has no default and no var file gives it")
    for line in (4, 14, 24, 34, 44, 54)
    for rule in RULES
)


def test_several_values_that_are_missing_in_one_way_are_one_entry() -> None:
    text = shown("terminal", *SEVERAL, OTHER)
    assert text.startswith("undecided  3 rules at 6 places wait for 6 values\n  --> iam.tf:4:3\n")
    assert "= unknown:   var.m4, var.m14, var.m24, var.m34, var.m44 and 1 more have no\n" in text
    assert "= decide it: give them with --var-file" in text and "19 undecided (7 causes)" in text
    assert "var.m54" not in text and "var.m54" in shown("terminal", *SEVERAL, view=View(verbose=True))
    assert "var.other has no default" in text
    page = shown("html", *SEVERAL)
    assert all(f"var.m{line} has no default" in page for line in (4, 14, 24, 34, 44, 54))
    assert "<summary>18 undecided (6 causes)</summary>" in shown("markdown", *SEVERAL)


def test_two_values_are_two_entries() -> None:
    assert [len(entry.items) for entry in waiting(SEVERAL[:6])] == [3, 3]


def test_one_rule_that_waits_for_several_values_keeps_its_name() -> None:
    text = " ".join(shown("terminal", *SEVERAL[::3]).split())
    assert f"undecided T of {RULES[0]} (6 places, 6 values) {RULES[0]} -->" in text
