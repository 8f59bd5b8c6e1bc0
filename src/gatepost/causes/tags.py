"""The next tag of an image's line, out of tags that somebody has given; never a tag that nobody has named.

A tag is read as the registries' users write it: numbers in front ("3.11.8", "v1.2", "17.0.9_9"), then the variant
("-slim-bookworm"); or a word, a day and a variant ("bookworm-20240423-slim").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from gatepost.model.records import NamedTuple

_NUMBERS = re.compile(r"(v?)(\d{1,10}(?:[._-]\d{1,10})*)(?!\d)(.*)\Z", re.ASCII | re.DOTALL).match
_DAY = re.compile(r"([a-z][a-z0-9.-]*-)(20\d\d(?:0[1-9]|1[0-2])[0-3]\d)(?!\d)(.*)\Z", re.ASCII | re.DOTALL).match
_MOST_PARTS = 8
_BEFORE = re.compile(
    r"(?:^|[^a-z])(?:a|b|m|rc|cr|alpha|beta|pre|preview|dev|nightly|edge|snapshot|canary|milestone|unstable|testing|ea|next)"
    r"(?:[._-]?\d+)?(?:[^a-z0-9]|$)",
    re.ASCII | re.IGNORECASE,
).search
_REGISTRIES = frozenset(("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"))
# Images whose second number counts the updates of one release (their pages at the registry say so).
_UPDATES = frozenset(
    f"docker.io/library/{name}" for name in ("debian", "postgres", "rockylinux", "almalinux", "oraclelinux", "centos")
)
_UBI = ("registry.access.redhat.com/ubi", "registry.redhat.io/ubi")


class Tag(NamedTuple):
    """A tag as it is compared: what stands before and after its numbers, what is between them, and the numbers."""

    before: str
    between: str
    numbers: tuple[int, ...]
    variant: str
    is_day: bool = False


class Next(NamedTuple):
    """The tag to take next ("" for none), its digest ("" not given), and who names it.

    `beyond` is the last tag of the next line of the same variant and major version. `bare` is the tag that
    would be next if somebody gave its digest.
    """

    tag: str = ""
    digest: str = ""
    told_by: str = ""
    beyond: str = ""
    bare: str = ""


class KnownTags:
    """Tags by image, as files give them: for each tag its digest ("" not given) and the file."""

    def __init__(self) -> None:
        self._by_image: dict[str, dict[str, tuple[str, str]]] = {}

    def add(self, image: str, tag: str, digest: str, told_by: str) -> None:
        """Take one tag in; a digest that is given counts before none, the first before others."""
        known = self._by_image.setdefault(full_name(image), {})
        if tag not in known or (digest and not known[tag][0]):
            known[tag] = (digest, told_by)

    def of(self, image: str) -> Mapping[str, tuple[str, str]]:
        """Return (digest, who gives it) by tag for an image's full name."""
        return self._by_image.get(full_name(image), {})

    def __len__(self) -> int:
        return sum(map(len, self._by_image.values()))


def full_name(image: str) -> str:
    """Return an image's name with registry and all: "python" is "docker.io/library/python"."""
    name = image.strip().removeprefix("docker://").removeprefix("https://").strip("/").lower()
    head, slash, rest = name.partition("/")
    if not slash or not ("." in head or ":" in head or head == "localhost"):
        head, rest = "docker.io", name
    if head in _REGISTRIES:
        head = "docker.io"
        rest = rest if "/" in rest else f"library/{rest}"
    return f"{head}/{rest}"


@lru_cache(maxsize=65536)
def parsed(tag: str) -> Tag | None:
    """Return a tag's parts; None for one without a version or day, and for what comes before a release."""
    day = _DAY(tag)
    found = None if day else _NUMBERS(tag)
    if day is not None:
        made = Tag(day[1], "", (int(day[2]),), day[3], True)
    elif found is not None:
        numbers = re.split(r"[._-]", found[2])
        if len(numbers) > _MOST_PARTS:
            return None
        made = Tag(found[1], re.sub(r"\d", "", found[2]), tuple(map(int, numbers)), found[3])
    else:
        return None
    return None if _BEFORE(made.variant) or _BEFORE(made.before) else made


def _fixed_numbers(image: str, tag: Tag) -> int | None:
    """Return how many numbers the tags of one line share; None where this tag is a line of its own."""
    count = len(tag.numbers)
    if tag.is_day:
        return 0
    if count >= 3:
        return 2
    if count == 2 and (image in _UPDATES or image.startswith(_UBI) or 20_000_000 <= tag.numbers[1] < 21_000_000):
        return 1
    return None


def next_tag(
    image: str, tag: str, digest: str, given: Mapping[str, tuple[str, str]], named: Iterable[str] = ()
) -> Next:
    """Return what to take in place of a tag.

    `image` is its full name, `digest` the one that it is pinned by ("" for none), `given` as `KnownTags.of` returns it,
    `named` are tags that a report calls better: of these the whole major version counts, for the report has
    looked at them. A line is one variant and precision and one minor version (of what has three numbers), or one
    major version where the second number counts updates. Where a digest pins it, only a tag with a digest will do.
    """
    mine = parsed(tag)
    found = Next()
    if mine is not None:
        fixed = _fixed_numbers(image, mine)
        reported = [(other.numbers, one) for one in named if (other := _later(mine, one)) and _same(mine, other, 1)]
        others = [(other.numbers, one) for one in given if (other := _later(mine, one)) is not None]
        line = [row for row in others if fixed is not None and row[0][:fixed] == mine.numbers[:fixed]]
        with_digest = [row for row in line if given[row[1]][0]] if digest else line
        beyond = _beyond(mine, [row for row in others if fixed is None or row[0][:fixed] != mine.numbers[:fixed]])
        if with_digest:
            best = max(with_digest)[1]
            return Next(best, *given[best], beyond)
        found = Next(beyond=beyond, bare=max(line, default=((), ""))[1])
        if reported and not digest:
            return Next(max(reported)[1], "", "the report", beyond)
    if digest and tag in given and given[tag][0] not in ("", digest):
        return Next(tag, *given[tag], found.beyond)
    return found


def _beyond(mine: Tag, others: list[tuple[tuple[int, ...], str]]) -> str:
    """Return the last tag of the line that is nearest among those of the same major version, "" for none."""
    major = [row for row in others if row[0][0] == mine.numbers[0] and not mine.is_day]
    nearest = min((row[0][:2] for row in major), default=())
    return max((row for row in major if row[0][:2] == nearest), default=((), ""))[1]


def _later(mine: Tag, tag: str) -> Tag | None:
    """Return another tag's parts where it is of the same shape and later."""
    other = parsed(tag)
    if other is None or other[:2] != mine[:2] or other[3:] != mine[3:] or len(other.numbers) != len(mine.numbers):
        return None
    return other if other.numbers > mine.numbers else None


def _same(mine: Tag, other: Tag, count: int) -> bool:
    return not mine.is_day and mine.numbers[:count] == other.numbers[:count]
