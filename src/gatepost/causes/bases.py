"""Mending what an image holds: the RUN, the COPY or the FROM that brings it; never a tag that nobody has named."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.causes.base_tags import Raised, raised
from gatepost.causes.dockerfiles import Source, span_of
from gatepost.causes.images import Image, layer_key
from gatepost.causes.mend import Mend
from gatepost.causes.mending import clears
from gatepost.causes.situation import step
from gatepost.causes.tags import KnownTags
from gatepost.languages.dockerfile.stages import Entry
from gatepost.model.changes import Edit, Fix
from gatepost.model.findings import Finding, OriginStep

_WHY = "a newer image may behave differently"


def mend_base(source: Source, findings: Sequence[Finding], tags: KnownTags) -> Mend:
    """Return how the findings of a base image are mended that was scanned itself."""
    return _base(source, f"{source.span.source.path}:{source.entry.key}", (), findings, "", tags)


def mend_image(image: Image, source: Source, findings: Sequence[Finding], ecosystem: str, tags: KnownTags) -> Mend:
    """Return how the findings that one instruction brings into an image are mended.

    `ecosystem` is "os" for packages of the operating system.
    """
    path = image.document.path
    keyword = source.entry.instruction.keyword
    cause = f"{path}:{source.entry.key}"
    through = tuple(_through(entry) for entry in source.through)
    if keyword == "FROM":
        return _base(source, cause, through, findings, _others(image, findings), tags)
    line = source.span.region.start_line
    if keyword == "COPY":
        steps = (*through, step(f"{keyword} in {path}", source.span, "instruction", _first(source.entry)))
        title = f"Update what {path} line {line} copies"
        advice = "raise it where it is built, build the image again, and scan again"
        return Mend(cause, title, source.span.location, steps, advice=advice)
    steps = (*through, step(f"{keyword} in {path}", source.span, "instruction", _first(source.entry)))
    names = sorted({one.package.name for one in findings if one.package is not None})
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    title = f"Update {path} line {line}: the packages that this RUN installs ({shown})"
    return _fixed(Mend(cause, title, source.span.location, steps), source, findings, ecosystem)


def _through(entry: Entry) -> OriginStep:
    instruction, span = entry.instruction, span_of(entry)
    return step(f"{instruction.keyword} in {span.source.path}", span, "instruction", _first(entry))


def _first(entry: Entry) -> str:
    """Return the beginning of an instruction on one line."""
    text = " ".join(f"{entry.instruction.keyword} {entry.instruction.arguments}".split())
    return text if len(text) <= 100 else text[:99] + "…"


def _others(image: Image, findings: Sequence[Finding]) -> str:
    """Return what to say where the report does not tell layers: a RUN may have brought some of the packages."""
    if any(layer_key(one.artifact) for one in findings):
        return ""
    lines = [str(span_of(entry).region.start_line) for entry in image.installers("os")]
    if not lines:
        return ""
    return f"; the report names no layers, so what came along with line {', '.join(lines)} is counted here"


def _base(
    source: Source,
    cause: str,
    through: tuple[OriginStep, ...],
    findings: Sequence[Finding],
    more: str,
    tags: KnownTags,
) -> Mend:
    path = source.span.source.path
    steps = (*through, step("base image", source.span, "base_image", _first(source.entry)))
    place = source.span
    if source.set_at is not None and source.set_at.source is source.span.source:
        place = source.set_at
        cause = f"{path}:{source.set_by}"
        steps = (*steps, step("base image", place, "base_image", f"{source.set_by} sets it"))
    title = f"Update {path} line {place.region.start_line}: this base image, {source.image}"
    mend = Mend(cause, title, place.location, steps, advice=_advice(source, findings) + more)
    if source.image == "scratch":
        return mend._replace(advice="", no_fix="the base image is empty: what the files here copy into it brings it")
    if not any(one.package is not None and one.package.fixed_versions for one in findings):
        return mend._replace(advice=_upstream(source))
    return _with_tag(mend, raised(source, findings, tags), source, findings, more)


def _with_tag(mend: Mend, found: Raised, source: Source, findings: Sequence[Finding], more: str) -> Mend:
    """Return the mend of a base image with the edit to the next tag of its line, where somebody names one."""
    if not found.edits:
        if found.advice:
            mend = mend._replace(advice=f"{found.advice}; {mend.advice}")
        return mend._replace(fix=Fix(f"take a newer image than {source.image}", (), "unsafe", "needs_rescan", _WHY))
    advice = f"build the image again, then scan again: {found.advice}{_without(findings)}{more}"
    fix = Fix(found.title, found.edits, "unsafe", "needs_rescan", _WHY)
    return mend._replace(title=f"{mend.title}, to {_after(found)}", fix=fix, advice=advice)


def _after(found: Raised) -> str:
    """Return what comes behind the name of the image: the tag, or a new digest."""
    head, _, digest = found.image.partition("@")
    tag = head.rpartition(":")[2]
    return f"{tag} ({digest[:19]}…)" if digest else tag


def _without(findings: Sequence[Finding]) -> str:
    without = sum(1 for one in findings if one.package is not None and not one.package.fixed_versions)
    return f"; for {without} of {len(findings)} no fixed version is known yet" if without else ""


def _advice(source: Source, findings: Sequence[Finding]) -> str:
    if "@sha256:" in source.image:
        how = "take the digest of a newer build of this image"
    else:
        how = "build with `docker build --pull`, and take a newer tag where that is not enough"
    return f"{how}, then scan again{_without(findings)}"


def _upstream(source: Source) -> str:
    return f"no fixed version is known: those who maintain {source.image} have to mend it, or another image has to do"


def _fixed(mend: Mend, source: Source, findings: Sequence[Finding], ecosystem: str) -> Mend:
    """Return the mend of a RUN: an edit where the version is pinned in it, else a build without the cache."""
    lists = [one.package.fixed_versions for one in findings if one.package is not None and one.package.fixed_versions]
    if not lists:
        return mend._replace(no_fix="no version mends it yet")
    fix = Fix("install the packages again", (), "unsafe", "needs_rescan", "another version may behave differently")
    advice = "build with `docker build --no-cache`, which installs the newest packages, then scan again"
    names = {one.package.name for one in findings if one.package is not None}
    version = next((one for one in lists[0] if all(clears("", one, fixed) for fixed in lists)), "")
    if ecosystem != "os" and source.pinned is None and version and len(names) == 1:
        advice = f"ask for {next(iter(names))} {version} or later in what this RUN installs from, or {advice}"
    if source.unsure:
        return mend._replace(fix=fix, advice=f"{advice}; the base image may bring them too")
    if source.pinned is None or source.pinned.span is None or source.pinned.origins:
        return mend._replace(fix=fix, advice=advice)
    if len(names) != 1 or not version or source.pinned.span.text != source.pinned.literal:
        return mend._replace(fix=fix, advice="raise the version in this RUN, build again, then scan again")
    edit = Edit(source.pinned.span.location, version)
    name = next(iter(names))
    fix = Fix(
        f"raise {name} from {source.pinned.literal} to {version}", (edit,), "unsafe", "needs_rescan", fix.why_unsafe
    )
    return mend._replace(fix=fix, advice="build the image again, then scan again")
