"""What a changed policy would newly block or let pass, over verdicts that were kept."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from gatepost.gate import Policy, load
from gatepost.model.decisions import Claim, Context, DecidedProblem, Decision, Fact, PolicyLine, Verdict
from gatepost.model.places import Source
from gatepost.model.problems import UsageError
from gatepost.pipeline.policy_diff import compare
from gatepost.reports import render
from gatepost.reports.policy_diff import Changed, Difference
from gatepost.reports.policy_diff import render as render_difference
from gatepost.reports.view import View
from gatepost.sources.shipped import shipped_policy
from tests.reports.verdict_builders import a_finding, a_place, a_problem, a_verdict, an_undecided

TODAY = "2026-11-22"
OLD = "gate: [{name: criticals, when: {severity: critical}, decide: block}]"
NEW = "gate: [{name: highs, when: {severity: {at_least: high}}, decide: block}]"


def policy(text: str, name: str = "new.yaml") -> Policy:
    return load(Source(name, f"version: 1\n{text}\n", "policy"), shipped_policy)


def found(number: int, severity: str = "high", **facts: Any) -> Decision:
    context = facts.pop("context", Context(owners=(Claim("blue", "told"),)))
    finding = a_finding(severity=severity, fingerprint=f"{number:016x}", fixes=(), origins=(), **facts)
    return Decision(finding_in(finding, context), "warn", PolicyLine("told"))


def finding_in(finding: Any, context: Context) -> Any:
    from gatepost.model.decisions import Assessment

    return Assessment(finding, context)


def keep(folder: Path, name: str, *decisions: Decision, **more: Any) -> None:
    verdict: Verdict = a_verdict(*decisions, **{"sources": {}, "today": TODAY, **more})
    path = folder / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render("json", verdict, View()).body, encoding="utf-8")


def differences(folder: Path, old: str, new: str) -> list[tuple[str, str, str, str, int]]:
    changes = compare(policy(old, "old.yaml"), policy(new), str(folder)).changes
    return [(one.repository, one.change, one.line, one.severity, one.number) for one in changes]


def test_what_is_newly_blocked_is_told_by_repository_line_and_severity(tmp_path: Path) -> None:
    keep(tmp_path, "a/shop", found(1), found(2), found(3, "critical"), found(4, "low"))
    keep(tmp_path, "b/pay", found(1))
    assert differences(tmp_path, OLD, NEW) == [
        ("a/shop", "newly blocked", "highs", "high", 2),
        ("b/pay", "newly blocked", "highs", "high", 1),
    ]
    difference = compare(policy(OLD), policy(NEW), str(tmp_path))
    assert [tuple(one) for one in difference.turned] == [("b/pay", "passed", "blocked")]
    assert difference.verdicts == 2 and difference.changes[0].examples == (f"{1:016x}", f"{2:016x}")


def test_what_newly_passes_is_told_by_the_line_that_blocked_it(tmp_path: Path) -> None:
    keep(tmp_path, "shop", found(1), found(2, "medium"))
    warned = "gate: [{name: told, when: {}, decide: warn}]"
    assert differences(tmp_path, NEW, warned) == [
        ("shop", "newly passed", "highs", "high", 1),
        ("shop", "newly warned", "told", "medium", 1),
    ]
    assert differences(tmp_path, warned, warned) == []


def test_a_policy_that_only_observes_lets_everything_pass(tmp_path: Path) -> None:
    keep(tmp_path, "shop", found(1))
    assert differences(tmp_path, NEW, f"mode: observe\n{NEW}") == [("shop", "newly passed", "highs", "high", 1)]


def test_waivers_of_both_policies_count_and_so_do_those_beside_the_code(tmp_path: Path) -> None:
    keep(tmp_path, "shop", found(1))
    waived = NEW + "\nwaivers: [{path: 'live/**', until: 2026-11-30, why: x, by: y}]"
    assert differences(tmp_path, NEW, waived) == [("shop", "newly passed", "highs", "high", 1)]
    assert differences(tmp_path, NEW, waived.replace("2026-11-30", "2026-11-21")) == []
    report = json.loads((tmp_path / "shop.json").read_text())
    report["waivers"] = [
        {"scope": {"rule": ["aws/*"]}, "until": "2027-01-01", "why": "x", "by": "y", "inline": True, "is_new": None,
         "covered": [f"{1:016x}"], "origin": {"path": "live/prod/network/main.tf", "region": {"start_line": 1}}}
    ]  # fmt: skip
    (tmp_path / "shop.json").write_text(json.dumps(report))
    assert differences(tmp_path, OLD, NEW) == []
    refused = f"{NEW}\ninline_waivers: {{accept: false}}"
    assert differences(tmp_path, NEW, refused) == [("shop", "newly blocked", "highs", "high", 1)]


def test_switches_severities_and_excluded_paths_of_the_new_policy_count(tmp_path: Path) -> None:
    keep(tmp_path, "shop", found(1)._replace(own_severity="critical"))
    rule = "aws/ec2/ssh-open-to-internet"
    assert differences(tmp_path, OLD, f"{OLD}\nrules: {{{rule}: {{enabled: false}}}}")[0][1] == "newly passed"
    assert differences(tmp_path, OLD, f"{OLD}\nrules: {{{rule}: {{severity: low}}}}")[0][1] == "newly passed"
    assert differences(tmp_path, OLD, f"{OLD}\nexclude: ['live/**']")[0][1] == "newly passed"


def test_environments_stay_as_recorded_unless_the_policies_differ_in_them(tmp_path: Path) -> None:
    keep(tmp_path, "shop", found(1, context=Context(environments=(Fact("production", "branch main (old.yaml:3)"),))))
    lines = "gate: [{name: p, when: {environment: production}, decide: block}]"
    nothing = "gate: [{name: p, when: {rule: none}, decide: block}]"
    assert differences(tmp_path, nothing, lines)[0][1] == "newly blocked"
    clauses = "environments: {production: {path: elsewhere}}\n"
    assert differences(tmp_path, lines, clauses + lines) == []
    same = "environments: {production: {path: elsewhere}}\n# moved\n"
    assert differences(tmp_path, clauses + nothing, same + lines)[0][1] == "newly blocked"
    by_path = "environments: {production: {path: 'live/**'}}\n"
    assert differences(tmp_path, clauses + nothing, by_path + lines)[0][1] == "newly blocked"
    notes = compare(policy("environments: {production: {branch: main}}\n" + lines), policy(lines), str(tmp_path)).notes
    assert notes == ("a verdict does not tell its branch, so clauses about branches match nothing here",)


def test_undecided_rules_problems_and_budgets_are_compared_too(tmp_path: Path) -> None:
    problem: DecidedProblem = a_problem()
    keep(tmp_path, "shop", found(1), undecided=(an_undecided(),), problems=(problem,))
    lines = """gate:
  - {name: open, when: {undecided: true}, decide: block}
  - {name: unread, when: {problem: true}, decide: block}
