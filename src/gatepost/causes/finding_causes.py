"""Findings of scan reports with the place to mend, grouped by what one edit clears; never drops or decides."""

from __future__ import annotations

import gc
from collections.abc import Sequence

from gatepost.causes.bases import mend_base, mend_image
from gatepost.causes.images import Dockerfiles, Image, Source
from gatepost.causes.mend import Mend, mended
from gatepost.causes.packages import Packages
from gatepost.causes.projects import Known, Projects
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


def with_causes(findings: Sequence[Finding], files: Files) -> list[Finding]:
    """Return the findings, in the same order, with the place to mend those about packages."""
    collecting = gc.isenabled()
    gc.disable()  # what is made here has no cycles, and looking for them takes a third of the time
    try:
        return _caused(findings, _Work(files))
    finally:
        if collecting:
            gc.enable()


def _caused(findings: Sequence[Finding], work: _Work) -> list[Finding]:
    groups: dict[tuple[str, ...], list[int]] = {}
    out = list(findings)
    for index, finding in enumerate(findings):
        if finding.package is not None and not finding.cause:
            groups.setdefault(work.key(finding, finding.package), []).append(index)
    images: dict[str, list[int]] = {}
    for (kind, path, ecosystem, name, version), indices in groups.items():
        members = [findings[index] for index in indices]
        mend = work.of_package(kind, path, ecosystem, name, version, members)
        if mend is None and kind == "image":
            images.setdefault(path, []).extend(indices)
            continue
        for index in indices:
            if mend is not None:
                out[index] = mended(findings[index], mend, kind == "file")
    for name, indices in images.items():
        for index, mend in work.of_image(name, [(index, findings[index]) for index in indices]):
            out[index] = mended(findings[index], mend, False)
    return out


class _Work:
    """What is known of the files of one run."""

    def __init__(self, files: Files) -> None:
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

            full = self._files.inside(path)
            self._is_file[path] = full is not None and os.path.isfile(full)
        return self._is_file[path]

    def of_package(
        self, kind: str, path: str, ecosystem: str, name: str, version: str, findings: Sequence[Finding]
    ) -> Mend | None:
        """Return where a package of a language is mended; None where no file here speaks of it."""
        if ecosystem not in _LANGUAGES:
            return None
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

    def of_image(self, name: str, members: Sequence[tuple[int, Finding]]) -> list[tuple[int, Mend]]:
        """Return what the Dockerfile of an image says of each finding."""
        if self._dockerfiles is None:
            self._dockerfiles = Dockerfiles(self._files, paths_where(self._files, _is_dockerfile))
        findings = [finding for _, finding in members]
        layers = (one.artifact.layer for one in findings if one.artifact is not None)
        commands = frozenset(layer.command for layer in layers if layer is not None and layer.command)
        base = self._dockerfiles.with_base(name)
        if base is not None:
            mend = mend_base(base, findings)
            return [(index, mend) for index, _ in members]
        built = self._dockerfiles.of_image(name, commands)
        if isinstance(built, str):
            mend = Mend(f"image {name}", f"Update the image {name}", None, (), advice=built)
            return [(index, mend) for index, _ in members]
        image = Image(built, findings)
        groups: dict[tuple[str, str], list[tuple[int, Finding, Source]]] = {}
        for index, finding in members:
            source = image.source(finding, _kind_of(finding))
            pinned = finding.package.name if source.pinned is not None and finding.package is not None else ""
            groups.setdefault((source.entry.key, pinned), []).append((index, finding, source))
        out: list[tuple[int, Mend]] = []
        for rows in groups.values():
            mend = mend_image(image, rows[0][2], [finding for _, finding, _ in rows], _kind_of(rows[0][1]))
            mend = mend._replace(base=image.base())
            out += [(index, mend) for index, _, _ in rows]
        return out


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
