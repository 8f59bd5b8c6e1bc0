"""What one edit would mend: its place, the way there, the fix; never which findings it is for."""

from __future__ import annotations

from gatepost.model.changes import Fix
from gatepost.model.findings import Finding, OriginStep
from gatepost.model.places import Location
from gatepost.model.problems import NOWHERE
from gatepost.model.records import NamedTuple


class Mend(NamedTuple):
    """Where some findings are mended, and how.

    `cause` is the same for all that one edit clears; `title` is that edit in words ("Update Dockerfile line 1: …").
    `place` is where it is made, `at` where the package stands ("" where only the report knows), `steps` lead from
    there to `place`. `fix` is for those that a version mends; `no_fix` says why there is none; `advice` is what to
    type. `direct` and `path` are as in Package.
    """

    cause: str
    title: str
    place: Location | None
    steps: tuple[OriginStep, ...]
    at: Location | None = None
    fix: Fix | None = None
    no_fix: str = ""
    advice: str = ""
    direct: bool | None = None
    path: tuple[str, ...] = ()


def mended(finding: Finding, mend: Mend, is_file: bool) -> Finding:
    """Return a finding with its place to mend; `is_file` tells that its own location is in a file here."""
    package = finding.package
    fixable = package is None or bool(package.fixed_versions) or not finding.no_fix
    if package is not None and mend.direct is not None and package.direct is None:
        package = package._replace(direct=mend.direct)
    if package is not None and mend.path and not package.paths:
        package = package._replace(paths=(mend.path,))
    fixes = finding.fixes if mend.fix is None and not mend.no_fix else ()
    fixes = (mend.fix,) if mend.fix is not None and fixable else fixes
    return finding._replace(
        location=_shown(finding.location, mend, is_file),
        package=package,
        origins=(*finding.origins, *mend.steps),
        fixes=fixes,
        advice=mend.advice if fixable and mend.advice else finding.advice,
        no_fix=mend.no_fix if fixable and mend.no_fix else finding.no_fix,
        cause=mend.cause,
        mend=mend.title,
    )


def with_base(finding: Finding, base: str) -> Finding:
    """Return a finding whose image is built from `base`, where the report does not say it."""
    if finding.artifact is None or finding.artifact.base or not base:
        return finding
    return finding._replace(artifact=finding.artifact._replace(base=base))


def _shown(location: Location, mend: Mend, is_file: bool) -> Location:
    """Return where a finding is shown: where the report says when that is a file here, else where it is mended."""
    if not is_file:
        return mend.place or location
    if mend.at is not None and mend.at.path == location.path and _vague(location, mend.at):
        return mend.at
    return location


def _vague(location: Location, at: Location) -> bool:
    """Whether a report names the file alone: no line, or the first one though the package stands elsewhere."""
    return location.region == NOWHERE or (location.region.start_line == 1 and at.region.start_line != 1)
