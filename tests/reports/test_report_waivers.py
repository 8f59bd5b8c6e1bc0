"""The list of waivers, and what reports say of them."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
from verdict_builders import a_verdict, a_waiver, waiver_uses

from gatepost.model.decisions import WAIVER_STATES, WaiverUse
from gatepost.reports import render, schema, waiver_shapes
from gatepost.reports.view import View
from gatepost.reports.waiver_words import state_words, waiver_subject, waivers_words
from gatepost.reports.waivers import FORMATS, render_waivers

EVIL = "x\x1b[31m\u202e\n::error::##[group]<script>"


def listed(name: str = "terminal", **view: object) -> str:
    return render_waivers(name, a_verdict(waivers=waiver_uses()), {}, View(today="2026-11-22", **view)).body  # type: ignore[arg-type]


def test_each_waiver_is_listed_by_its_last_day() -> None:
    heads = [line.partition("  ")[0] for line in listed(width=0).splitlines() if re.match(r"[a-z]", line)]
    assert heads[:3] == ["expired 21 days ago", "unused", "ends in 9 days, a fix exists now"]
    assert sorted(heads[3:]) == ["active", "not yet valid", "refused", "shadowed"]


def test_the_last_line_counts() -> None:
    assert listed(width=0).splitlines()[-1] == (
        "7 waivers: 1 expiring, 1 unused, 1 refused, 1 expired, 1 not yet valid, 1 shadowed, 1 active"
    )


def test_quiet_leaves_out_what_is_as_it_should_be() -> None:
    assert "and again" in listed()
    assert "and again" not in listed(quiet=True)


def test_what_is_new_is_marked() -> None:
    assert "  --> live/prod/site.tf:2 (new in this change)\n" in listed()


def test_a_doubt_is_told() -> None:
    uses = waiver_uses()
    report = render_waivers("terminal", a_verdict(waivers=uses), {uses[1].waiver: "no report was given"}, View())
    assert "unsure  it covers nothing that was looked at, and no report was given" in report.body


def test_the_json_list_has_every_state() -> None:
    data = json.loads(listed("json"))
    jsonschema.validate(data, schema.schema(waiver_shapes.WaiverListShape))
    rows = data["waivers"]
    assert {state for row in rows for state in row["states"]} == set(WAIVER_STATES)
    assert [row["inline"] for row in rows].count(True) == 1


def test_no_verdict_speaks_of_waivers_that_are_as_they_should_be() -> None:
    uses = [use for use in waiver_uses() if use.state in ("active", "unused")]
    assert waivers_words(uses) == ""
    assert "waivers" not in render("terminal", a_verdict(waivers=tuple(uses)), View()).body


def test_many_in_one_state_are_told_in_short() -> None:
    expired = [use for use in waiver_uses() if use.state == "expired"] * 5
    assert waivers_words(expired).startswith(
        "5 expired (gatepost.yaml:30, gatepost.yaml:30, gatepost.yaml:30 and 2 more)"
    )


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (WaiverUse(a_waiver(), ("expiring",), days_left=0), "ends today"),
        (WaiverUse(a_waiver(), ("expiring",), days_left=1), "ends in 1 day"),
        (WaiverUse(a_waiver(), ("expired",), days_left=-1), "expired 1 day ago"),
    ],
)
def test_days_are_counted(use: WaiverUse, words: str) -> None:
    assert state_words(use) == words


def test_the_subject_of_a_waiver() -> None:
    scope = {
        "rule": ("a", "b"),
        "vulnerability": ("CVE-1",),
        "package": ("lodash <4",),
        "path": ("web/",),
        "environment": ("staging",),
    }
    assert waiver_subject(a_waiver()._replace(scope=tuple(scope.items()))) == (
        "a, b and CVE-1 in lodash <4 in web/ in staging"
    )
    assert waiver_subject(a_waiver()._replace(scope=(("package", ("p",)),))) == "p"
    assert waiver_subject(a_waiver()._replace(scope=(("fingerprint", ("f",)),))) == "everything with fingerprint f"


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_waivers_give_a_terminal_or_a_log_nothing(name: str) -> None:
    waiver = a_waiver(rule=EVIL, path=EVIL, resource=EVIL, why=EVIL, by=EVIL, ticket=EVIL, until=EVIL, since=EVIL)
    verdict = a_verdict(waivers=(WaiverUse(waiver, ("refused",), (EVIL,), 1, (EVIL,), True, EVIL),))
    text = render_waivers(name, verdict, {waiver: EVIL}, View(today="2026-11-22")).body
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert not re.search(r"^\s*::[A-Za-z-]+(\s|::)", text, re.MULTILINE)
    assert "##[" not in text
