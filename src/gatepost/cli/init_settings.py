"""The settings of a first policy: found in the repository, asked for on a terminal, written; never made up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

import click

from gatepost.model.shared_settings import VOCABULARY, fits, form_of
from gatepost.pipeline.finding_settings import Wanted
from gatepost.reports.safe_text import plain

_PLAIN = re.compile(r"(?!\d+\Z)[A-Za-z0-9_/][\w./-]*\Z", re.ASCII)
# What is given: (name, provider) → values as texts.
Given = Mapping[tuple[str, str], Sequence[str]]


def ask(wanted: Iterable[Wanted]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Ask for each setting on the terminal; what is left empty is not given."""
    listed = list(wanted)
    if listed:
        click.echo("What fixes need and nobody can know; Enter takes what stands in [ ], - leaves it out.")
    return {(one.name, one.provider): values for one in listed if (values := _asked(one))}


def _asked(one: Wanted) -> tuple[str, ...]:
    meaning = VOCABULARY[one.name]
    form = form_of(one.name, one.provider)
    example = f", as in {form.example}" if form is not None else ""
    count = len(one.rules)
    click.echo(f"\n{one.name}: {meaning.what}{example}  ({count} {'rule takes' if count == 1 else 'rules take'} it)")
    for use in one.uses[:3]:
        click.echo(f"  {_seen(use.text, use.made, use.times, use.places)}")
    while True:
        answer = click.prompt(one.name, default=", ".join(one.chosen) or "-", prompt_suffix=": ").strip()
        if answer in ("", "-"):
            return ()
        values = tuple(part.strip() for part in answer.split(",")) if meaning.sort == "texts" else (answer,)
        if all(value and fits(one.name, one.provider, value) for value in values):
            return values
        click.echo(f"  that is no {one.name}{example}")


def section(wanted: Sequence[Wanted], given: Given) -> str:
    """Return the section `settings` of a policy: lines for what is given, comments for what is not."""
    if not wanted:
        return ""
    active: list[str] = []
    below: dict[str, list[str]] = {}
    told: list[str] = []
    flat = {name for name, provider in given if not provider}
    for one in wanted:
        values = given.get((one.name, one.provider))
        if values:
            line = f"{one.name}: {_written(one.name, values)}"
            seen = [use for use in one.uses if use.text in values]
            comment = f"# {_where(seen[0].times, seen[0].places)}" if seen else ""
            if one.name in flat and one.provider:
                below.setdefault(one.provider, []).append(_line(f"    {line}", comment))
            else:
                flat.add(one.name)
                active.append(_line(f"  {line}", comment))
        else:
            told += _comments(one)
    for provider, lines in below.items():
        active += [f"  {provider}:", *lines]
    head = "settings:                            # what fixes need and no rule can know; docs/settings.md"
    if not active:
        head = "# " + head
    return "\n".join(["", head, *active, *told]) + "\n"


def _comments(one: Wanted) -> list[str]:
    """Return the comment for a setting that is not given: how it is written, and what was seen."""
    form = form_of(one.name, one.provider)
    known = [use.text for use in one.uses if not use.made]
    example = known[0] if known else form.example if form is not None else "…"
    many = len(one.rules)
    about = f"{VOCABULARY[one.name].what}; {many} {'rule takes' if many == 1 else 'rules take'} it"
    lines = [f"#   {one.name}: {_written(one.name, [example])}", f"#     {about}"]
    lines += [f"#     {_seen(use.text, use.made, use.times, use.places)}" for use in one.uses[:3]]
    return lines


def _seen(text: str, made: bool, count: int, places: Sequence[str]) -> str:
    told = f"{plain(text)} {_where(count, places)}"
    return told + (": what it is called is known when it is made" if made else "")


def _where(count: int, places: Sequence[str]) -> str:
    shown = ", ".join(plain(place) for place in places)
    more = f" and {count - len(places)} more" if count > len(places) else ""
    return f"is used at {shown}{more}"


def _line(text: str, comment: str) -> str:
    return f"{text:<36} {comment}".rstrip() if comment else text


def _written(name: str, values: Sequence[str]) -> str:
    sort = VOCABULARY[name].sort
    if sort == "texts":
        return f"[{', '.join(_scalar(value) for value in values)}]"
    return values[0] if sort == "number" else _scalar(values[0])


def _scalar(text: str) -> str:
    return text if _PLAIN.match(text) else json.dumps(text, ensure_ascii=True)
