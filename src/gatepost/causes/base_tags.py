"""The edit that gives a FROM the next tag of its image's line; never one whose tag nobody has named.

What is edited is read again: an edit counts where the FROM then names exactly what was wanted, and every other stage
that it changes names a tag that is known too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatepost.causes.dockerfiles import Source
from gatepost.causes.tags import KnownTags, Next, next_tag
from gatepost.languages.dockerfile.document import Dockerfile
from gatepost.languages.dockerfile.stages import Stage
from gatepost.model.changes import Edit
from gatepost.model.findings import Finding
from gatepost.model.places import Span
from gatepost.model.records import NamedTuple
from gatepost.model.values import Value


class Raised(NamedTuple):
    """What the FROM names after the edits ("" where there are none), in words from what to what, and what to say."""

    image: str = ""
    title: str = ""
    edits: tuple[Edit, ...] = ()
    advice: str = ""


class _Base(NamedTuple):
    """An image as a stage names it: its text as it is written, its full name, tag and digest ("" for none)."""

    text: str
    name: str
    tag: str
    digest: str


def raised(source: Source, findings: Sequence[Finding], tags: KnownTags) -> Raised:
    """Return the edit for a base image, or what is to be said where there is none ("" where nobody gives any tag)."""
    document, stage = source.document, source.entry.stage
    base = _base(document, stage) if document is not None and stage is not None else None
    if document is None or stage is None or base is None:
        return Raised()
    given = tags.of(base.name)
    named = _named(base, findings)
    if not base.tag or not (given or named):
        return Raised()
    found = next_tag(base.name, base.tag, base.digest, given, named)
    if not found.tag:
        return Raised(advice=_no_edit(base, found, bool(given)))
    wanted = _text(base, found)
    edits = next(_edits(document, stage, base, found), None)
    if edits is None:
        return Raised(advice=f"{found.told_by} names {wanted}; take it where this tag is put together")
    strange = _strange(document, edits, tags, (base, found))
    if strange:
        return Raised(advice=f"{found.told_by} names {wanted}, but the same edit makes {strange}, which nobody names")
    short = base.text.partition("@")[0].rpartition(":")[0]
    title = f"raise {short} from {base.tag} to {found.tag}"
    if found.tag == base.tag:
        title = f"take the build of {short}:{base.tag} with the digest {found.digest[:19]}…"
    return Raised(wanted, title, edits, f"{found.told_by} names it{_beyond(base, found)}")


def _base(document: Dockerfile, stage: Stage) -> _Base | None:
    """Return the image that a stage names; None where any of it is not known, or it names another stage."""
    value = document.context.stage(stage).literal.get("image")
    parts = {part: _literal(value, part) for part in ("text", "name", "tag", "digest")}
    if not parts["text"] or not parts["name"]:
        return None
    return _Base(parts["text"], parts["name"].lower(), parts["tag"], parts["digest"])


def _literal(value: Value | None, part: str) -> str:
    found = value.literal.get(part) if value is not None else None
    return found.literal if found is not None and isinstance(found.literal, str) else ""


def _text(base: _Base, found: Next) -> str:
    head = base.text.partition("@")[0].rpartition(":")[0]
    return f"{head}:{found.tag}@{found.digest}" if base.digest else f"{head}:{found.tag}"


def _named(base: _Base, findings: Sequence[Finding]) -> list[str]:
    """Return the tags of this image that reports call better."""
    from gatepost.causes.tags import full_name

    named = dict.fromkeys(one for finding in findings if finding.artifact for one in finding.artifact.better_bases)
    pairs = (one.partition("@")[0].rpartition(":") for one in named)
    return [tag for image, mark, tag in pairs if mark and "/" not in tag and full_name(image) == base.name]


def _no_edit(base: _Base, found: Next, listed: bool) -> str:
    image = base.text.partition("@")[0].rpartition(":")[0]
    if found.bare and base.digest:
        return f"{image}:{found.bare} is next, and its digest is not given, which this FROM is pinned by"
    if not listed:
        return ""
    return f"no later tag of the line {image}:{base.tag} is given{_beyond(base, found)}"


def _beyond(base: _Base, found: Next) -> str:
    image = base.text.partition("@")[0].rpartition(":")[0]
    return f"; {image}:{found.beyond} is given too, of another line" if found.beyond else ""


def _edits(document: Dockerfile, stage: Stage, base: _Base, found: Next) -> Iterator[tuple[Edit, ...]]:
    """Yield edits that have been read again and make the stage name what is wanted."""
    value = document.context.stage(stage).literal.get("image")
    if value is None:
        return
    changes = [(value.literal.get("tag"), base.tag, found.tag)]
    if base.digest:
        changes.append((value.literal.get("digest"), base.digest, found.digest))
    ways: list[tuple[Edit, ...]] = [()]
    for part, old, new in changes:
        if old != new:
            ways = [(*way, edit) for way in ways for edit in _of_part(part, old, new)]
    wanted = _text(base, found)
    for edits in ways:
        after = document.edited(edits).document
        if not isinstance(after, Dockerfile) or len(after.layout.stages) != len(document.layout.stages):
            continue
        now = _base(after, after.layout.stages[stage.index])
        if now is not None and now.text == wanted:
            yield edits


def _of_part(part: Value | None, old: str, new: str) -> list[Edit]:
    """Return edits that may turn a part of the image's name into another: at its place, or where a variable is set."""
    spans = [] if part is None else [part.span, *(origin.span for origin in reversed(part.origins))]
    found: list[Edit] = []
    for span in dict.fromkeys(one for one in spans if one is not None):
        written = span.text
        quote = written[:1] if len(written) > 1 and written[:1] == written[-1:] and written[:1] in "\"'" else ""
        inner = written[len(quote) : len(written) - len(quote)]
        replacement = _replacement(inner, old, new)
        if replacement is not None:
            place = Span(span.source, span.start + len(quote), span.end - len(quote))
            found.append(Edit(place.location, replacement))
    return found


def _replacement(written: str, old: str, new: str) -> str | None:
    """Return what has to stand in place of a text that is a piece of `old`, or holds it, so that `new` comes of it."""
    if not written:
        return None
    if old in written:
        return written.replace(old, new, 1)
    at = old.find(written)
    if at < 0:
        return None
    before, after = old[:at], old[at + len(written) :]
    if len(new) < len(before) + len(after) or not new.startswith(before) or not new.endswith(after):
        return None
    return new[len(before) : len(new) - len(after)]


def _strange(document: Dockerfile, edits: tuple[Edit, ...], tags: KnownTags, wanted: tuple[_Base, Next]) -> str:
    """Return an image that some edits make of another stage though nobody names it, "" for none."""
    after = document.edited(edits).document
    if not isinstance(after, Dockerfile):
        return ""
    base, found = wanted
    for before, now in zip(document.layout.stages, after.layout.stages, strict=True):
        old, new = _base(document, before), _base(after, now)
        if new is None or new == old or (new.name, new.tag, new.digest) == (base.name, found.tag, found.digest):
            continue
        known = tags.of(new.name).get(new.tag)
        if new.name == base.name and new.tag == found.tag and not new.digest:
            continue
        if known is None or (new.digest and new.digest != known[0]):
            return new.text
    return ""