budgets: [{name: few, when: {severity: high}, at_most: 0}]"""
    told = differences(tmp_path, "gate: []", lines)
    assert {(change, line, severity) for _, change, line, severity, _ in told} == {
        ("newly blocked", "open", "undecided"),
        ("newly blocked", "unread", "problem"),
        ("newly blocked", "few", "budget"),
        ("newly blocked", "few", "high"),
    }


def test_problems_that_come_of_a_policy_go_with_it_and_those_beyond_any_stay(tmp_path: Path) -> None:
    asked = 'the line "x" asks for epss, which no feed and no report knows'
    own = a_problem("block", what=asked)
    keep(tmp_path, "own", problems=(own,))
    beyond = a_problem("block")._replace(because=PolicyLine("nothing scanned is not a pass"))
    keep(tmp_path, "beyond", problems=(beyond,))
    strict = "gate: [{name: unread, when: {problem: true}, decide: block}]"
    difference = compare(policy("gate: []"), policy(strict), str(tmp_path))
    assert difference.changes == () and difference.turned == ()


def test_what_is_no_verdict_is_told_and_the_others_are_compared(tmp_path: Path) -> None:
    keep(tmp_path, "shop", found(1))
    keep(tmp_path, "undated", found(1), today="")
    (tmp_path / "bad.json").write_text("{")
    difference = compare(policy(OLD), policy(NEW), str(tmp_path))
    assert difference.verdicts == 1
    assert [path for path, _ in difference.unread] == ["bad.json", "undated.json"]


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_nothing_to_compare_is_a_fault(tmp_path: Path, folder: str) -> None:
    with pytest.raises(UsageError):
        compare(policy(OLD), policy(NEW), str(tmp_path / folder))


def test_memory_does_not_follow_the_number_of_verdicts(tmp_path: Path) -> None:
    keep(tmp_path, "000", *(found(number, location=a_place("live/a.tf", 1, 1, 2)) for number in range(3)))
    body = (tmp_path / "000.json").read_bytes()
    peaks: list[int] = []
    done = 1
    for count in (100, 1000):
        for number in range(done, count):
            (tmp_path / f"{number:03}.json").write_bytes(body)
        done = count
        tracemalloc.start()
        difference = compare(policy(OLD), policy(NEW), str(tmp_path))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert difference.verdicts == count and sum(one.number for one in difference.changes) == 3 * count
    assert peaks[1] < peaks[0] + 2_000_000


def test_the_text_is_short_and_the_json_has_everything() -> None:
    changes = tuple(
        Changed(f"r{number:02}", "newly blocked", "highs", "n:1", "high", 2, ("ab",)) for number in range(12)
    )
    difference = Difference("old", "new", 12, changes, (), (("x.json", "it is not a json report"),), ("a note",))
    text = render_difference(difference, "text", View(width=80, unicode=True))
    assert "12 verdicts: 24 newly blocked" in text and '"highs" (n:1): 24 high in 12 repositories' in text
    assert "and 2 more, listed with --format json" in text and "unread:  x.json: it is not a json report" in text
    data = json.loads(render_difference(difference, "json", View()))
    assert len(data["changes"]) == 12 and data["counts"]["newly_blocked"] == 24
