"""Says how a case differs and what the rule saw there, as one would tell a colleague; never runs a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from gatepost.model.values import Value
from gatepost.rules.judge import EVERY, bases, elements, settings_of
from gatepost.rules.judgements import Judged
from gatepost.rules.placeholders import shown
from gatepost.rules.rule import Rule
from gatepost.rules.subjects import Subject

Places = Mapping[tuple[str, int], str]
_MOST_SUBJECTS = 3
_MOST_ATTRIBUTES = 8
_OF_ALL = ("any", "all", "not")


def where_they_differ(expected: Places, found: Places, texts: Mapping[str, str]) -> list[str]:
    """Return lines on where the marks and the judgements differ; what is found at another place is told as one."""
    missing = [place for place in sorted(expected) if found.get(place) != expected[place]]
    extra = [place for place in sorted(found) if expected.get(place) != found[place]]
    told: list[str] = []
    for place in missing:
        word = _word(expected[place])
        here = found.get(place)
        if here is not None:
            told.append(f"line {place[1]}: it is marked as {word}, and is {_word(here)}")
            extra = [one for one in extra if one != place]
        else:
            other = next((one for one in extra if one[0] == place[0] and found[one] == expected[place]), None)
            if other is not None:
                extra.remove(other)
                told += [f"line {place[1]}: {word} is marked here, and stands at line {other[1]}:", _line(texts, other)]
                told.append("    move the mark there, or see `points_at` of the rule")
                continue
            told.append(f"line {place[1]}: {word} is marked here, and the rule is silent")
        told.append(_line(texts, place))
    for place in extra:
        told += [
            f"line {place[1]}: the rule has {_word(found[place])} here, and nothing is marked",
            _line(texts, place),
        ]
    return told


def _word(state: str) -> str:
    return "a finding" if state == "finding" else state


def _line(texts: Mapping[str, str], place: tuple[str, int]) -> str:
    lines = texts.get(place[0], "").splitlines()
    return f"    {lines[place[1] - 1].strip()}" if 0 < place[1] <= len(lines) else ""


def what_it_saw(rule: Rule, judged: Judged) -> list[str]:
    """Return lines on what a rule looked at in a case: which of its conditions hold there, and what attributes read."""
    subjects = list(_subjects(rule, judged))
    if not subjects:
        text = str(rule.plain["applies_to"])
        return [f"the rule looks at {text}, and there is none in this text"] if not _is_every(rule) else []
    told: list[str] = []
    for subject in subjects[:_MOST_SUBJECTS]:
        told += _about(rule, subject, settings_of(rule, judged))
    if len(subjects) > _MOST_SUBJECTS:
        told.append(f"… and at {len(subjects) - _MOST_SUBJECTS} more")
    return told


def _is_every(rule: Rule) -> bool:
    return not rule.applies.type and rule.applies.concept is None


def _subjects(rule: Rule, judged: Judged) -> Iterator[Subject]:
    for id, type, key in judged.units:
        resource = judged.world.resource(type, key) if id == rule.id and type != EVERY else None
        if resource is not None:
            for base in bases(judged.world, rule, resource):
                yield from elements(base, rule.applies.lists)


def _about(rule: Rule, subject: Subject, settings: Mapping[str, Any]) -> list[str]:
    when, condition, _ = rule.conditions
    name = ".".join(part for part in (subject.resource.address, subject.label) if part)
    if when is not None:
        holds = when.answer(subject.get, settings)[0]
        if holds is not True:
            answer = "does not hold" if holds is False else "cannot be decided"
            return [f"at {name} `when` {answer}:", *_reads(rule.plain["when"], subject)]
    word = "require" if rule.requires else "forbid"
    holds = condition.answer(subject.get, settings)[0]
    answer = {True: "holds", False: "does not hold"}.get(cast("bool", holds), "cannot be decided")
    return [f"at {name} `{word}` {answer}:", *_reads(rule.plain[word], subject)]


def _reads(condition: Mapping[str, Any], subject: Subject) -> list[str]:
    told: list[str] = []
    for name, test in _tests(condition):
        if len(told) == _MOST_ATTRIBUTES:
            told.append("    …")
            break
        try:
            value = subject.get(name)
        except (KeyError, ValueError):
            continue
        got = flow(value.literal) if value is not None and isinstance(value.literal, bool) else spelled(value)
        told.append(f"    {name}: {flow(test)}  reads {got}")
    return told


def _tests(condition: Any) -> Iterator[tuple[str, Any]]:
    """Yield the attributes that a condition asks the subject itself for, with their tests."""
    if isinstance(condition, list):
        for one in cast("list[Any]", condition):
            yield from _tests(one)
    elif isinstance(condition, Mapping):
        for name, test in cast("Mapping[str, Any]", condition).items():
            if name in _OF_ALL:
                yield from _tests(test)
            else:
                yield name, test


def flow(plain: Any) -> str:
    """Return plain data as it would be written in a rule, in one line."""
    if isinstance(plain, Mapping):
        return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in cast("Mapping[str, Any]", plain).items()) + "}"
    if isinstance(plain, list):
        return "[" + ", ".join(flow(one) for one in cast("list[Any]", plain)) + "]"
    return (
        {True: "true", False: "false", None: "null"}[plain]
        if plain is None or plain is True or plain is False
        else str(plain)
    )


_DEEPEST = 3  # instructions of a Dockerfile name one another without end


def spelled(value: Value | None, depth: int = 0) -> str:
    """Return a value as a person would write it down, for the result of a case."""
    if value is None:
        return "nothing"
    if value.unknown is not None:
        return f"unknown ({value.unknown.why})"
    if depth > _DEEPEST and (value.is_list or value.is_map):
        return "[…]" if value.is_list else "{…}"
    if value.is_list:
        inner = ", ".join(spelled(one, depth + 1) for one in value.literal)
        return f"[{inner}{', …' if value.open else ''}]"
    if value.is_map:
        names = list(value.literal)
        inner = ", ".join(f"{key}: {spelled(value.literal.get(key), depth + 1)}" for key in names[:12])
        return "{" + inner + "}"
    if isinstance(value.literal, str | int | float | bool):
        return repr(value.literal)
    return shown(value._replace(span=None))
