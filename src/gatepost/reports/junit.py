"""A verdict as JUnit XML, a test case per rule and place; never a failure for what the gate lets through."""

from __future__ import annotations

from gatepost.model.decisions import DecidedProblem, DecidedUndecided, Decision, Report, Verdict
from gatepost.reports.entries import at, lacking, rank
from gatepost.reports.safe_text import xml
from gatepost.reports.secrets import Secrets
from gatepost.reports.view import View

NAME = "junit"
MEDIA_TYPE = "application/xml"


def render(verdict: Verdict, view: View) -> Report:  # noqa: ARG001  the same for every view
    """Return the JUnit report: blocked is a failure (a problem: an error), everything else is skipped and says why."""
    enforced = verdict.mode == "enforce"
    secrets = Secrets((d.assessment.finding for d in verdict.decisions), verdict.sources)
    places: dict[tuple[str, str, tuple[int, ...], str], list[Decision]] = {}
    for decision in verdict.decisions:
        finding = decision.assessment.finding
        key = (finding.rule, finding.location.path, tuple(finding.location.region), finding.resource)
        places.setdefault(key, []).append(decision)
    cases = [_case(sorted(same, key=rank), secrets, enforced) for same in places.values()]
    cases += [_undecided(item, enforced) for item in verdict.undecided]
    cases += [_problem(item, enforced) for item in verdict.problems]
    if verdict.budgets:
        from gatepost.reports.budgets import to_junit

        cases += [to_junit(budget, enforced) for budget in verdict.budgets]
    if not cases:
        cases.append('  <testcase classname="gatepost" name="nothing found"/>')
    body = "\n".join(cases)
    counted = (("failures", "    <failure "), ("errors", "    <error "), ("skipped", "    <skipped "))
    numbers = " ".join(f'{name}="{sum(case.count(mark) for case in cases)}"' for name, mark in counted)
    head = f'<testsuite name="gatepost" tests="{len(cases)}" {numbers}>'
    suites = f'<testsuites name="gatepost" tests="{len(cases)}" {numbers}>'
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{suites}\n{head}\n{body}\n</testsuite>\n</testsuites>\n'
    return Report(NAME, MEDIA_TYPE, text)


def _testcase(path: str, name: str, line: int, inner: str) -> str:
    head = f'  <testcase classname="{_one(path)}" name="{_one(name)}" file="{_one(path)}" line="{line}">'
    return f"{head}\n    {inner}\n  </testcase>"


def _one(text: str) -> str:
    return xml(text.replace("\n", " "))


def _case(decisions: list[Decision], secrets: Secrets, enforced: bool) -> str:
    first = decisions[0]
    finding = first.assessment.finding
    region = finding.location.region
    where = f"{region.start_line}:{region.start_column}"
    name = f"{finding.rule} at {where}" + (f" {finding.resource}" if finding.resource else "")
    if first.action == "block":
        message = secrets.text(finding.title) + (f" ({len(decisions)} times)" if len(decisions) > 1 else "")
        text = "\n\n".join(_told(decision, secrets) for decision in decisions)
        inner = _blocked("failure", finding.severity, message, text, enforced)
    else:
        inner = f'<skipped message="{_one(_why_not(first))}"/>'
    return _testcase(finding.location.path, name, region.start_line, inner)


def _blocked(element: str, kind: str, message: str, text: str, enforced: bool) -> str:
    if not enforced:
        return f'<skipped message="{_one(f"would be blocked (mode observe): {message}")}"/>'
    return f'<{element} type="{_one(kind)}" message="{_one(message)}">{xml(text)}</{element}>'


def _told(decision: Decision, secrets: Secrets) -> str:
    finding, context = decision.assessment.finding, decision.assessment.context
    lines = [f"{at(finding.location)}  {finding.severity}: {finding.title}"]
    lines += [finding.message] if finding.message not in ("", finding.title) else []
    lines += [finding.why] if finding.why else []
    lines.append("environment: " + ", ".join(fact.name for fact in context.environments))
    lines += ["owner: " + ", ".join(fact.name for fact in context.owners)] if context.owners else []
    lines += [f'blocked by "{decision.because.name}"'] if decision.because else []
    lines += [f"fix: {fix.title} ({fix.proof}, {fix.safety})" for fix in finding.fixes]
    lines += [f"no fix: {finding.no_fix}"] if finding.no_fix and not finding.fixes else []
    return "\n".join(secrets.text(line).replace("\n", " ") for line in lines)


def _why_not(decision: Decision) -> str:
    title = decision.assessment.finding.title
    waiver = decision.waiver
    if waiver:
        return f"waived until {waiver.until} by {waiver.by}: {waiver.why}"
    if decision.action == "warn":
        return f"warning: {title}" + (f' ("{decision.because.name}")' if decision.because else "")
    if decision.assessment.context.is_new is False:
        return f"not new: {title}"
    return f"allowed: {title}" + (f' ("{decision.because.name}")' if decision.because else "")


def _undecided(item: DecidedUndecided, enforced: bool) -> str:
    undecided = item.undecided
    reasons = "; ".join(lacking(undecided))
    waived = f" (waived until {item.waiver.until} by {item.waiver.by}: {item.waiver.why})" if item.waiver else ""
    message = f"undecided: {undecided.title}: {reasons}{waived}"
    if item.action == "block":
        inner = _blocked("failure", "undecided", message, f"{at(undecided.location)}\n{reasons}", enforced)
    else:
        inner = f'<skipped message="{_one(message)}"/>'
    name = f"{undecided.rule} at {undecided.location.region.start_line}:{undecided.location.region.start_column}"
    name += f" {undecided.resource}" if undecided.resource else ""
    return _testcase(undecided.location.path, name, undecided.location.region.start_line, inner)


def _problem(item: DecidedProblem, enforced: bool) -> str:
    problem = item.problem
    line = problem.location.region.start_line
    if item.action == "block":
        inner = _blocked("error", "problem", problem.what, f"{at(problem.location)}\n{problem.hint}", enforced)
    else:
        inner = f'<skipped message="{_one(f"problem: {problem.what}: {problem.hint}")}"/>'
    return _testcase(problem.location.path or ".", f"readable at {line}: {problem.what}", line, inner)
