"""Findings of scan reports with the place to mend, grouped by what one edit clears; never drops or decides."""

from __future__ import annotations

import gc
from collections.abc import Sequence

from gatepost.causes.bases import mend_base, mend_image
from gatepost.causes.dockerfiles import Built, Dockerfiles, Source, last_part
from gatepost.causes.images import Image
from gatepost.causes.mend import Mend, mended, with_base
from gatepost.causes.packages import Packages
from gatepost.causes.projects import Known, Projects
from gatepost.causes.tags import KnownTags
from gatepost.languages.manifests import ecosystem_of_file, family_of, same_name
from gatepost.languages.manifests.table import FAMILIES
from gatepost.model.findings import Finding, Package
from gatepost.model.problems import NOWHERE
from gatepost.sources.reading import Files, kind_of
from gatepost.sources.walking import paths_where

_OS = frozenset(
    ("deb", "rpm", "apk", "alpm", "debian", "ubuntu", "alpine", "redhat", "centos", "rocky", "alma", "amazon")
    + ("oracle", "fedora", "suse", "opensuse", "photon", "wolfi", "chainguard", "azurelinux", "mariner")
)
_REPORTS = (".json", ".jsonl", ".xml", ".sarif", ".txt", ".log")
_LANGUAGES = frozenset(ecosystem for ecosystem, _ in FAMILIES.values())


def with_causes(findings: Sequence[Finding], files: Files, tags: KnownTags | None = None) -> list[Finding]:
    """Return the findings, in the same order, with the place to mend those about packages.

    `tags` are those of images that somebody has given: base images are raised to them.
    """
    collecting = gc.isenabled()
    gc.disable()  # what is made here has no cycles, and looking for them takes a third of the time
    try:
        return _caused(findings, _Work(files, tags or KnownTags()))
    finally:
        if collecting:
            gc.enable()


def _caused(findings: Sequence[Finding], work: _Work) -> list[Finding]:
    groups: dict[tuple[str, str, str, str, str], list[int]] = {}
    images: dict[str, list[int]] = {}
    out = list(findings)
    for index, finding in enumerate(findings):
        if finding.package is not None and not finding.cause:
            key = work.key(finding, finding.package)
            groups.setdefault(key, []).append(index)
            if key[0] == "image":
                images.setdefault(key[1], []).append(index)
    alone = len({last_part(name) for name in images}) == 1
    built = {name: work.built(name, [findings[index] for index in indices], alone) for name, indices in images.items()}
    for (kind, path, ecosystem, name, version), indices in groups.items():
        if kind == "other" and findings[indices[0]].artifact is not None:
            continue  # a cluster, a host: nothing says that it is made of the files here
        if kind == "image" and (isinstance(built[path], Source) or not (alone or isinstance(built[path], Built))):
            continue  # a base image that was scanned itself, or one that is built elsewhere
        mend = work.of_package(kind, path, ecosystem, name, version, [findings[index] for index in indices])
        if mend is not None:
            for index in indices:
                out[index] = mended(findings[index], mend, kind == "file")
    for name, indices in images.items():
        _of_image(name, built[name], indices, findings, out, work.tags)
    return out


def _of_image(
    name: str,
    built: Built | Source | str,
    indices: Sequence[int],
    findings: Sequence[Finding],
    out: list[Finding],
    tags: KnownTags,
) -> None:
    """Put into `out` what the Dockerfile of an image says of those of its findings that have no cause yet."""
    left = [index for index in indices if not out[index].cause]
    if not isinstance(built, Built):
        mend = Mend(
            f"image {name}", f"Update the image {name}", None, (), advice=built if isinstance(built, str) else ""
        )
        if isinstance(built, Source):
            mend = mend_base(built, [findings[index] for index in left], tags)
        for index in left:
            out[index] = mended(findings[index], mend, False)
        return
    image = Image(built, [findings[index] for index in indices])
    groups: dict[tuple[str, str], list[tuple[int, Source]]] = {}
    for index in left:
        source = image.source(findings[index], _kind_of(findings[index]))
        package = findings[index].package
        pinned = package.name if source.pinned is not None and package is not None else ""
        groups.setdefault((source.entry.key, pinned), []).append((index, source))
    for rows in groups.values():
        first, source = rows[0]
        mend = mend_image(image, source, [findings[index] for index, _ in rows], _kind_of(findings[first]), tags)
        for index, _ in rows:
            out[index] = mended(findings[index], mend, False)
    for index in indices:
        out[index] = with_base(out[index], image.base())


