"""Words of `gatepost explain`: a rule with its example, or one decision of a verdict; never reads a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from gatepost.model.records import NamedTuple
from gatepost.reports.layout import BOLD, DIM, GREEN, RED, SEVERITY_COLOURS, YELLOW, Page
from gatepost.reports.safe_text import plain
from gatepost.reports.view import View

_LABEL = 13


class Example(NamedTuple):
    """A case of a rule: text in which it finds something, and the text after its fix ("" when it has none)."""

    language: str
    text: str
    fixed: str = ""
    name: str = ""


class RuleText(NamedTuple):
    """What is told about a rule. `settings` maps a name to what it is now, None where the policy has to name it."""

    id: str
    title: str
    severity: str
    category: str = ""
    why: str = ""
    standards: Mapping[str, Sequence[str]] = {}
    also_known_as: Sequence[str] = ()
    references: Sequence[str] = ()
    settings: Mapping[str, object] = {}
    safety: str = ""
    why_unsafe: str = ""
    no_fix: str = ""
    applies_to: str = ""
    examples: Sequence[Example] = ()


class TraceLine(NamedTuple):
    """One line of the policy put to a finding: matched, not matched, or (None) not known and why."""

    name: str
    matched: bool | None
    decide: str
    reason: str = ""


def explain_rule(rule: RuleText, view: View) -> str:
    """Return what a rule is about: why, standards, other names, an example of each language and its fix."""
    page = Page(view)
    colours: dict[str, str] = {**SEVERITY_COLOURS}
    page.add(page.paint(plain(rule.id), BOLD))
    page.wrapped("", rule.title, 0)
    page.blank()
    _row(page, "severity", rule.severity, colours.get(rule.severity, ""))
    _row(page, "category", rule.category)
    _row(page, "applies to", rule.applies_to)
    _row(page, "why", rule.why)
    for name, parts in sorted(rule.standards.items()):
        _row(page, name if len(name) < _LABEL else "standard", ", ".join(map(str, parts)), lead=name)
    _row(page, "also called", ", ".join(rule.also_known_as))
    for address in rule.references:
        _row(page, "read", address)
    for name, value in rule.settings.items():
        told = "not set: name it in the policy, and the fix is offered" if value is None else str(value)
        _row(page, "setting", f"{name}: {told}")
    if rule.safety:
        _row(page, "fix", rule.safety + (f": {rule.why_unsafe}" if rule.why_unsafe else ""))
    _row(page, "no fix", rule.no_fix)
    for example in rule.examples if view.verbose else _one_of_each(rule.examples):
        _example(page, example)
    return page.body()


def _one_of_each(examples: Sequence[Example]) -> list[Example]:
    """Return the first example of each language, one that shows its fix if there is any."""
    chosen: dict[str, Example] = {}
    for example in examples:
        known = chosen.get(example.language)
        if known is None or (example.fixed and not known.fixed):
            chosen[example.language] = example
    return list(chosen.values())


def _row(page: Page, label: str, text: str, colour: str = "", lead: str = "") -> None:
    if text:
        told = f"{lead} {text}" if lead and lead != label else text
        page.wrapped(page.paint(f"{label:<{_LABEL}}", DIM), told, _LABEL, colour)


def _example(page: Page, example: Example) -> None:
    page.blank()
    name = f": {plain(example.name)}" if example.name else ""
    page.add(page.paint(f"found in {plain(example.language)}{name}", BOLD))
    old, new = example.text.rstrip("\n").split("\n"), example.fixed.rstrip("\n").split("\n")
    for line in old:
        marked = line.strip().startswith(("# finding", "// finding"))
        page.add("    " + page.paint(plain_line(line), YELLOW if marked else ""))
    if not example.fixed:
        return
    page.blank()
    page.add(page.paint("fixed", BOLD))
    for mark, line in _differences([line for line in old if line.strip() != "# finding"], new):
        colour = {"+": GREEN, "-": RED}.get(mark, "")
        page.add("  " + page.paint(f"{mark} {plain_line(line)}".rstrip(), colour))


def plain_line(line: str) -> str:
    """Return a source line with its indentation, safe to print."""
    body = line.lstrip(" \t")
    return line[: len(line) - len(body)].replace("\t", "    ") + plain(body)


def _differences(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    from difflib import ndiff

    return [(line[0], line[2:]) for line in ndiff(old, new) if line[0] != "?"]


def explain_finding(finding: Mapping[str, Any], trace: Sequence[TraceLine], view: View) -> str:
    """Return why one finding (as the json report has it) is decided as it is.

    `trace` are the lines of the policy in their order, up to the one that matched; empty when the policy is not known.
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
    context = cast("Mapping[str, Any]", finding.get("context") or {})
    _facts(page, "environment", context.get("environments"), "not known")
    _facts(page, "owner", context.get("owners"), "nobody known")
    if context.get("guessed_owners"):
        _facts(page, "perhaps", context["guessed_owners"], "")
    if context.get("owners_disagree"):
        _row(page, "", "the sources name different owners; the first counts first")
    known: dict[object, str] = {True: "yes", False: "no, it was there before"}
    _row(page, "new", known.get(context.get("is_new"), "not known, counts as new"))
    _row(page, "exploited", _exploited(cast("Mapping[str, Any]", context.get("exploitability") or {})))
    _row(page, "cause", str(context.get("root_cause") or ""))
    for step in cast("list[Mapping[str, Any]]", finding.get("origins") or []):
        where = f"{step['path']}:{step['region']['start_line']}  " if step.get("path") and step.get("region") else ""
        _row(page, "set by", where + str(step.get("text") or step.get("what") or ""))
    page.blank()
    _trace(page, trace)
    _decided(page, decision, bool(trace))
    return page.body()


def _facts(page: Page, label: str, facts: list[Mapping[str, str]] | None, none: str) -> None:
    if not facts:
        _row(page, label, none)
    for fact in facts or []:
        page.wrapped(page.paint(f"{label:<{_LABEL}}", DIM), f"{fact['name']:<13} {fact.get('how') or ''}", _LABEL)


def _exploited(known: Mapping[str, Any]) -> str:
    words: dict[object, str] = {True: "known to be exploited", False: "not known to be exploited"}
    told = words.get(known.get("known_exploited"), "")
    epss = known.get("epss")
    score = f"EPSS {epss:.1%}" if isinstance(epss, float) else ""
    return ", ".join(part for part in (told, score) if part) or "not known for this finding"


def _trace(page: Page, trace: Sequence[TraceLine]) -> None:
    widest = min(max((len(plain(line.name)) for line in trace), default=0), 40)
    number_width = len(str(len(trace)))
    arrow = "→" if page.view.unicode else "->"
    for number, line in enumerate(trace, start=1):
        name = plain(line.name)
        name = name if len(name) <= widest else name[: widest - 1] + ("…" if page.view.unicode else ".")
        told = {True: f"match {arrow} {line.decide}", False: "no match", None: "not known"}[line.matched]
        told += f": {line.reason}" if line.reason and not line.matched else ""
        colour = BOLD if line.matched else ""
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


def matching(report: Mapping[str, Any], fingerprint: str) -> list[Mapping[str, Any]]:
    """Return the findings of a json report whose fingerprint begins with some characters."""
    found = cast("list[Mapping[str, Any]]", report.get("findings") or [])
    return [one for one in found if fingerprint and str(one.get("fingerprint") or "").startswith(fingerprint)]
