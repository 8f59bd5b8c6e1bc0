"""What is left of a template that cannot be read whole: entries without the broken ones; never a guess at those.

A broken entry (a resource, a parameter …) is overwritten with blanks, so that every other offset stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatepost.languages.cloudformation.layout import SECTIONS, Flaw, Layout, read_layout
from gatepost.languages.positioned import REPEATED, Malformed
from gatepost.model.records import NamedTuple

_MOST = 40
# A fault of form may really lie further up; after so many nothing that is left can be trusted.
_MOST_FAULTS_OF_FORM = 2
_KEY = r"""(?P<quote>["']?)(?P<name>[A-Za-z0-9:_.-]+)(?P=quote)[ \t]*:(?=[ \t\r\n]|$)"""
_TYPE = re.compile(
    r"""(?:^|[{,])[ \t]*["']?Type["']?[ \t]*:[ \t]*["']?([A-Za-z0-9]+::[A-Za-z0-9:@_-]+)""", re.MULTILINE
)
_BLANK_AND_COMMA = re.compile(r"[ \t\r\n]*+,")
_BLACK = re.compile(r"[^\r\n]")
_TOKEN = re.compile(r"""("(?:[^"\\]|\\.)*+"(?:[ \t\r\n]*+(:))?)|([{\[])|([}\]])""", re.DOTALL)


class Stretch(NamedTuple):
    """An entry or a whole section in the text, key included; `name` is "" for a section."""

    section: str
    name: str
    start: int
    end: int


def read_what_is_left(text: str) -> Layout:
    """Read a template without the entries that are broken, which become flaws; raises the first `Malformed`."""
    flaws: list[Flaw] = []
    lost: list[Stretch] = []
    first: Malformed | None = None
    rest = text
    while True:
        try:
            layout = read_layout(rest)
            break
        except Malformed as broken:
            first = first or broken
            flaws.append(Flaw(broken.offset, broken.what, broken.hint))
            of_form = sum(not flaw.what.endswith(REPEATED) for flaw in flaws)
            stretches = list(_broken(rest, broken))
            if not stretches or len(flaws) > _MOST or of_form > _MOST_FAULTS_OF_FORM:
                raise first from None
            for stretch in stretches:
                rest = _blanked(rest, stretch)
            lost += stretches
    flaws.sort()
    return layout._replace(
        flaws=(*flaws, *layout.flaws),
        sliceable=False,
        unread=frozenset(type_ for stretch in lost for type_ in _types(text, stretch)),
    )


def _types(text: str, stretch: Stretch) -> Iterator[str]:
    """Yield the types of resources that are lost with a stretch, "" where they are not told."""
    if stretch.section != "Resources":
        return
    found: list[str] = _TYPE.findall(text, stretch.start, stretch.end)
    yield from (found[:1] if stretch.name and found else [""])


def _broken(text: str, broken: Malformed) -> Iterator[Stretch]:
    """Yield the smallest stretch around a fault, and its namesake where it is an entry that is written twice.

    Nothing where only all of the resources would do.
    """
    in_json = text.lstrip("\ufeff \t\r\n").startswith("{")
    stretches = list(_in_json(text) if in_json else _in_yaml(text))
    inside = [s for s in stretches if s.start <= broken.offset < s.end]
    if not inside:
        return
    here = inside[-1]
    if here[:2] == ("Resources", ""):
        return
    yield here
    if broken.what.endswith(REPEATED) and broken.offset == here.start:
        for other in stretches:
            if other[:2] == here[:2] and other.start != here.start:
                yield other


def _blanked(text: str, stretch: Stretch) -> str:
    """Overwrite a stretch with blanks; in JSON with a comma beside it."""
    start, end = stretch.start, stretch.end
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        behind = _BLANK_AND_COMMA.match(text, end)
        before = text[:start].rstrip()
        if behind is not None:
            end = behind.end()
        elif before.endswith(","):
            start = len(before) - 1
    return text[:start] + _BLACK.sub(" ", text[start:end]) + text[end:]


def _in_yaml(text: str) -> Iterator[Stretch]:
    """Yield the sections of block YAML, each followed by its entries, told by their indentation."""
    tops = list(re.compile("^\ufeff?" + _KEY, re.MULTILINE).finditer(text))
    for top, following in zip(tops, [*tops[1:], None], strict=False):
        end = following.start() if following else len(text)
        section = top["name"]
        yield Stretch(section, "", top.start("quote"), end)
        if section not in SECTIONS:
            continue
        begun = re.compile(r"^( +)[^\s#]", re.MULTILINE).search(text, top.end(), end)
        if begun is None:
            continue
        inner = list(
            re.compile(rf"^ {{{len(begun[1])}}}(?=[^\s#-])(?:{_KEY})?", re.MULTILINE).finditer(text, top.end(), end)
        )
        for one, after in zip(inner, [*inner[1:], None], strict=False):
            stop = after.start() if after else end
            start = one.start() + len(begun[1])
            yield Stretch(section, one["name"] or " ", start, stop)


def _in_json(text: str) -> Iterator[Stretch]:
    """Yield the sections of JSON, each followed by its entries, told by braces."""
    found: list[Stretch] = []
    keys: list[re.Match[str] | None] = [None, None]
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[3]:
            depth += 1
        elif token[4]:
            depth -= 1
            if depth in (1, 2) and keys[depth - 1] is not None:
                found.append(_member(keys, depth, token.end()))
                keys[depth - 1] = None
        elif token[2] and depth in (1, 2):
            keys[depth - 1] = token
    return iter(sorted(found, key=lambda stretch: (stretch.start, -stretch.end)))


def _member(keys: list[re.Match[str] | None], depth: int, end: int) -> Stretch:
    top, inner = keys
    key = inner if depth == 2 else top
    assert key is not None
    names = [_name(top), _name(inner) if depth == 2 else ""]
    return Stretch(names[0], names[1], key.start(), end)


def _name(key: re.Match[str] | None) -> str:
    return key[1].rstrip(": \t\r\n")[1:-1] if key else ""
