"""Rules for the audience thorough are judged where a policy wants them, and cost nothing where none does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gatepost.model.decisions import Verdict
from gatepost.model.problems import UsageError
from gatepost.pipeline import Request, check
from tests.pipeline.stories import found, judged, write

OWN = "acme/queue-untagged"
RULE = """\
title: A queue has no team
severity: medium
{audience}category: hardening
why: Nobody knows whom to ask.
applies_to: terraform.aws_sqs_queue
require: {{tags.team: {{exists: true}}}}
no_fix: Only its team knows its name.
"""
QUEUE = 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n}\n'
POLICY = "version: 1\nextends: recommended\n"
THOROUGH = POLICY + "rules: {audience: thorough}\n"


def files(policy: str = POLICY, audience: str = "audience: thorough\n") -> dict[str, str]:
    rule = RULE.format(audience=audience)
    return {"main.tf": QUEUE, "gatepost.yaml": policy, f"own/rules/{OWN}.yaml": rule}


def verdict_of(folder: Path, policy: str = POLICY, **given: str) -> Verdict:
    return judged(folder, files(policy), rules=("own",), **given)


def test_it_is_left_out_and_counted_unless_the_policy_asks(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path)
    assert not found(verdict, OWN)
    assert verdict.counts.left_for_thorough >= 1


def test_the_policy_asks_for_all_of_them(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, THOROUGH)
    (decision,) = found(verdict, OWN)
    assert (decision.action, decision.assessment.finding.audience) == ("warn", "thorough")
    assert verdict.counts.left_for_thorough == 0


def test_one_is_asked_for_by_its_name(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, POLICY + f"rules: {{{OWN}: {{enabled: true}}}}\n")
    assert [one.action for one in found(verdict, OWN)] == ["warn"]
    assert verdict.counts.left_for_thorough == verdict_of(tmp_path).counts.left_for_thorough - 1


def test_one_is_switched_off_though_all_are_asked_for(tmp_path: Path) -> None:
    policy = POLICY + f"rules: {{audience: thorough, {OWN}: {{enabled: false}}}}\n"
    assert not found(verdict_of(tmp_path, policy), OWN)


def test_a_regular_rule_is_judged_for_both(tmp_path: Path) -> None:
    for policy in (POLICY, THOROUGH):
        assert found(judged(tmp_path, files(policy, audience=""), rules=("own",)), OWN)


def test_a_severity_alone_does_not_switch_it_on_and_that_is_told(tmp_path: Path) -> None:
    verdict = verdict_of(tmp_path, POLICY + f"rules: {{{OWN}: {{severity: high}}}}\n")
    assert not found(verdict, OWN)
    assert any(OWN in note and "enabled: true" in note for note in verdict.notes)


def test_an_audience_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        verdict_of(tmp_path, POLICY + "rules: {audience: through}\n")
    assert error.value.hint == 'did you mean "thorough"?'


def test_no_shipped_policy_asks_for_them(tmp_path: Path) -> None:
    for shipped in ("recommended", "strict", "observe"):
        assert not found(verdict_of(tmp_path, f"version: 1\nextends: {shipped}\n"), OWN)


# -- beside an organisation's policy ----------------------------------------------------------------------------------


def beside(folder: Path, ours: str, theirs: str) -> Verdict:
    return judged(folder, {**files(ours), "org.yaml": theirs}, rules=("own",), organisation_policy="org.yaml")


def test_the_organisation_can_ask_for_more_and_decides_about_it_alone(tmp_path: Path) -> None:
    theirs = "version: 1\nrules: {audience: thorough}\ngate: [{name: all, when: {severity: medium}, decide: block}]\n"
    (decision,) = found(beside(tmp_path, POLICY, theirs), OWN)
    assert decision.action == "block"


def test_a_repository_that_wants_less_cannot_take_it_away(tmp_path: Path) -> None:
    ours = POLICY + f"rules: {{audience: regular, {OWN}: {{enabled: false}}}}\n"
    assert [one.action for one in found(beside(tmp_path, ours, THOROUGH), OWN)] == ["warn"]


def test_a_repository_can_ask_for_more_than_its_organisation_which_does_not_decide_about_that(tmp_path: Path) -> None:
    blocking = "version: 1\ngate: [{name: all, when: {severity: medium}, decide: block}]\n"
    assert [one.action for one in found(beside(tmp_path, THOROUGH, blocking), OWN)] == ["warn"]


def test_what_neither_wants_is_not_judged(tmp_path: Path) -> None:
    assert not found(beside(tmp_path, POLICY, POLICY), OWN)


# -- with a base ------------------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_change_does_not_choose_its_own_audience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, files(THOROUGH))
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    write(tmp_path, {"gatepost.yaml": POLICY, "more.tf": QUEUE.replace("jobs", "mail")})
    verdict = check(Request(paths=(".",), today="2026-11-22", rules=("own",), base="HEAD"))
    assert len(found(verdict, OWN)) == 2