class _Work:
    """What is known of the files of one run."""

    def __init__(self, files: Files, tags: KnownTags) -> None:
        self.tags = tags
        self.projects = Projects(files)
        self.packages = Packages(self.projects)
        self._files = files
        self._dockerfiles: Dockerfiles | None = None
        self._is_file: dict[str, bool] = {}

    def key(self, finding: Finding, package: Package) -> tuple[str, str, str, str, str]:
        """Return what findings of one package in one place have in common; the kind is "file", "image" or "other"."""
        path = finding.location.path
        here = self._here(path) and not _is_report(finding)
        ecosystem = ecosystem_of(package, path)
        kind = "file" if here else "image" if _is_image(finding, ecosystem) else "other"
        name = finding.artifact.name if kind == "image" and finding.artifact is not None else ""
        return kind, name or path, ecosystem, package.name, package.version

    def _here(self, path: str) -> bool:
        if path not in self._is_file:
            import os

            full = self._files.inside(path) if "\0" not in path else None
            self._is_file[path] = full is not None and os.path.isfile(full)
        return self._is_file[path]

    def of_package(
        self, kind: str, path: str, ecosystem: str, name: str, version: str, findings: Sequence[Finding]
    ) -> Mend | None:
        """Return where a package of a language is mended; None where no file here speaks of it."""
        if ecosystem not in _LANGUAGES:
            return None
        path = self._project(path) if kind == "file" else path
        if kind == "file" and family_of(path):
            return self.packages.mend(path, name, version, findings)
        found = self._elsewhere(ecosystem, name, version, findings)
        if len(found) == 1:
            return self.packages.mend(found[0].path, name, version, findings)
        if found:
            more = f" and {len(found) - 4} more" if len(found) > 4 else ""
            advice = f"which file asks for it cannot be told: {', '.join(one.path for one in found[:4])}{more}"
            cause = f"{path}:{ecosystem}:{name}@{version}"
            title = f"Update {name} {version}".rstrip()
            return Mend(cause, title, None, (), advice=advice)
        return None

    def _project(self, path: str) -> str:
        """Return the lock file (else the manifest) of the project that an installed package belongs to."""
        above, inside, _ = path.partition("node_modules/")
        if not inside:
            return path
        folder = above.rstrip("/")
        known = [one for one in self._files.list(folder or ".") if family_of(one) == "npm"]
        known.sort(key=lambda one: one.endswith("package.json"))
        return known[0] if known else path

    def _elsewhere(self, ecosystem: str, name: str, version: str, findings: Sequence[Finding]) -> list[Known]:
        """Return a file for each project here that has the package, the surest only."""
        called = same_name(ecosystem, name)
        inner = {one.artifact.path.rpartition("/")[2] for one in findings if one.artifact is not None} - {""}
        locked: dict[tuple[str, str], Known] = {}
        declared: dict[tuple[str, str], Known] = {}
        for known in self.projects.everywhere(ecosystem):
            key = (known.path.rpartition("/")[0], family_of(known.path))
            key = (known.path, "") if key[1] == "requirements" else key
            if any(version in ("", one.version) for one in known.locked(called)):
                locked.setdefault(key, known)
            elif any(one.kind != "managed" for one in known.declared(called)):
                declared.setdefault(key, known)
        rows = list((locked or declared).values())
        same = [one for one in rows if one.path.rpartition("/")[2] in inner]
        return same or rows

    def built(self, name: str, findings: Sequence[Finding], alone: bool) -> Built | Source | str:
        """Return what an image is built by, the FROM that names it, or why neither can be told.

        `alone` tells that the reports are about no other image.
        """
        if self._dockerfiles is None:
            self._dockerfiles = Dockerfiles(self._files, paths_where(self._files, _is_dockerfile))
        base = self._dockerfiles.with_base(name)
        if base is not None:
            return base
        layers = (one.artifact.layer for one in findings if one.artifact is not None)
        commands = frozenset(layer.command for layer in layers if layer is not None and layer.command)
        return self._dockerfiles.of_image(name, commands, alone)


def _kind_of(finding: Finding) -> str:
    ecosystem = ecosystem_of(finding.package, "") if finding.package is not None else ""
    return ecosystem if ecosystem in _LANGUAGES else "os"


def ecosystem_of(package: Package, path: str) -> str:
    """Return the ecosystem of a package as package URLs have it: by its URL, its file, else the report's word."""
    if package.purl.startswith("pkg:"):
        return package.purl[4:].lstrip("/").partition("/")[0].lower()
    return ecosystem_of_file(path) or package.ecosystem.lower()


def _is_report(finding: Finding) -> bool:
    """Whether a finding stands at its own report, because that names no file."""
    path = finding.location.path
    return finding.location.region == NOWHERE and path.endswith(_REPORTS) and not family_of(path)


def _is_dockerfile(path: str) -> bool:
    return kind_of(path) == "dockerfile"


def _is_image(finding: Finding, ecosystem: str) -> bool:
    if finding.artifact is not None:
        return finding.artifact.kind == "image"
    return ecosystem in _OS
