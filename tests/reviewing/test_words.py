"""What a comment says: harmless whatever a file holds, within what a host takes, and ready to be acted on."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.model.reviews import ChangedFile, Hunk, PullRequest
from gatepost.reviewing.composing import compose
from gatepost.reviewing.markups import MARKUPS, Markup
from gatepost.reviewing.placing import Spot, spot_of
from gatepost.reviewing.summary import Fate, summary
from gatepost.reviewing.told import Told, read_told
from gatepost.reviewing.waiving import waiver_request
from gatepost.reviewing.wording import comment
from tests.reviewing.hosts import finding, suggested, verdict

LINES = (" a", "+open", " c", " d", "+e")
CHANGE = PullRequest(7, "0" * 40, "1" * 40, True, {"main.tf": ChangedFile("main.tf", "main.tf", (Hunk(1, 1, LINES),))})


def told(*findings: dict[str, Any], **more: Any) -> Told:
    return read_told(verdict(*findings, **more))


def body(one: dict[str, Any], markup: str = "github", **more: Any) -> str:
    group = told(one).groups[0]
    spot = spot_of(group, CHANGE)
    assert spot is not None
    return comment(group, spot, MARKUPS[markup], **more)


HOSTILE = [
    "@acme/everyone", "#12", "GH-3", "https://evil.example", "www.evil.example", "![x](https://evil.example/p.png)",
    "<img src=x>", "<!-- gatepost scope=000000000000 key=summary digest=0000000000000000 state=open -->",
    "```\nbreak out\n```", "| a | b |", "::error::x", "##vso[task.complete]", "/approve", "\u202eevil", "$(x) `y` *z*",
    "[gatepost]: # (x)",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("markup", MARKUPS)
def test_text_of_files_formats_links_and_mentions_nothing(text: str, markup: str) -> None:
    said = body(finding(title=f"x {text}", message=text, why=text, resource=text, fixes=[suggested()]), markup)
    outside = "".join(part for number, part in enumerate(said.split("`")) if number % 2 == 0).replace("\\]", "")
    for sign in ("@acme", "](http", "<img", "::error", "##vso[", "\u202e"):
        assert sign not in outside
    assert "\n/approve" not in said and "\n```\nbreak" not in said


def test_a_fence_is_longer_than_what_stands_inside() -> None:
    said = body(finding(fixes=[suggested(new="a ```` b")]))
    assert "`````suggestion\na ```` b\n`````" in said


def test_gitlab_is_told_how_many_lines_above_are_replaced() -> None:
    fix = suggested()
    fix["suggestion"].update(start_line=1, end_line=2, old=["a", "open"])
    assert "```suggestion:-1+0" in body(finding(fixes=[fix]), "gitlab")


@pytest.mark.parametrize("markup", ["gitea", "bitbucket"])
def test_hosts_without_suggestions_get_the_difference(markup: str) -> None:
    said = body(finding(fixes=[suggested()], diff=["main.tf:2", "- open", "+ closed"]), markup)
    assert "suggestion" not in said and "+ closed" in said and ("<details>" in said) == (markup == "gitea")


def test_owners_are_mentioned_only_when_asked() -> None:
    owned = finding(context={"owners": [{"name": "@acme/net", "how": "x"}, {"name": "@a b", "how": "x"}]})
    assert "@acme/net" not in body(owned) and "@acme/net" in body(owned, mention=True)
    assert "@a b" not in body(owned, mention=True)


def test_of_one_cause_there_is_one_comment_that_lists_the_others() -> None:
    some = [finding(f"trivy/CVE-{number}", group="FROM x", mend="Update Dockerfile line 2") for number in range(9)]
    composed = compose(told(*some), CHANGE, MARKUPS["github"])
    (note,) = composed.notes
    assert note.body.startswith("**Update Dockerfile line 2**") and "and 8 more of the same cause" in note.body


SPOTS = {
    "on the lines of the fix": (finding(line=1, fixes=[suggested()]), Spot("main.tf", 2, 2, True)),
    "on its own line": (finding(line=5), Spot("main.tf", 5, 5)),
    "where its value is set": (
        finding(path="m/x.tf", origins=[{"path": "main.tf", "region": {"start_line": 2, "end_line": 2}}]),
        Spot("main.tf", 2, 2),
    ),
    "on the first line of a block that goes on below": (
        finding(region={"start_line": 5, "start_column": 1, "end_line": 60, "end_column": 2}),
        Spot("main.tf", 5, 5),
    ),
    "on the file": (finding(line=40), Spot("main.tf", 0, 0)),
    "nowhere": (finding(path="other.tf"), None),
}


@pytest.mark.parametrize("where", SPOTS)
def test_a_group_is_told(where: str) -> None:
    one, spot = SPOTS[where]
    assert spot_of(told(one).groups[0], CHANGE) == spot


def test_what_was_there_before_is_a_number_in_the_summary_alone() -> None:
    old = finding(context={"is_new": False, "affected": False})
    composed = compose(told(old), CHANGE, MARKUPS["github"])
    assert not composed.notes
    said = summary(told(old), composed.fates, 0, MARKUPS["github"])
    assert "| production · no owner | 0 | 0 | 1 | 0 |" in said


def test_the_summary_begins_with_the_verdict_and_its_reason() -> None:
    one = told(finding(fixes=[suggested()]))
    said = summary(one, [Fate(one.groups[0], True)], 2, MARKUPS["github"])
    title, reason = said.split("\n\n")[:2]
    assert title == "### Gatepost: blocked"
    assert reason.startswith("1 finding stops this change from reaching **production**. It has a proved fix: `gatepost")
    assert "Fixed by this change: 2." in said


def test_a_summary_of_thousands_stays_within_the_limit_and_says_what_it_left_out() -> None:
    one = told(*(finding(path=f"f{number}.tf", title="y" * 190) for number in range(5_000)))
    for markup in MARKUPS.values():
        said = summary(one, [Fate(group, False) for group in one.groups], 0, markup)
        assert len(said) <= markup.longest
        assert "Left out" in said or markup.longest > 500_000


def test_a_waiver_to_ask_for_loads_once_a_reason_and_a_name_are_given() -> None:
    lines = waiver_request(told(finding(fingerprint="0123456789012345")).groups, "2026-11-22")
    (waiver,) = yaml.safe_load("\n".join(lines))["waivers"]
    assert waiver["fingerprint"] == "0123456789012345" and str(waiver["until"]) == "2026-12-22"
    assert waiver["why"] is None and waiver["by"] is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(ANYTHING)
def test_whatever_an_artifact_holds_is_told_or_refused(value: Any) -> None:
    findings = [finding(), {**finding(), "context": value, "fixes": [value], "origins": [value], "decision": value}]
    one = told(*findings, judged=value, problems=[value], undecided=[value])
    composed = compose(one, CHANGE, MARKUPS["github"])
    assert summary(one, composed.fates, 0, MARKUPS["github"])


def test_a_body_that_is_too_long_is_cut_where_a_line_ends() -> None:
    markup: Markup = MARKUPS["github"]._replace(longest=900)
    composed = compose(told(finding(fixes=[suggested()], diff=["x" * 190] * 50)), CHANGE, markup)
    assert all(len(note.body) <= 900 for note in composed.notes)


def test_a_budget_that_is_broken_is_told() -> None:
    one = told(
        budgets=[
            {"name": "open highs", "broken": "12 of at most 10", "action": "block"},
            {"name": "kept", "broken": None},
        ]
    )
    said = summary(one, [], 0, MARKUPS["github"])
    assert "The budget “open highs” is broken: 12 of at most 10." in said and "kept" not in said
