"""Where a vulnerable package of a language is asked for, and the edit that raises it; never an image's own packages."""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.causes.direct import raise_declared
from gatepost.causes.mend import Mend
from gatepost.causes.mending import Mending, clears, mending
from gatepost.causes.projects import Known, Projects
from gatepost.causes.situation import Situation, line_of, step
from gatepost.causes.transitive import mend_needed, told_version
from gatepost.causes.ways import Way, Ways
from gatepost.languages.manifests import Declared, Locked, Need, same_name
from gatepost.languages.manifests.ranges import allows
from gatepost.languages.manifests.versions import version_key
from gatepost.model.findings import Finding, OriginStep
from gatepost.model.places import Location

_ASKED = ("direct", "dev", "optional")
_MOST_PLACES = 3


class Packages:
    """The causes of the packages of one run."""

    def __init__(self, projects: Projects) -> None:
        self.projects = projects
        self._ways: dict[str, Ways] = {}

    def mend(self, path: str, name: str, version: str, findings: Sequence[Finding]) -> Mend | None:
        """Return where the findings of a package are mended, in the project that the file at `path` belongs to.

        `version` is the installed one, "" when the report does not say. None: nothing here names the package.
        """
        anchor = self.projects.file(path)
        if anchor is None:
            return None
        if anchor.manifest.unread:
            no_fix = f"{path} cannot be read: {anchor.manifest.unread}"
            return Mend(f"{path}:{name}", f"Update {path}: {name}", None, (), no_fix=no_fix)
        around = self.projects.beside(path)
        called = same_name(anchor.manifest.ecosystem, name)
        lock = _lock_of(anchor, around)
        declared = [(known, one) for known in around for one in known.declared(called)]
        found = Situation(self.projects, anchor, around, lock, name, version, mending("", (), ()), declared)
        locked = lock.locked(called) if lock is not None else []
        mine = [one for one in locked if version in ("", one.version)]
        have = [version] if version else [one.version for one in mine]
        found = found._replace(mending=mending(anchor.manifest.ecosystem, have, findings))
        if not version:
            mine = _affected(anchor.manifest.ecosystem, mine, found.mending)
        if locked and version and not mine:
            return _newer(found, lock, locked)
        if not version and len({one.version for one in mine}) == 1:
            found = found._replace(version=mine[0].version)
        way = self._way(lock, around, mine)
        if way is not None and way.folder:
            declared = [*declared, *self._of_project(lock, way, called)]
        if lock is not None and way is not None and len(way.packages) == 1 and not declared:
            declared = [(known, one) for known in self.projects.members(lock) for one in known.declared(called)]
        found = found._replace(declared=declared)
        return _honest(self._with(found, way, mine, findings), found.mending, findings)

    def _with(self, found: Situation, way: Way | None, mine: list[Locked], findings: Sequence[Finding]) -> Mend | None:
        at = mine[0].span.location if mine else None
        lock_step = (step(f"{found.name} {mine[0].version}", mine[0].span, "locked"),) if mine else ()
        asked = [(known, one) for known, one in found.declared if one.kind in (*_ASKED, "override")]
        if (way is None or len(way.packages) == 1) and asked:
            # Those who name no version take the one that is managed for them.
            managed = [(known, one) for known, one in found.declared if one.kind == "managed"]
            known = found._replace(declared=[*asked, *managed], mending=_told(found, findings))
            return raise_declared(known, lock_step, at)
        if way is not None and len(way.packages) > 1:
            top = self._top(found, way)
            return mend_needed(found, way, top, lock_step, at, (), findings)
        others = [(known, one) for known, one in found.declared if one.kind in ("managed", "indirect")]
        if others:
            return raise_declared(found._replace(declared=others), lock_step, at, direct=False)
        return self._by_report(found, lock_step, at, findings)

    def _top(self, found: Situation, way: Way) -> tuple[Known, Declared] | None:
        """Return where the first package of a way is asked for."""
        name = same_name(found.ecosystem, way.packages[0].name)
        places = self._of_project(found.lock, way, name) if way.folder else []
        places += [(known, one) for known in found.around for one in known.declared(name)]
        asked = [(known, one) for known, one in places if one.kind in _ASKED]
        if not asked and found.lock is not None:
            members = self.projects.members(found.lock)
            asked = [(known, one) for known in members for one in known.declared(name) if one.kind in _ASKED]
        return asked[0] if asked else None

    def _of_project(self, lock: Known | None, way: Way, name: str) -> list[tuple[Known, Declared]]:
        """Return what the project of a workspace declares of a package; `name` is as `same_name` spells it."""
        above = lock.path.rpartition("/")[0] if lock is not None else ""
        folder = f"{above}/{way.folder}".strip("/")
        known = self.projects.file(f"{folder}/package.json")
        return [(known, one) for one in known.declared(name)] if known is not None else []

    def _by_report(
        self, found: Situation, lock_step: tuple[OriginStep, ...], at: Location | None, findings: Sequence[Finding]
    ) -> Mend | None:
        """Return what can be said of a package whose way is told by the report alone, if at all."""
        ways = next((one.package.paths for one in findings if one.package is not None and one.package.paths), ())
        first = next((way[0] for way in ways if way), "")
        name = first[: first.find("@", 1)] if first.find("@", 1) > 0 else first
        called = same_name(found.ecosystem, name)
        top = next(((k, one) for k in found.around for one in k.declared(called) if one.kind in _ASKED), None)
        if top is None and not lock_step:
            return None
        return mend_needed(found, None, top, lock_step, at, ways[0] if ways else (), findings)

    def _who_asks(self, lock: Known, around: Sequence[Known]) -> Sequence[Known]:
        """Return the files that tell what is asked for, where the lock file does not."""
        if lock.manifest.projects:
            return ()
        return [*around, *(one for one in self.projects.members(lock) if one not in around)]

    def _way(self, lock: Known | None, around: Sequence[Known], mine: Sequence[Locked]) -> Way | None:
        if lock is None or not mine:
            return None
        ways = self._ways.get(lock.path)
        if ways is None:
            ways = self._ways[lock.path] = Ways(lock.manifest.locked, _asked(lock, self._who_asks(lock, around)))
        found = [way for one in mine if (way := ways.to(one.key)) is not None]
        return min(found, key=lambda way: len(way.packages), default=None)


