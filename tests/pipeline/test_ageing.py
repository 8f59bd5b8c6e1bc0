"""How old findings are, by a history that a run is given, and budgets against the base of a change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatepost.gate.attributes import ATTRIBUTES, OF_DEADLINES
from gatepost.gate.facts import FindingFacts
from gatepost.gate.history import read_history
from gatepost.model.decisions import Verdict
from gatepost.pipeline import Request, check
from gatepost.pipeline.histories import updated
from gatepost.pipeline.policies import load_whole
from gatepost.pipeline.policy_diff import decided_again
from gatepost.reports import render
from gatepost.reports.recorded import read_recorded
from gatepost.reports.view import View
from tests.pipeline.stories import inside
from tests.pipeline.test_base import PUBLIC, commit, git, of_rule, repository, write

__all__ = ["repository"]
TODAY = "2026-11-22"
LATE = """\
version: 1
deadlines: {critical: 7 days, high: 30 days, medium: 60 days}
gate:
  - {name: too late, when: {overdue: true}, decide: block}
  - {name: known, when: {severity: {at_least: medium}}, decide: warn}
  - {name: unread, when: {problem: true}, decide: block}
"""
EXAMPLE = Path(__file__).parents[2] / "examples" / "shop"


def judged(**more: object) -> Verdict:
    return check(Request(paths=(".",), today=TODAY, jobs=1, **more))  # type: ignore[arg-type]


def history(path: Path, verdict: Verdict, day: str) -> None:
    report = path.with_suffix(".verdict.json")
    report.write_text(render("json", verdict._replace(today=day), View()).body)
    path.write_text(updated(str(path), [str(report)], [])[0])


def bucket(folder: Path) -> None:
    write(folder, gatepost_yaml=LATE, main_tf=PUBLIC.format(name="old", value="true"))


def test_what_a_history_has_seen_long_ago_is_overdue(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bucket(repository)
    path = tmp_path_factory.mktemp("ci") / "history.json"
    before = judged()
    assert {one.due.overdue if one.due else "" for one in of_rule(before).values()} == {None}
    history(path, before, "2026-06-01")
    verdict = judged(histories=(str(path),))
    (decision,) = of_rule(verdict).values()
    context = decision.assessment.context
    assert (decision.action, context.age) == ("block", 174)
    assert context.first_seen is not None and context.first_seen.name == "2026-06-01"
    assert decision.because is not None and decision.because.name == "too late"
    assert decision.due is not None and decision.due.overdue and decision.due.date < TODAY
    assert verdict.undecided == () or verdict.undecided[0].context.age == 174


def test_what_no_history_has_is_seen_today(repository: Path, tmp_path: Path) -> None:
    bucket(repository)
    (tmp_path / "empty.json").write_text(updated(str(tmp_path / "empty.json"), [], [])[0])
    (decision,) = of_rule(judged(histories=("empty.json",))).values()
    assert decision.assessment.context.age == 0 and decision.action == "warn"


def test_sarif_of_an_earlier_run_is_a_history(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    bucket(repository)
    path = tmp_path_factory.mktemp("ci") / "run.sarif"
    path.write_text(render("sarif", judged()._replace(today="2026-06-01"), View()).body)
    (decision,) = of_rule(judged(histories=(str(path),))).values()
    assert decision.assessment.context.age == 174
    # What was first seen then is still told by a SARIF log that is written today.
    path.write_text(render("sarif", judged(histories=(str(path),)), View()).body)
    assert {first for first, _ in read_history(json.loads(path.read_text())).values()} == {"2026-06-01"}


@pytest.mark.parametrize(("name", "text"), [("none.json", None), ("bad.json", "{"), ("other.json", "[]"), (".", None)])
def test_a_history_that_cannot_be_used_is_a_problem_and_nothing_is_young_for_it(
    repository: Path, name: str, text: str | None
) -> None:
    bucket(repository)
    if text is not None:
        (repository / name).write_text(text)
    verdict = judged(histories=(name,))
    (problem,) = [one.problem for one in verdict.problems]
    assert problem.kind == "history" and problem.what.startswith("the history cannot be used: ")
    assert verdict.action == "incomplete"
    assert [one.assessment.context.age for one in of_rule(verdict).values()] == [None]


def test_a_change_does_not_make_its_findings_younger(repository: Path) -> None:
    bucket(repository)
    path = repository / "history.json"
    history(path, judged(), "2026-06-01")
    commit(repository)
    git(repository, "switch", "-q", "-c", "change")
    path.write_text(path.read_text().replace("2026-06-01", "2026-11-20"))
    verdict = judged(base="main", histories=("history.json",))
    (decision,) = of_rule(verdict).values()
    assert decision.assessment.context.age == 174 and decision.action == "block"
    assert "this change edits history.json: it counts as main has it" in verdict.notes
    path.write_text(updated(str(repository / "no.json"), [], [])[0])
    (decision,) = of_rule(judged(base="main", histories=("history.json",))).values()
    assert decision.assessment.context.age == 174


def test_a_history_that_the_change_brings_makes_nothing_young(repository: Path) -> None:
    bucket(repository)
    commit(repository)
    git(repository, "switch", "-q", "-c", "change")
    (repository / "history.json").write_text(updated(str(repository / "no.json"), [], [])[0])
    commit(repository)
    verdict = judged(base="main", histories=("history.json",))
    (decision,) = of_rule(verdict).values()
    assert decision.assessment.context.age is None
    assert "history.json is brought by this change: it counts once it is on main" in verdict.notes


def test_what_the_base_had_and_no_history_knows_is_not_taken_for_young(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("ci") / "history.json"
    path.write_text(updated(str(path), [], [])[0])
    bucket(repository)
    commit(repository)
    git(repository, "switch", "-q", "-c", "change")
    write(repository, new_tf=PUBLIC.format(name="new", value="true"))
    found = of_rule(judged(base="main", histories=(str(path),)))
    ages = {name: one.assessment.context.age for name, one in found.items()}
    assert ages == {"aws_db_instance.old": None, "aws_db_instance.new": 0}


RATCHET = """\
version: 1
gate: []
budgets: [{name: open to all, when: {rule: aws/rds/instance-public}, never_more_than_base: true}]
"""


def test_a_change_may_move_what_is_wrong_and_not_add_to_it(repository: Path) -> None:
    write(repository, gatepost_yaml=RATCHET, main_tf=PUBLIC.format(name="old", value="true"))
    write(repository, more__main_tf=PUBLIC.format(name="kept", value="true"))
    commit(repository)
    git(repository, "switch", "-q", "-c", "change")
    write(repository, main_tf=PUBLIC.format(name="new", value="true"))
    moved = judged(base="main")
    assert (moved.budgets[0].counted, moved.budgets[0].base, moved.action) == (2, 2, "passed")
    write(repository, main_tf=PUBLIC.format(name="old", value="true") + PUBLIC.format(name="new", value="true"))
    more = judged(base="main")
    assert (more.budgets[0].counted, more.budgets[0].base, more.action) == (3, 2, "blocked")
    new = of_rule(more)["aws_db_instance.new"]
    assert new.action == "block" and more.budgets[0].over == (new.assessment.finding.fingerprint,)
    git(repository, "switch", "-q", "main")
    write(repository, main_tf=PUBLIC.format(name="old", value="false"))
    fewer = judged(base="main")
    assert (fewer.budgets[0].counted, fewer.budgets[0].base, fewer.action) == (1, 2, "passed")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Verdict, Path]:
    path = tmp_path_factory.mktemp("v") / "verdict.json"
    with inside(EXAMPLE):
        verdict = judged()
    path.write_text(render("json", verdict, View()).body)
    return verdict, path


@pytest.mark.parametrize("name", [name for name in ATTRIBUTES if name not in ("environment", *OF_DEADLINES)])
def test_the_report_of_a_run_holds_every_fact_of_it(example: tuple[Verdict, Path], name: str) -> None:
    verdict, path = example
    recorded = read_recorded(str(path))
    assert len(recorded.decisions) == len(verdict.decisions) > 5
    for live, then in zip(verdict.decisions, recorded.decisions, strict=True):
        severity = live.assessment.finding.severity
        assert FindingFacts(then.assessment, severity, TODAY).fact(name) == FindingFacts(
            live.assessment, severity, TODAY
        ).fact(name)


def test_the_order_of_inputs_does_not_matter(tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    text = (EXAMPLE / "reports" / "trivy.json").read_text(encoding="utf-8")
    other.write_text(text.replace("CVE-2", "CVE-1", 1))
    old, older = tmp_path / "old.json", tmp_path / "older.json"
    with inside(EXAMPLE):
        seen = judged()
        for path, day in ((old, "2026-06-01"), (older, "2026-01-01")):
            history(path, seen, day)
        bodies = [
            render(
                "json",
                check(
                    Request(
                        paths=paths,
                        today=TODAY,
                        jobs=1,
                        reports=tuple((one, None) for one in reports),
                        histories=histories,
                    )
                ),
                View(),
            ).body
            for paths, reports, histories in (
                (("infra", "Dockerfile"), ("reports/trivy.json", str(other)), (str(old), str(older))),
                (("Dockerfile", "infra"), (str(other), "reports/trivy.json"), (str(older), str(old))),
            )
        ]
        merged = judged(histories=(str(older), str(old)))
    assert bodies[0] == bodies[1]
    assert {one.assessment.context.age for one in merged.decisions} == {325}


@pytest.mark.parametrize("example", ["shop", "company", "owners"])
def test_a_recorded_verdict_is_decided_again_as_it_was(tmp_path: Path, example: str) -> None:
    folder = EXAMPLE.parent / example
    if not (folder / "gatepost.yaml").exists():
        pytest.skip("the example has no policy of its own")
    reports = [("reports/trivy.json", None)] if (folder / "reports" / "trivy.json").exists() else []
    seen = tmp_path / "history.json"
    with inside(folder):
        live = judged(reports=tuple(reports))
        history(seen, live, "2026-11-01")
        live = judged(reports=tuple(reports), histories=(str(seen),))
        policy = load_whole("gatepost.yaml", None)
    path = tmp_path / "verdict.json"
    path.write_text(render("json", live, View()).body)
    again = decided_again(policy, read_recorded(str(path)))
    assert len(again.decisions) == len(live.decisions) > 3
    for one, other in zip(live.decisions, again.decisions, strict=True):
        assert (other.action, other.because and other.because.name, other.due) == (
            one.action,
            one.because and one.because.name,
            one.due,
        ), one.assessment.finding
        assert (other.waiver is None) == (one.waiver is None)
    assert [one.action for one in again.undecided] == [one.action for one in live.undecided]
    assert [(one.name, one.action, one.counted) for one in again.budgets] == [
        (one.name, one.action, one.counted) for one in live.budgets
    ]


def test_routes_of_an_organisation_know_ages(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    bucket(repository)
    folder = tmp_path_factory.mktemp("company")
    company = (
        "version: 1\ngate: []\nroutes: [{name: old, when: {age: {at_least: 100 days}}, github: {labels: [old]}}]\n"
    )
    (folder / "company.yaml").write_text(company)
    history(folder / "history.json", judged(), "2026-06-01")
    verdict = judged(histories=(str(folder / "history.json"),), organisation_policy=str(folder / "company.yaml"))
    assert {name for one in verdict.decisions for name in one.routes} == {"old"}
