"""`gatepost explain`: what a rule is about, or why one finding was decided as it was; never decides anew."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import click

from gatepost.cli.output import view_of, write_out
from gatepost.cli.requests import today_of
from gatepost.model.problems import UsageError
from gatepost.reports.explain import Example, RuleText, TraceLine, explain_finding, explain_rule
from gatepost.reports.view import View
from gatepost.rules.catalogue import load_shipped
from gatepost.rules.compiled import read_cases
from gatepost.rules.rule import Rule

_FINGERPRINT = re.compile(r"[0-9a-f]{4,16}\Z")
_DIALECTS = ("terraform", "cloudformation", "dockerfile")


@click.command("explain")
@click.argument("what", metavar="RULE-ID|FINGERPRINT")
@click.option("--verdict", metavar="FILE", help="The json report that the finding is in.")
@click.option("--policy", metavar="FILE", help="The policy to go through, in place of gatepost.yaml.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour in the terminal.")
def command(what: str, verdict: str | None, policy: str | None, color: str) -> int:
    """Explain a rule, or why one finding blocks.

    \b
    gatepost explain aws/s3/bucket-public-acl
    gatepost check --format json=verdict.json; gatepost explain 7f3a91c2 --verdict verdict.json
    """
    view = view_of(color, verbose=True, quiet=False, to_terminal=True, seconds=None, today="", outputs=())
    if verdict is not None:
        write_out(_finding(what, verdict, policy, view))
    elif "/" not in what and _FINGERPRINT.match(what):
        raise UsageError(
            f"{what} is a finding's fingerprint; the verdict it is in is needed too",
            hint=f"gatepost check --format json=verdict.json; gatepost explain {what} --verdict verdict.json",
        )
    else:
        write_out(explain_rule(_rule_text(what), view))
    return 0


def _rule_text(id: str) -> RuleText:
    catalogue = load_shipped()
    ids = catalogue.ids()
    if id not in ids:
        from gatepost.conditions import nearest_word

        near = nearest_word(id, ids)
        raise UsageError(
            f"there is no rule {id!r}", hint=f"did you mean {near!r}?" if near else "gatepost rules lists them"
        )
    rule = catalogue.rule(id)
    fix = rule.fix
    return RuleText(
        rule.id,
        rule.title,
        rule.severity,
        rule.category,
        rule.why,
        rule.standards,
        rule.also_known_as,
        rule.references,
        rule.settings,
        str(fix["safety"]) if fix else "",
        str(fix.get("why", "")) if fix else "",
        str(rule.plain.get("no_fix", "")),
        str(rule.plain["applies_to"]),
        _examples(rule),
    )


def _examples(rule: Rule) -> list[Example]:
    cases = read_cases(rule.id)
    if cases is None:
        cases = rule.plain.get("cases", ())
    return [
        Example(dialect, str(case[dialect]), str(case.get("fixed", "")), str(case.get("name", "")))
        for case in cases
        for dialect in _DIALECTS
        if dialect in case and "# finding" in str(case[dialect])
    ]


def _finding(fingerprint: str, path: str, policy: str | None, view: View) -> str:
    verdict = _read_verdict(path)
    findings = cast("Sequence[Mapping[str, Any]]", verdict["findings"])
    found = [finding for finding in findings if str(finding.get("fingerprint", "")).startswith(fingerprint)]
    if not found:
        raise UsageError(f"{path} has no finding with the fingerprint {fingerprint}")
    if len(found) > 1:
        raise UsageError(f"{len(found)} findings begin with {fingerprint}", hint="give more of the fingerprint")
    return explain_finding(found[0], _trace(found[0], policy), view)


def _read_verdict(path: str) -> Mapping[str, Any]:
    try:
        with open(path, encoding="utf-8") as file:
            verdict = json.load(file)
    except OSError as error:
        raise UsageError(f"{path!r} cannot be read: {(error.strerror or '').lower()}") from None
    except (ValueError, RecursionError):
        raise UsageError(
            f"{path!r} is not a json report", hint="write one: gatepost check --format json=verdict.json"
        ) from None
    if not isinstance(verdict, dict) or not isinstance(cast("dict[str, Any]", verdict).get("findings"), list):
        raise UsageError(
            f"{path!r} is not a verdict of Gatepost", hint="write one: gatepost check --format json=verdict.json"
        )
    return cast("Mapping[str, Any]", verdict)


def _trace(finding: Mapping[str, Any], policy_file: str | None) -> list[TraceLine]:
    """Return how the policy's lines answer to the finding, up to the one that matches."""
    from gatepost.gate.asking import Lines
    from gatepost.gate.facts import GivenFacts
    from gatepost.pipeline.policies import POLICY_FILE, load_file

    policy = load_file(policy_file or (POLICY_FILE if os.path.isfile(POLICY_FILE) else "recommended"), None)
    context = cast("Mapping[str, Any]", finding.get("context") or {})
    named = cast("Sequence[Mapping[str, Any]]", context.get("environments") or [{"name": "unknown"}])
    lines = Lines(policy, today_of(None))
    facts = GivenFacts(_facts(finding, context))
    traces = [list(lines.explain("finding", facts, str(one["name"]))) for one in named]
    # The strictest environment is the one that counts; its trace ends in the line that decided.
    decided = str(cast("Mapping[str, Any]", finding.get("decision") or {}).get("because") or "")
    best = next((trace for trace in traces if trace and trace[-1].line.name in decided), traces[0])
    answers = {"match": True, "no match": False, "not known": None}
    return [TraceLine(step.line.name, answers[step.outcome], step.line.decide, step.why) for step in best]


def _facts(finding: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """Return a finding of the json report as the facts that a policy's condition asks for; null is not known."""
    names = ("severity", "rule", "category", "subject", "path", "resource", "confidence", "cwe")
    facts: dict[str, Any] = {name: finding[name] for name in names if finding.get(name) is not None}
    facts["id"] = list(cast("Sequence[str]", finding.get("ids") or ()))
    detectors = cast("Sequence[Mapping[str, Any]]", finding.get("detectors") or ())
    facts["tool"] = [detector["tool"] for detector in detectors]
    owners = cast("Sequence[Mapping[str, Any]] | None", context.get("owners"))
    facts["owner"] = None if owners is None else [owner["name"] for owner in owners]
    guessed = cast("Sequence[Mapping[str, Any]]", context.get("guessed_owners") or ())
    facts["guessed_owner"] = [owner["name"] for owner in guessed]
    facts["owners_disagree"] = bool(context.get("owners_disagree"))
    facts["is_new"] = True if context.get("is_new") is None else context["is_new"]
    package = cast("Mapping[str, Any]", finding.get("package") or {})
    facts["fix_available"] = bool(finding.get("fixes") or package.get("fixed_versions"))
    facts["suppressed"] = bool(finding.get("suppressions"))
    exploitation = dict(cast("Mapping[str, Any]", context.get("exploitability") or {}))
    exploitation["cvss"] = cast("Mapping[str, Any]", finding.get("cvss") or {}).get("score")
    # Of what is no vulnerability there is nothing to know.
    vulnerability = bool(package or facts["id"])
    facts.update({name: value for name, value in exploitation.items() if vulnerability or value is not None})
    facts.update({f"package.{name}": value for name, value in package.items() if isinstance(value, str)})
    return {"undecided": False, "problem": False, **facts}
