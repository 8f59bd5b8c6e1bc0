"""Raising a dependency where the project asks for it: the edit, and whether it is proved; never a lock file's text."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.causes import commands
from gatepost.causes.mend import Mend
from gatepost.causes.mending import clears
from gatepost.causes.projects import Known
from gatepost.causes.situation import Situation, line_of, step
from gatepost.languages.manifests import Declared, read_manifest, same_name
from gatepost.languages.manifests.ranges import exact, raised
from gatepost.languages.manifests.versions import branch_of, version_key
from gatepost.model.changes import Edit, Fix
from gatepost.model.findings import OriginStep
from gatepost.model.places import Location, Source

Place = tuple[Known, Declared]


def raise_declared(found: Situation, before: tuple[OriginStep, ...], at: Location | None, direct: bool = True) -> Mend:
    """Return how a package is raised where it is declared; `before` are steps that lead to the declaration."""
    targets = targets_of(found)
    known, one = targets[0]
    steps = (*before, asked_for(known, one))
    to = f" to {found.mending.version}" if found.mending.version else ""
    mend = Mend(
        f"{known.path}:{one.name}@{found.mending.version}",
        f"Update {known.path} line {one.entry.region.start_line}: {found.name}{to}",
        one.entry.location,
        steps,
        at or one.entry.location,
        direct=direct,
    )
    if not found.mending.version:
        return mend._replace(no_fix="no version is known that mends all that is found in it")
    if _is_raised(found, targets):
        now = exact(found.ecosystem, one.requirement, one.dialect)
        no_fix = f"{line_of(one.span)} asks for {now} by now, which mends it: scan again"
        return mend._replace(no_fix=no_fix, title=f"Scan {known.path} again: {found.name}")
    return _raised(found, targets, mend)


def asked_for(known: Known, one: Declared) -> OriginStep:
    """Return the step that shows where something is asked for."""
    said = f" {one.requirement}" if one.requirement else ""
    name = known.path.rpartition("/")[2]
    return step(f"{one.name}{said} in {name}", one.entry, "declared", f"{one.name}{said} is asked for here")


def targets_of(found: Situation) -> list[Place]:
    """Return the declarations that decide on the version: an override, else what pins it, else the first."""
    forced = [place for place in found.declared if place[1].kind == "override"]
    rows = forced or list(found.declared)
    pins = [(k, d) for k, d in rows if d.requirement and exact(found.ecosystem, d.requirement, d.dialect)]
    written = [(k, d) for k, d in rows if d.requirement]
    chosen = pins or written[:1] or rows[:1]
    spans = {(k.path, d.span.start): (k, d) for k, d in chosen}
    return list(spans.values())


def _is_raised(found: Situation, targets: Sequence[Place]) -> bool:
    """Whether the files ask for a version by now that the report calls fixed."""
    if found.lock is not None or not found.version:
        return False
    least = version_key(found.ecosystem, found.mending.version)
    for _, one in targets:
        now = version_key(found.ecosystem, exact(found.ecosystem, one.requirement, one.dialect))
        if now is None or least is None or now < least:
            return False
        if not clears(found.ecosystem, exact(found.ecosystem, one.requirement, one.dialect), (found.mending.version,)):
            return False
    return True


def _raised(found: Situation, targets: Sequence[Place], mend: Mend) -> Mend:
    """Return the raise as edits where they can be written, and what is left to do."""
    version = found.mending.version
    edits: list[Edit] = []
    reason = ""
    for known, one in targets:
        new = raised(found.ecosystem, one.requirement, version, one.dialect)
        reason = reason or known.manifest.sealed or one.why_fixed
        if new is None:
            reason = reason or f"{one.requirement or 'no version'!r} cannot be raised to {version} as it is written"
        elif new != one.requirement:
            edits.append(Edit(one.span.location, new))
    command = commands.raising(found.tool, found.name, version)
    if reason:
        return mend._replace(fix=_fix(found, (), False), advice=_then_scan(command or f"raise it to {version}", reason))
    why = _unproved(found, targets, version)
    if why and edits:
        command = commands.locking(found.tool, found.name, version) or command
    fix = _fix(found, tuple(edits), not why)
    return mend._replace(fix=fix, advice=_then_scan(command, why) if why else "")


def _then_scan(command: str, reason: str) -> str:
    return f"{command}, then scan again: {reason}" if command else f"scan again: {reason}"


def _unproved(found: Situation, targets: Sequence[Place], version: str) -> str:
    """Return why only a new scan can tell that the raise mends everything, "" where the files themselves tell."""
    if found.lock is not None:
        return f"{found.lock.path.rpartition('/')[2]} holds the version that is installed"
    if found.ecosystem == "golang":
        return "go.sum holds the checksum of the version that is installed"
    for known, one in targets:
        if not exact(found.ecosystem, one.requirement, one.dialect):
            return f"{one.requirement or 'what is asked for'} leaves open which version is installed"
        if not found.projects.may_read_again(known):
            return "there are too many to read the file again for each"
        if _read_again(known, one, version) != version:
            return "the file does not read as expected after the edit"
    if any(d.kind == "override" for _, d in targets) and len(found.declared) > len(targets):
        return "the version is forced, and what needs it may ask for another one"
    return ""


def _read_again(known: Known, one: Declared, version: str) -> str:
    """Return the version that the file asks for after the edit, read anew in memory."""
    new = raised(known.manifest.ecosystem, one.requirement, version, one.dialect) or ""
    source = known.manifest.source
    text = source.text[: one.span.start] + new + source.text[one.span.end :]
    after = read_manifest(Source(source.path, text, source.kind))
    if after is None or after.unread or len(after.declared) != len(known.manifest.declared):
        return ""
    called = same_name(after.ecosystem, one.name)
    same = (
        d for d in after.declared if d.span.start == one.span.start and same_name(after.ecosystem, d.name) == called
    )
    return next((exact(after.ecosystem, d.requirement, d.dialect) for d in same), "")


def _fix(found: Situation, edits: tuple[Edit, ...], proved: bool) -> Fix:
    origin = f" from {found.version}" if found.version else ""
    version = found.mending.version
    major = found.version and branch_of(found.version)[:1] != branch_of(version)[:1]
    why = "it is another major version" if major else "another version may behave differently"
    return Fix(f"raise {found.name}{origin} to {version}", edits, "unsafe", "proved" if proved else "needs_rescan", why)
