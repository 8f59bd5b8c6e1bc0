"""Words of `gatepost explain` for a rule: why, standards, an example of each language; never reads a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatepost.model.records import NamedTuple
from gatepost.model.shared_settings import VOCABULARY
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
    audience: str = "regular"
    confidence: str = "high"


def explain_rule(rule: RuleText, view: View) -> str:
    """Return what a rule is about: why, standards, other names, an example of each language and its fix."""
    page = Page(view)
    colours: dict[str, str] = {**SEVERITY_COLOURS}
    page.add(page.paint(plain(rule.id), BOLD))
    page.wrapped("", rule.title, 0)
    page.blank()
    _row(page, "severity", rule.severity, colours.get(rule.severity, ""))
    _row(page, "category", rule.category)
    if rule.confidence != "high":
        _row(page, "confidence", f"{rule.confidence}: whether it matters may depend on what files do not show")
    if rule.audience != "regular":
        _row(page, "audience", f"{rule.audience}: judged where the policy says so")
    _row(page, "applies to", rule.applies_to)
    _row(page, "why", rule.why)
    for name, parts in sorted(rule.standards.items()):
        _row(page, name if len(name) < _LABEL else "standard", ", ".join(map(str, parts)), lead=name)
    _row(page, "also called", ", ".join(rule.also_known_as))
    for address in rule.references:
        _row(page, "read", address)
    for name, value in rule.settings.items():
        meaning = VOCABULARY.get(name)
        what = f"{meaning.what}; " if meaning is not None else ""
        told = "not set: give it in the policy, under settings, and the fix is offered" if value is None else str(value)
        _row(page, "setting", f"{name}: {what}{told}")
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
