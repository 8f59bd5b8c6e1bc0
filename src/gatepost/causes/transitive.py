"""A vulnerable package that others need: the direct dependency, and what can be done; never more than is known."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gatepost.causes import commands
from gatepost.causes.mend import Mend
from gatepost.causes.overrides import override
from gatepost.causes.projects import Known
from gatepost.causes.situation import Situation, step
from gatepost.causes.ways import Way
from gatepost.languages.manifests import Declared
from gatepost.languages.manifests.ranges import allows, raised
from gatepost.languages.manifests.versions import version_key
from gatepost.model.changes import Edit, Fix
from gatepost.model.findings import Finding, OriginStep
from gatepost.model.places import Location

_MOST_STEPS = 8
# How the advice of a report reads that names the direct dependency to raise.
_RAISE = re.compile(r"raise (\S{1,200})(?: from \S+)? to (\S{1,100})\Z").match


def mend_needed(
    found: Situation,
    way: Way | None,
    top: tuple[Known, Declared] | None,
    before: tuple[OriginStep, ...],
    at: Location | None,
    told: tuple[str, ...] = (),
    findings: Sequence[Finding] = (),
) -> Mend:
    """Return how a package is mended that is there because others need it.

    `way` leads to it in the lock file, `told` in the report where there is no lock file. `top` is where the first
    package of the way is asked for. `before` are steps that come first.
    """
    from gatepost.causes.direct import asked_for

    names = tuple(f"{one.name}@{one.version}" for one in way.packages) if way is not None else told
    steps = (*before, *_steps(way), *((asked_for(*top),) if top is not None else ()))
    version = found.mending.version
    installed = f"{found.name} {found.version}".rstrip()
    place = top[1].entry.location if top is not None else at
    if top is not None:
        line = top[1].entry.region.start_line
        title = f"Update {top[0].path} line {line}: {top[1].name}, which brings {installed}"
        cause = f"{top[0].path}:{top[1].name}>{found.name}@{found.version}"
    else:
        path = found.anchor.path
        title, cause = f"Update {path}: {installed}", f"{path}:{found.name}@{found.version}"
    mend = Mend(cause, title, place, steps, at or place, direct=False, path=names)
    known = _told_raise(found, top, findings) if top is not None else None
    if known is not None:
        return _raised_top(found, known, mend)
    if not version:
        return mend._replace(no_fix="no version is known that mends all that is found in it")
    return _advised(found, way, top, mend)


def _told_raise(
    found: Situation, top: tuple[Known, Declared] | None, findings: Sequence[Finding]
) -> tuple[Known, Declared, str] | None:
    """Return the version of the direct dependency that the reports say brings a mended one (npm's fixAvailable)."""
    if top is None or top[1].name == found.name:
        return None
    version = told_version(found.ecosystem, top[1].name, findings)
    return (*top, version) if version else None


def told_version(ecosystem: str, name: str, findings: Sequence[Finding]) -> str:
    """Return the one version that all advice of the reports raises a package to, "" where there is none."""
    versions: set[str] = set()
    for finding in findings:
        titles = (_RAISE(fix.title) for fix in finding.fixes if not fix.edits)
        versions.update(one[2] for one in titles if one is not None and one[1] == name)
    version = next(iter(versions)) if len(versions) == 1 else ""
    return version if version_key(ecosystem, version) is not None else ""


def _raised_top(found: Situation, known: tuple[Known, Declared, str], mend: Mend) -> Mend:
    """Return the raise of the direct dependency to a version that a report names."""
    file, one, version = known
    new = raised(found.ecosystem, one.requirement, version, one.dialect) if not one.why_fixed else None
    edits = (Edit(one.span.location, new),) if new is not None and new != one.requirement else ()
    fix = Fix(
        f"raise {one.name} to {version}", edits, "unsafe", "needs_rescan", "another version may behave differently"
    )
    command = commands.locking(found.tool, one.name, version) if edits else ""
    command = command or commands.raising(found.tool, one.name, version)
    lead = f"{command}, then scan again" if command else "scan again"
    return mend._replace(
        cause=f"{file.path}:{one.name}@{version}",
        title=f"Update {file.path} line {one.entry.region.start_line}: {one.name} to {version}",
        fix=fix,
        advice=f"{lead}: the report says that this version brings what mends it",
    )


def _steps(way: Way | None) -> tuple[OriginStep, ...]:
    """Return who needs whom in the lock file, from the vulnerable package up."""
    if way is None:
        return ()
    steps: list[OriginStep] = []
    for above, need, below in zip(way.packages, way.needs[1:], way.packages[1:], strict=False):
        said = f" {need.requirement}" if need.requirement else ""
        what = f"{above.name} {above.version} needs {below.name}{said}"
        steps.append(step(what, above.span, "needed_by"))
    steps.reverse()
    return tuple(steps[:_MOST_STEPS])


def _advised(found: Situation, way: Way | None, top: tuple[Known, Declared] | None, mend: Mend) -> Mend:
    version = found.mending.version
    need = way.needs[-1].requirement if way is not None else ""
    allowed = allows(found.ecosystem, need, version) if need else None
    title = f"bring {found.name} from {found.version} to {version}".replace(" from  to", " to")
    if allowed:
        command = commands.updating(found.tool, found.name, version)
        parent = way.packages[-2].name if way is not None else ""
        why = f"{parent} allows {version} ({need}), so the lock file alone has to be written again"
        fix = Fix(title, (), "unsafe", "needs_rescan", "another version may behave differently")
        advice = f"{command or 'write the lock file again'}, then scan again: {why}"
        line = f" line {mend.at.region.start_line}" if mend.at is not None else ""
        where = mend.at.path if mend.at is not None else found.anchor.path
        update = f"Update {where}{line}: {found.name} {found.version} to {version}".replace("  ", " ")
        return mend._replace(fix=fix, advice=advice, title=update)
    if allowed is None and (command := commands.updating(found.tool, found.name, version)):
        fix = Fix(title, (), "unsafe", "needs_rescan", "another version may behave differently")
        return mend._replace(fix=fix, advice=f"{command} where what needs it allows {version}, then scan again")
    forced = override(found)
    upper = f"raise {top[1].name} to a version that needs {found.name} {version} or later" if top is not None else ""
    refused = f"{way.packages[-2].name} needs {need}" if allowed is False and way is not None else ""
    again = commands.locking(found.tool, found.name, version)
    hand = f"force {version} {forced.where}" if forced is not None else ""
    ways = ", or ".join(one for one in (upper, hand) if one)
    tail = f", then {again}" if again and ways else ""
    advice = f"{ways or f'raise what needs {found.name}'}{tail}, and scan again" + (f": {refused}" if refused else "")
    edits = forced.edits if forced is not None else ()
    why = "a forced version may not suit what needs it" if edits else "another version may behave differently"
    title = f"force {found.name} {version} {forced.where}" if forced is not None and edits else title
    return mend._replace(fix=Fix(title, edits, "unsafe", "needs_rescan", why), advice=advice)
