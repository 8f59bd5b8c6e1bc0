"""`gatepost explain` of a verdict, `gatepost history`, `gatepost policy diff`: what they print, write and end with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

LINES = """\
version: 1
deadlines: {critical: 7 days, high: 30 days}
gate:
  - {name: late, when: {overdue: true}, decide: block}
  - {name: told, when: {severity: {at_least: medium}}, decide: warn}
budgets: [{name: few highs, when: {severity: {at_least: high}}, at_most: 1}]
waivers:
  - {rule: "aws/ec2/*", path: elsewhere/**, until: 2027-01-01, why: x, by: y}
"""


@pytest.fixture
def verdict(gatepost: Run, shop: Path) -> dict[str, object]:
    (shop / "gatepost.yaml").write_text(LINES)
    gatepost("check", "--today", "2026-11-22", "--format", "json=v.json")
    return json.loads((shop / "v.json").read_text())


def named(verdict: dict[str, object], kind: str, rule: str) -> str:
    rows: list[dict[str, str]] = verdict[kind]  # type: ignore[assignment]
    return next(one["fingerprint"] for one in rows if one["rule"] == rule)


def test_a_finding_is_explained_with_waivers_budgets_and_the_organisations_policy(gatepost: Run, verdict) -> None:
    name = named(verdict, "findings", "aws/ec2/ssh-open-to-internet")
    ran = gatepost("explain", name, "--verdict", "v.json", "--organisation-policy", "strict")
    out = " ".join(ran.out.split())
    assert ran.code == 0
    assert "gatepost.yaml in" in out and "strict (shipped) in" in out
    assert "late not known: the deadline (gatepost.yaml:2) is not known" in out
    assert "the one at gatepost.yaml:8 nearly covers it: its path (elsewhere/**) does not match" in out
    assert 'budget "few highs": this counts; ' in out and "are more than 1" in out


def test_an_undecided_rule_is_explained(gatepost: Run, verdict) -> None:
    ran = gatepost("explain", named(verdict, "undecided", "aws/rds/storage-encrypted"), "--verdict", "v.json")
    assert ran.code == 0 and "lacks        var.encrypt_storage has no default" in ran.out


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("explain", "zz", "--verdict", "v.json"), "no finding with the fingerprint zz"),
        (("explain", "", "--verdict", "v.json"), "findings begin with"),
        (("explain", "00", "--verdict", "gatepost.yaml"), "is not a verdict of Gatepost"),
        (("explain", "00", "--verdict", "none.json"), "cannot be read"),
        (("history", "update", "gatepost.yaml"), "it is not JSON"),
        (("history", "update", "h.json", "--verdict", "gatepost.yaml"), "it is not a json report"),
        (("history", "update", "h.json", "--from", "none.json"), "cannot be used"),
        (("history", "update", "h.json", "--forget", "soon"), "--forget takes a number of days"),
        (("policy", "diff", "gatepost.yaml", "strcit", "--verdicts", "."), 'did you mean the shipped policy "strict"'),
        (("policy", "diff", "gatepost.yaml", "strict", "--verdicts", "none"), "there is no folder"),
    ],
)
def test_a_fault_is_told_and_nothing_is_written(gatepost: Run, verdict, shop: Path, arguments, fault: str) -> None:
    ran = gatepost(*arguments)
    assert ran.code == 2 and fault in ran.err + ran.out
    assert not (shop / "h.json").exists()


def test_a_history_is_kept_between_runs_and_makes_a_finding_late(gatepost: Run, verdict, shop: Path) -> None:
    report = json.loads((shop / "v.json").read_text())
    report["verdict"]["today"] = "2026-01-01"
    (shop / "v.json").write_text(json.dumps(report))
    assert gatepost("history", "update", "h.json", "--verdict", "v.json").code == 0
    ran = gatepost("check", "--today", "2026-11-22", "--history", "h.json", "--format", "json=w.json")
    assert ran.code == 1
    decisions = [one["decision"] for one in json.loads((shop / "w.json").read_text())["findings"]]
    assert {one["because"] for one in decisions if one["overdue"]} == {"late"}
    assert gatepost("history", "update", "h.json", "--verdict", "w.json", "--from", "h.json").code == 0
    assert '["2026-01-01", "2026-11-22"]' in (shop / "h.json").read_text()


@pytest.mark.parametrize(("fail_on", "code"), [((), 0), (("newly-passed",), 1), (("newly-blocked",), 1), (("any",), 1)])
def test_a_changed_policy_is_compared_over_verdicts(
    gatepost: Run, verdict, fail_on: tuple[str, ...], code: int
) -> None:
    flags = [part for one in fail_on for part in ("--fail-on", one)]
    ran = gatepost("policy", "diff", "gatepost.yaml", "strict", "--verdicts", "v.json", "--format", "json", *flags)
    assert ran.code == code
    assert {one["change"] for one in json.loads(ran.out)["changes"]} >= {"newly blocked"}


def test_a_folder_with_something_else_in_it_ends_with_3(gatepost: Run, verdict, shop: Path) -> None:
    (shop / "verdicts").mkdir()
    (shop / "v.json").rename(shop / "verdicts" / "v.json")
    (shop / "verdicts" / "other.json").write_text("[]")
    ran = gatepost("policy", "diff", "gatepost.yaml", "gatepost.yaml", "--verdicts", "verdicts")
    assert ran.code == 3 and "no decision differs" in ran.out and "unread:  other.json" in ran.out
