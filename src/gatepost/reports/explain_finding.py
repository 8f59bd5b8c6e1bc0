"""Words of `gatepost explain` for one decision: facts with evidence, lines, waivers, budgets; never decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gatepost.model.records import NamedTuple
from gatepost.reports.layout import BOLD, DIM, SEVERITY_COLOURS, Page
from gatepost.reports.safe_text import plain
from gatepost.reports.view import View

_LABEL = 13


class TraceLine(NamedTuple):
    """One line of the policy put to a finding: matched, not matched, or (None) not known and why; or not asked."""

    name: str
    matched: bool | None
    decide: str
    reason: str = ""
    asked: bool = True


class Answer(NamedTuple):
    """What one policy answers, in the environment that counts: its lines in their order, and what else speaks.

    `waivers` and `budgets` are sentences. `severity` is the policy's own where it differs from the finding's.
    """

    policy: str
    environment: str
    lines: Sequence[TraceLine]
    waivers: Sequence[str] = ()
    budgets: Sequence[str] = ()
    severity: str = ""


def explain_finding(finding: Mapping[str, Any], answers: Sequence[Answer], view: View) -> str:
    """Return why one finding or undecided rule (as the json report has it) is decided as it is.

    `shared`, beside what the report has of it, is its group. `answers` are those of the policies that decide; empty
    when none is known.
    """
    page = Page(view)
    region, decision = finding["region"], cast("Mapping[str, Any]", finding.get("decision") or {})
    short = str(finding.get("fingerprint") or "")[:8]
    page.wrapped(
        f"{page.paint(short, BOLD)}{'  ' if short else ''}",
        f"{finding['rule']}  {finding['path']}:{region['start_line']}",
        len(short) + 2 if short else 0,
    )
    colours: dict[str, str] = {**SEVERITY_COLOURS}
    severity = str(finding["severity"])
    page.wrapped(" " * (len(short) + 2), f"{finding['title']} ({severity})", len(short) + 2, colours.get(severity, ""))
    _context(page, finding)
    for answer in answers:
        page.blank()
        if len(answers) > 1 or answer.severity:
            judged = f", as {answer.severity}" if answer.severity else ""
            page.wrapped("", f"{answer.policy} in {answer.environment}{judged}", 0, BOLD)
        _trace(page, answer.lines)
        for told in answer.waivers:
            _row(page, "waiver", told)
        for told in answer.budgets:
            _row(page, "budget", told)
    if not answers:
        page.blank()
    _decided(page, decision, any(answer.lines for answer in answers))
    return page.body()


def _context(page: Page, finding: Mapping[str, Any]) -> None:
    context = cast("Mapping[str, Any]", finding.get("context") or {})
    _facts(page, "environment", context.get("environments"), "not known")
    _facts(page, "owner", context.get("owners"), "nobody known")
    if context.get("guessed_owners"):
        _facts(page, "perhaps", context["guessed_owners"], "")
    if context.get("owners_disagree"):
        _row(page, "", "the sources name different owners; the first counts first")
    if context.get("projects"):
        _facts(page, "project", context["projects"], "")
    known: dict[object, str] = {
        True: "yes, the base of the change does not have it",
        False: "no, it was there before",
    }
    _row(page, "new", known.get(context.get("is_new"), "not known, counts as new"))
    if context.get("touched") is not None:
        words: dict[object, str] = {True: "the change wrote the line", False: "the change did not write the line"}
        why = ", and is why it reads as it does" if context.get("affected") is True else ""
        _row(page, "touched", words.get(context.get("touched"), "") + why)
    _times(page, context, cast("Mapping[str, Any]", finding.get("decision") or {}))
    _row(page, "exploited", _exploited(cast("Mapping[str, Any]", context.get("exploitability") or {})))
    fixes = cast("Sequence[Mapping[str, Any]]", finding.get("fixes") or ())
    _row(page, "fix", f"{fixes[0].get('proof')}, {fixes[0].get('safety')}" if fixes else "")
    _row(page, "cause", str(context.get("root_cause") or ""))
    shared = cast("Mapping[str, Any]", finding.get("shared") or {})
    if isinstance(shared.get("count"), int) and shared["count"] > 1:
        _row(
            page, "group", f"{shared['count']} findings have this cause; the strictest of them: {shared.get('action')}"
        )
    _row(page, "mend", str(finding.get("mend") or ""))
    _row(page, "routes", ", ".join(map(str, cast("Sequence[object]", finding.get("routes") or ()))))
    for step in cast("list[Mapping[str, Any]]", finding.get("origins") or []):
        where = f"{step['path']}:{step['region']['start_line']}  " if step.get("path") and step.get("region") else ""
        _row(page, "set by", where + str(step.get("text") or step.get("what") or ""))
    for reason in cast("Sequence[str]", finding.get("because") or ()):
        _row(page, "lacks", reason)


def _times(page: Page, context: Mapping[str, Any], decision: Mapping[str, Any]) -> None:
    age = cast("Mapping[str, Any]", context.get("age") or {})
    _row(page, "age", f"{age['days']} days, since {age['since']} ({age['how']})" if age else "not known")
    past = {True: ", past", False: "", None: ""}[cast("bool | None", decision.get("overdue"))]
    how = str(decision.get("due_how") or "")
    _row(page, "due", f"{decision['due']}{past} ({how})" if decision.get("due") else how)


def _row(page: Page, label: str, text: str) -> None:
    if text:
        page.wrapped(page.paint(f"{label:<{_LABEL}}", DIM), text, _LABEL)


def _facts(page: Page, label: str, facts: list[Mapping[str, str]] | None, none: str) -> None:
    if not facts:
        _row(page, label, none)
    for fact in facts or []:
        sure = fact.get("confidence") or "high"
        how = f"{fact.get('how') or ''}{'' if sure == 'high' else f'; {sure}'}"
        page.wrapped(page.paint(f"{label:<{_LABEL}}", DIM), f"{fact['name']:<13} {how}", _LABEL)


def _exploited(known: Mapping[str, Any]) -> str:
    words: dict[object, str] = {True: "known to be exploited", False: "not known to be exploited"}
    told = _by(words.get(known.get("known_exploited"), ""), known.get("exploited_by"))
    epss = known.get("epss")
    score = _by(f"EPSS {epss:.1%}" if isinstance(epss, float) else "", known.get("epss_by"))
    shown: dict[object, str] = {True: "shown to be usable", False: "shown not to be usable"}
    reached: dict[object, str] = {True: "reachable", False: "not reachable"}
    more = (shown.get(known.get("validated"), ""), reached.get(known.get("reachable"), ""))
    return ", ".join(part for part in (told, score, *more) if part) or "not known for this finding"


def _by(told: str, who: object) -> str:
    return f"{told} ({who})" if told and who else told


def _trace(page: Page, trace: Sequence[TraceLine]) -> None:
    widest = min(max((len(plain(line.name)) for line in trace), default=0), 40)
    number_width = len(str(len(trace)))
    arrow = "→" if page.view.unicode else "->"
    for number, line in enumerate(trace, start=1):
        name = plain(line.name)
        name = name if len(name) <= widest else name[: widest - 1] + ("…" if page.view.unicode else ".")
        told = {True: f"match {arrow} {line.decide}", False: "no match", None: "not known"}[line.matched]
        told += f": {line.reason}" if line.reason and not line.matched else ""
        told = told if line.asked else "not asked"
        colour = BOLD if line.matched else "" if line.asked else DIM
        page.wrapped(f"{number:>{number_width}}  {name:<{widest}}  ", told, widest + number_width + 4, colour)


def _decided(page: Page, decision: Mapping[str, Any], traced: bool) -> None:
    if not decision:
        return
    because = decision.get("because")
    if not traced or not because:
        told = f'"{because}"' if because else "no line of the policy matches"
        _row(page, str(decision["action"]), told)
    waiver = cast("Mapping[str, Any] | None", decision.get("waiver"))
    if waiver:
        _row(page, "waived", f"until {waiver['until']} by {waiver['by']}: {waiver['why']}")
    for note in cast("list[str]", decision.get("notes") or []):
        _row(page, "note", note)
