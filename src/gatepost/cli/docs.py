"""`gatepost docs`: writes a page for every rule and an index that can be searched; never judges."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import click

from gatepost.model.problems import UsageError
from gatepost.model.shared_settings import VOCABULARY, form_of, is_shared
from gatepost.pipeline.own_rules import with_own_rules
from gatepost.reports.rule_page import RuleExample, RulePage, RuleSetting, Standard
from gatepost.reports.rule_site import pages
from gatepost.reports.standards import frameworks
from gatepost.rules.catalogue import load_shipped
from gatepost.rules.proposals import shape
from gatepost.rules.rule import Rule
from gatepost.rules.shipped_cases import shipped_cases
from gatepost.testing.examples import examples
from gatepost.testing.telling import flow

_OURS = "· Gatepost</title>"
_LANGUAGES = ("terraform", "cloudformation", "dockerfile")


@click.command("docs")
@click.argument("folder", metavar="FOLDER")
@click.option("--rules", multiple=True, metavar="FOLDER", help="Your own rules, too: a folder with `rules` in it.")
def command(folder: str, rules: Sequence[str]) -> int:
    """Write a page for every rule and an index that can be searched, as files that need no server.

    \b
    gatepost docs site
    gatepost docs site --rules policies
    """
    catalogue = with_own_rules(load_shipped(), rules)
    cases = shipped_cases()
    listed = [_page(rule, cases) for rule in catalogue.rules()]
    standards = {one.key: Standard(one.name, one.controls) for one in frameworks()}
    _require_ours(folder)
    written: set[str] = set()
    for path, text in pages(listed, standards):
        _write(os.path.join(folder, *path.split("/")), text)
        written.add(path)
    gone = _without_stale(folder, written)
    told = f", {gone} of rules that are gone removed" if gone else ""
    click.echo(f"wrote {len(written)} pages{told}; open {os.path.join(folder, 'index.html')}")
    return 0


def _page(rule: Rule, cases: Mapping[str, Sequence[Mapping[str, Any]]]) -> RulePage:
    types = rule.types()
    fix = rule.fix
    return RulePage(
        rule.id,
        rule.title,
        rule.severity,
        rule.confidence,
        rule.audience,
        rule.category,
        str(rule.plain["applies_to"]),
        {language: sorted(types[language]) for language in _LANGUAGES if types.get(language)},
        rule.why,
        rule.standards,
        rule.also_known_as,
        rule.references,
        [_setting(rule.id, name, default) for name, default in rule.settings.items()],
        _title(fix) if fix else "",
        str(fix["safety"]) if fix else "",
        " ".join(str(fix.get("why", "")).split()) if fix else "",
        " ".join(str(rule.plain.get("no_fix", "")).split()),
        [RuleExample(*one) for one in examples(rule.plain.get("cases") or cases.get(rule.id, ()))],
        _asks(rule.plain),
    )


def _asks(plain: Mapping[str, Any]) -> str:
    """Return the conditions of a rule, a line for each attribute that they begin with."""
    lines: list[str] = []
    for word in ("when", "require", "forbid"):
        if word in plain:
            lines.append(f"{word}:")
            for name, test in plain[word].items():
                if name == "any":
                    lines += ["  any:", *(f"    - {flow(one)}" for one in test)]
                else:
                    lines.append(f"  {name}: {flow(test)}")
    return "\n".join(lines)


def _title(fix: Mapping[str, Any]) -> str:
    text = str(fix.get("title") or shape(fix))
    return text[:1].upper() + text[1:]


def _setting(id: str, name: str, default: object) -> RuleSetting:
    meaning, form = VOCABULARY.get(name), form_of(name, id.partition("/")[0])
    what = meaning.what if meaning is not None else ""
    return RuleSetting(name, default, what, form.example if form else "", is_shared(name, default))


def _require_ours(folder: str) -> None:
    """Raise `UsageError` for a folder in which there is something, and no site of an earlier run."""
    try:
        if not os.path.exists(folder) or not os.listdir(folder):
            return
        with open(os.path.join(folder, "index.html"), encoding="utf-8") as file:
            if _OURS in file.read(4000):
                return
    except (OSError, UnicodeDecodeError):
        pass
    raise UsageError(f"there is something else in {folder!r}", hint="name a folder that is empty or not there yet")


def _without_stale(folder: str, written: set[str]) -> int:
    """Remove pages of rules that are gone; returns how many."""
    gone = 0
    for directory, _, names in os.walk(os.path.join(folder, "rules")):
        for name in names:
            path = os.path.join(directory, name)
            if name.endswith(".html") and os.path.relpath(path, folder).replace(os.sep, "/") not in written:
                os.remove(path)
                gone += 1
    return gone


def _write(path: str, text: str) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {(error.strerror or '').lower()}") from None
