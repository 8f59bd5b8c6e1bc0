"""Forcing the version of a package that others need, in the words of each tool; never claims that it suits them."""

from __future__ import annotations

from collections.abc import Callable

from gatepost.causes.projects import Known
from gatepost.causes.situation import Situation
from gatepost.languages.manifests.manifest import Unfit
from gatepost.languages.positioned.edits import CannotEdit
from gatepost.model.changes import Edit
from gatepost.model.places import Location
from gatepost.model.records import NamedTuple

# Where npm's kin keep versions that are forced, by what writes the lock file.
_NPM = {
    "yarn.lock": ("resolutions",),
    "yarn.lock v1": ("resolutions",),
    "pnpm-lock.yaml": ("pnpm", "overrides"),
}


class Override(NamedTuple):
    """`where` a version is forced, in words ("under overrides in package.json"), and the edits if they are known."""

    where: str
    edits: tuple[Edit, ...] = ()


def override(found: Situation) -> Override | None:
    """Return how the version that mends is forced; None where the ecosystem has no such thing."""
    maker = _MAKERS.get(found.ecosystem)
    return maker(found) if maker is not None else None


def _npm(found: Situation) -> Override | None:
    # The project that the lock file is for: overrides of a workspace's members do not count.
    known = _of_format(found, "package.json")
    if known is None:
        return None
    steps = (*_NPM.get(found.tool, ("overrides",)), found.name)
    where = f"under {'.'.join(steps[:-1])} in {known.path}"
    source = known.manifest.source
    try:
        editor, tree = known.json()
        splices = editor.set(tree, steps, found.mending.version)
    except (CannotEdit, Unfit):
        return Override(where)
    edits = tuple(Edit(Location(source.path, source.region(s.start, s.end)), s.text) for s in splices)
    return Override(where, edits)


def _golang(found: Situation) -> Override | None:
    known = _of_format(found, "go.mod")
    return Override(f"with a require line in {known.path}") if known is not None else None


def _maven(found: Situation) -> Override | None:
    known = _of_format(found, "pom.xml")
    return Override(f"under dependencyManagement in {known.path}") if known is not None else None


def _pypi(found: Situation) -> Override | None:
    if found.tool == "uv.lock":
        return Override("under tool.uv.override-dependencies in pyproject.toml")
    if found.lock is None and found.anchor.manifest.format == "requirements.txt":
        return Override(
            f"with {found.name}>={found.mending.version} in {found.anchor.path} or in a file of constraints"
        )
    return None


def _nuget(_found: Situation) -> Override | None:
    return Override("with a PackageReference of its own")


def _composer(_found: Situation) -> Override | None:
    return Override("under require in composer.json")


def _gem(_found: Situation) -> Override | None:
    return Override("with a line of its own in the Gemfile")


def _of_format(found: Situation, format: str) -> Known | None:
    return next((known for known in found.around if known.manifest.format == format), None)


_MAKERS: dict[str, Callable[[Situation], Override | None]] = {
    "npm": _npm,
    "golang": _golang,
    "maven": _maven,
    "pypi": _pypi,
    "nuget": _nuget,
    "composer": _composer,
    "gem": _gem,
}
