"""Normal names of packages, images, files, resources and foreign rules, so that tools can be compared; never a guess.

The files of one project: what the package managers' manuals call manifest and lock file.
"""

from __future__ import annotations

import re
from functools import lru_cache

from gatepost.model.findings import Finding
from gatepost.model.places import Region
from gatepost.model.problems import NOWHERE

# A manifest and its lock file are one place of a package: tools name now the one and now the other.
_PROJECT_FILES = {
    name: kind
    for kind, names in {
        "npm": "package.json package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock",
        "pypi": "pyproject.toml poetry.lock uv.lock pdm.lock",
        "pipenv": "Pipfile Pipfile.lock",
        "golang": "go.mod go.sum",
        "cargo": "Cargo.toml Cargo.lock",
        "gem": "Gemfile Gemfile.lock",
        "composer": "composer.json composer.lock",
        "gradle": "build.gradle build.gradle.kts gradle.lockfile",
        "hex": "mix.exs mix.lock",
    }.items()
    for name in names.split()
}
_SYSTEM = frozenset(("deb", "rpm", "apk", "alpm"))
_SEPARATORS = re.compile(r"[-_.]+")
_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|[^\]]*)\]')
_CFN_TYPE = re.compile(r"(?:[A-Z]\w*::)+\w+\.")
_TRIVY = re.compile(r"trivy/(?:avd-)?([a-z]+)-?0*(\d+)\Z")
_REGISTRIES = ("docker.io/library/", "docker.io/", "index.docker.io/library/", "index.docker.io/", "library/")


@lru_cache(maxsize=65536)
def rule_name(name: str) -> str:
    """Return a foreign rule ("tool/rule") as it is compared: Trivy's AVD-DS-0002, DS-0002 and DS002 are one."""
    lower = name.lower()
    trivy = _TRIVY.match(lower)
    return f"trivy/{trivy[1]}-{trivy[2]}" if trivy else lower


@lru_cache(maxsize=65536)
def package_name(name: str, purl: str, ecosystem: str) -> str:
    """Return a package's name as it is compared within one place: of Maven's only the artifact, as tools differ."""
    kind = purl[4:].lstrip("/").partition("/")[0].lower() if purl.startswith("pkg:") else ecosystem.lower()
    lower = name.strip().lower()
    if kind == "maven":
        return re.split(r"[:/]", lower)[-1]
    return _SEPARATORS.sub("-", lower) if kind == "pypi" else lower


def package_version(version: str) -> str:
    """Return a version as it is compared: without Go's "v" in front and without an epoch of nothing."""
    text = version.strip().removeprefix("0:")
    return text[1:] if text[:1] in ("v", "V") and text[1:2].isdigit() else text


@lru_cache(maxsize=4096)
def image_names(name: str) -> tuple[str, ...]:
    """Return what an image may be recognised by: its name with the tag, and its digest."""
    text = name.strip().partition(" (")[0]
    for scheme in ("docker://", "docker:", "registry:", "oci://", "podman:"):
        text = text.removeprefix(scheme)
    text, _, digest = text.partition("@")
    for registry in _REGISTRIES:
        text = text.removeprefix(registry)
    text = text.removesuffix(":latest")
    return tuple(one for one in (text.lower(), digest.lower()) if one)


def places(finding: Finding) -> tuple[str, ...]:
    """Return the places that a package's finding may be compared by: its image, or the project its file belongs to."""
    artifact = finding.artifact
    if artifact is not None and artifact.kind == "image":
        return _of_image(artifact.name, artifact.digests)
    path = finding.location.path
    folder, _, file = path.rpartition("/")
    kind = _PROJECT_FILES.get(file)
    if kind is not None:
        return (f"project {kind} {folder}",)
    if finding.location.region == NOWHERE and artifact is None:
        return (f"file {path}", *(f"image {one}" for one in image_names(path)))
    return (f"file {path}",)


@lru_cache(maxsize=4096)
def _of_image(name: str, digests: tuple[str, ...]) -> tuple[str, ...]:
    known = (*image_names(name), *(digest.lower().rpartition("@")[2] for digest in digests))
    return tuple(f"image {one}" for one in dict.fromkeys(known))


def inner_path(finding: Finding) -> str:
    """Return where in an image a package lies; "" where nobody says, and for what the system has installed once."""
    package, artifact = finding.package, finding.artifact
    if package is None or package.ecosystem in _SYSTEM or package.purl.startswith(tuple(f"pkg:{k}/" for k in _SYSTEM)):
        return ""
    if artifact is not None:
        return artifact.path.lstrip("/")
    return finding.content.lstrip("/") if finding.location.region == NOWHERE else ""


@lru_cache(maxsize=65536)
def address(resource: str) -> str:
    """Return a resource's address without instances, and without what CloudFormation or a tool puts in front."""
    return _CFN_TYPE.sub("", _INDEX.sub("", resource).removeprefix("Resources."))


def same_resource(one: str, other: str) -> bool:
    """Whether two addresses are of one resource; one may leave out module or type."""
    first, second = address(one), address(other)
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


@lru_cache(maxsize=65536)
def label(resource: str) -> str:
    """Return the last part of an address with a type, which all addresses of that resource share; "" for any other."""
    parts = address(resource).split(".")
    if len(parts) < 2 or "/" in resource or resource.startswith("Dockerfile") or _is_call(parts):
        return ""
    return parts[-1]


def _is_call(parts: list[str]) -> bool:
    return len(parts) % 2 == 0 and all(part == "module" for part in parts[::2])


def is_module_of(one: str, other: str) -> bool:
    """Whether an address is only a module call, and the other one lies within that module."""
    return _is_call(address(one).split(".")) and address(other).startswith(f"{address(one)}.")


def overlap(one: Region, other: Region) -> bool:
    """Whether two regions touch."""
    return (one.start_line, one.start_column) <= (other.end_line, other.end_column) and (
        other.start_line,
        other.start_column,
    ) <= (one.end_line, one.end_column)
