"""Proposes what would mend a finding, as changes that are still to be proved; never writes text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.model.changes import Change, Remove, RemoveResource, Safety
from gatepost.model.problems import CannotWrite
from gatepost.model.records import NamedTuple
from gatepost.rules.judge import settings_of
from gatepost.rules.judgements import Judged, Judgement
from gatepost.rules.merging import merged
from gatepost.rules.placeholders import NoValue, filled
from gatepost.rules.places import as_text
from gatepost.rules.writing import add, remove, write


class Proposal(NamedTuple):
    """Changes that are meant to mend one finding."""

    title: str
    changes: tuple[Change, ...]
    safety: Safety
    why_unsafe: str


class NoFix(NamedTuple):
    """Why there are no changes; `advice` is the shape of the fix, where a value only is missing."""

    reason: str
    advice: str = ""


def propose(judgement: Judgement, judged: Judged) -> Proposal | NoFix:
    """Return the fix of a violated judgement, not yet proved, or why there is none."""
    rule, subject = judgement.rule, judgement.subject
    fix = rule.fix
    if fix is None:
        return NoFix(rule.plain.get("no_fix", "the rule knows no fix"))
    settings = settings_of(rule, judged)
    try:
        changes: list[Change] = []
        for name, plain in fix.get("set", {}).items():
            changes += write(subject, name, filled(plain, subject, settings))
        for name, plain in fix.get("add", {}).items():
            changes += add(subject, name, filled(plain, subject, settings))
        for name in _listed(fix.get("remove")):
            changes += _removed(judgement) if name == "this" else remove(subject, name)
    except NoValue as missing:
        setting = str(missing)
        from gatepost.model.shared_settings import is_shared, lacking, lacking_for

        shared = is_shared(setting, rule.settings.get(setting))
        return NoFix(lacking(setting) if shared else lacking_for(setting, rule.id), shape(fix))
    except CannotWrite as error:
        return NoFix(str(error), shape(fix))
    return Proposal(title_of(judgement, fix, settings), tuple(merged(changes)), fix["safety"], str(fix.get("why", "")))


def _listed(names: Any) -> list[str]:
    return [] if names is None else [names] if isinstance(names, str) else names


def _removed(judgement: Judgement) -> list[Change]:
    subject = judgement.subject
    if not subject.resource.editable:
        raise CannotWrite("it lies in a module that is not written in this repository")
    if not subject.label or subject.container.span is None or subject.resource.body is subject.container:
        return [RemoveResource(subject.resource)]
    parent = subject.parent
    if parent is None:
        raise CannotWrite("the element stands alone and cannot be removed by itself")
    last, _, position = subject.label.removeprefix(parent.label).lstrip(".").rpartition(".")
    if not position.isdigit():
        return [RemoveResource(subject.resource)]
    steps = tuple(int(step) if step.isdigit() else step for step in last.split("."))
    return [Remove(parent.container, (*parent.prefix, *steps, int(position)))]


def title_of(judgement: Judgement, fix: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Return what the fix does, in one line."""
    if "title" in fix:
        return fix["title"]
    parts: list[str] = []
    for name, plain in fix.get("set", {}).items():
        parts.append(f"set {name} to {_words(filled(plain, judgement.subject, settings))}")
    parts += [f"add to {name}" for name in fix.get("add", {})]
    parts += [f"remove {'it' if name == 'this' else name}" for name in _listed(fix.get("remove"))]
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _words(plain: Any) -> str:
    if isinstance(plain, list):
        return ", ".join(_words(one) for one in plain)  # pyright: ignore[reportUnknownVariableType]
    if isinstance(plain, Mapping):
        return ", ".join(f"{key} {_words(value)}" for key, value in plain.items())  # pyright: ignore[reportUnknownVariableType]
    return as_text(plain)


def shape(fix: Mapping[str, Any]) -> str:
    """Return the shape of a fix in words, for a person to fill in."""
    parts = [f"set {name} to {_shape(plain)}" for name, plain in fix.get("set", {}).items()]
    parts += [f"add to {name}: {_shape(plain)}" for name, plain in fix.get("add", {}).items()]
    parts += [f"remove {'it' if name == 'this' else name}" for name in _listed(fix.get("remove"))]
    return "; ".join(parts)


def _shape(plain: Any) -> str:
    return _words(plain).replace("${", "<").replace("}", ">")