def _honest(mend: Mend | None, found: Mending, findings: Sequence[Finding]) -> Mend | None:
    """Return a mend that says of how many findings it is not known to clear them."""
    if mend is None or mend.fix is None or not found.without or not mend.advice:
        return mend
    return mend._replace(advice=f"{mend.advice}; for {found.without} of {len(findings)} no fixed version is known")


def _told(found: Situation, findings: Sequence[Finding]) -> Mending:
    """Return the version that the reports say to raise a direct dependency to, where that clears all of its own."""
    version = told_version(found.ecosystem, found.name, findings)
    lists = [one.package.fixed_versions for one in findings if one.package is not None and one.package.fixed_versions]
    if version and lists and all(clears(found.ecosystem, version, fixed) for fixed in lists):
        return found.mending._replace(version=version)
    return found.mending


def _lock_of(anchor: Known, around: Sequence[Known]) -> Known | None:
    """Return the lock file: the one that the report names, else the first of the project."""
    locks = [known for known in (anchor, *around) if known.manifest.locked]
    return locks[0] if locks else None


def _asked(lock: Known, around: Sequence[Known]) -> list[tuple[str, Need]]:
    """Return what the projects of a lock file ask for: as the lock file tells it, else as the manifests do."""
    manifest = lock.manifest
    if manifest.projects:
        return [(one.folder, need) for one in manifest.projects for need in one.needs]
    asked: list[tuple[str, Need]] = []
    for known in around:
        for one in known.manifest.declared:
            if one.kind in _ASKED:
                rows = lock.locked(same_name(manifest.ecosystem, one.name))
                # Of several versions the one that is asked for here.
                fit = [r for r in rows if allows(manifest.ecosystem, one.requirement, r.version, one.dialect) is True]
                asked += [("", Need(row.key, one.requirement)) for row in (fit or rows)[:1]]
    return asked


def _affected(ecosystem: str, rows: list[Locked], found: Mending) -> list[Locked]:
    """Return the locked packages that come before the version that mends, all where none does."""
    least = version_key(ecosystem, found.version) if found.version else None
    if least is None:
        return rows
    below = [one for one in rows if (key := version_key(ecosystem, one.version)) is not None and key < least]
    return below or rows


def _newer(found: Situation, lock: Known | None, locked: Sequence[Locked]) -> Mend:
    """Return what to say where the lock file has other versions than the report."""
    assert lock is not None
    has = ", ".join(dict.fromkeys(one.version for one in locked[:_MOST_PLACES]))
    now = f"{line_of(locked[0].span)} holds {found.name} {has} by now"
    no_fix = f"{now}, and the report is about {found.version}: scan again"
    at = locked[0].span.location
    return Mend(f"{lock.path}:{found.name}", f"Scan {lock.path} again: {found.name}", at, (), at, no_fix=no_fix)
