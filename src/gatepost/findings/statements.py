"""Lays statements about vulnerabilities (VEX) over what others have seen; never drops one, never believes one.

A statement is about a product, or a component of one: OpenVEX 0.2.0 ("products", "subcomponents"), CSAF 2.0.
"""

from __future__ import annotations

from collections.abc import Sequence

from gatepost.findings.joining import distinct, worst_vex
from gatepost.findings.sameness import image_names, package_name, package_version
from gatepost.model.findings import Finding

# Formats whose findings are statements and nothing that was seen.
STATING = frozenset(("openvex", "csaf"))


def is_statement(finding: Finding) -> bool:
    """Whether a finding only says what somebody states, and no tool has seen it."""
    return finding.vex is not None and all(one.tool in STATING for one in finding.detectors)


def with_statements(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings with the statements that are about them, and the statements that are about none.

    A finding that comes with a statement of its own keeps it, and lends it to other tools' findings of the same.
    """
    if all(one.vex is None for one in findings):
        return list(findings)
    by_id: dict[str, list[int]] = {}
    for index, finding in enumerate(findings):
        if not is_statement(finding) and finding.package is not None:
            for identity in finding.ids:
                by_id.setdefault(identity.upper(), []).append(index)
    said: dict[int, list[Finding]] = {}
    alone: set[int] = set()
    for index, statement in enumerate(findings):
        if statement.vex is None:
            continue
        near = dict.fromkeys(one for identity in statement.ids for one in by_id.get(identity.upper(), ()))
        about = [one for one in near if one != index and _is_about(statement, findings[one])]
        for one in about:
            said.setdefault(one, []).append(statement)
        if not about and is_statement(statement):
            alone.add(index)
    return [
        _told(finding, said.get(index, ()))
        for index, finding in enumerate(findings)
        if index in alone or not is_statement(finding)
    ]


def _told(finding: Finding, statements: Sequence[Finding]) -> Finding:
    if not statements:
        return finding
    given = sorted(statements, key=lambda one: (one.vex, one.rule, one.suppressions))
    return finding._replace(
        vex=worst_vex((finding.vex, *(one.vex for one in given))),
        suppressions=distinct((*finding.suppressions, *(s for one in given for s in one.suppressions))),
        references=distinct((*finding.references, *(r for one in given for r in one.references))),
        advice=finding.advice or next((one.advice for one in given if one.advice), ""),
    )


def _is_about(statement: Finding, finding: Finding) -> bool:
    """Whether a statement's product is what the finding was made in, and its component the package at fault."""
    package = statement.package
    if package is None or finding.package is None:
        return False
    if package.purl.startswith("pkg:oci/"):
        return statement.artifact is None and _is_image(package.name, package.version, finding)
    if not _is_package(statement, finding):
        return False
    whole = statement.artifact
    if whole is None:
        return True
    if whole.kind == "image" and not whole.name.startswith("pkg:"):
        return _is_image(whole.name, "", finding)
    if whole.name.startswith("pkg:oci/"):
        return _is_oci(whole.name, finding)
    if whole.name.startswith("file:"):
        from urllib.parse import unquote

        return unquote(whole.name[5:]) == finding.location.path
    return finding.artifact is not None and finding.artifact.name == whole.name


def _is_package(statement: Finding, finding: Finding) -> bool:
    stated, seen = statement.package, finding.package
    assert stated is not None and seen is not None
    names = [package_name(one.name, one.purl, one.ecosystem) for one in (stated, seen)]
    if names[0] != names[1] or (stated.ecosystem and seen.ecosystem and stated.ecosystem != seen.ecosystem):
        return False
    return not stated.version or package_version(stated.version) == package_version(seen.version)


def _is_oci(purl: str, finding: Finding) -> bool:
    """Whether a finding is in the image that a package URL of the type oci names (purl-spec)."""
    from urllib.parse import unquote

    path, _, rest = purl[8:].partition("?")
    pairs = (one.partition("=") for one in rest.split("&"))
    qualifiers = {key: value for key, _, value in pairs}
    name, _, digest = unquote(path).rpartition("/")[2].partition("@")
    if not _is_image(name, digest or unquote(qualifiers.get("tag", "")), finding):
        return False
    repository = unquote(qualifiers.get("repository_url", ""))
    if digest or not repository or finding.artifact is None:
        return True
    # Without a digest, an image of another repository may have the same name.
    whole = repository if repository.rpartition("/")[2] == name else f"{repository}/{name}"
    seen, stated = (_repository(image_names(one)[0]) for one in (finding.artifact.name, whole))
    return "/" not in seen or f"/{stated}".endswith(f"/{seen}") or f"/{seen}".endswith(f"/{stated}")


def _repository(name: str) -> str:
    folder, slash, last = name.rpartition("/")
    return folder + slash + last.partition(":")[0]


def _is_image(name: str, version: str, finding: Finding) -> bool:
    """Whether a finding is in an image of this name and, where it is given, of this tag or digest."""
    artifact = finding.artifact
    if artifact is None or artifact.kind != "image":
        return False
    known = image_names(artifact.name)
    wanted = image_names(name)
    if version:
        digests = {one.lower().rpartition("@")[2] for one in (*artifact.digests, *known)}
        if version.startswith("sha256:"):
            return version.lower() in digests
        return any(one.rpartition("/")[2] == f"{wanted[0].rpartition('/')[2]}:{version}" for one in known)
    bare = {one.rpartition("/")[2].partition(":")[0] for one in known} | {one.rpartition("/")[2] for one in known}
    return wanted[0].rpartition("/")[2] in bare
