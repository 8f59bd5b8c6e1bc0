"""Names of packages, ecosystems and versions as package URLs have them; never where a package lies.

The types and their rules: https://github.com/package-url/purl-spec (PURL-TYPES).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from gatepost.model.findings import Package
from gatepost.model.regexes import regex

_WORDS = {
    "pypi": "pip pipenv poetry uv python python-pkg pypi conda-pkg pyenv pipfile requirements.txt",
    "npm": "npm node-pkg yarn pnpm bun node nodejs node.js javascript jar-js js",
    "golang": "gomod gobinary go go-module golang go-modules golangdep govendor",
    "cargo": "cargo rust-crate rustbinary crates.io crates rust rust-binary",
    "gem": "bundler gemspec gem rubygems ruby gems",
    "composer": "composer packagist php-composer composer-vendor php php-composer-lock php-composer-installed",
    "maven": "jar pom gradle maven java-archive java sbt gradle-lockfile maven-central",
    "nuget": "nuget dotnet dotnet-core packages-props .net dotnet-deps packages-config",
    "hex": "hex mix erlang elixir hexpm",
    "pub": "pub dart pubspec",
    "conan": "conan conancenter c c++",
    "swift": "swift swiftpm swifturl",
    "cocoapods": "cocoapods cocoapod",
    "github": "github-action github-actions github actions",
    "deb": "deb debian ubuntu dpkg",
    "rpm": "rpm redhat rhel centos rocky alma almalinux oracle amazon fedora suse sles opensuse photon cbl-mariner"
    " azurelinux mariner",
    "apk": "apk alpine wolfi chainguard minimos",
    "alpm": "alpm arch archlinux",
    "bitnami": "bitnami",
    "cran": "cran r",
}
_TYPES = {word: known for known, words in _WORDS.items() for word in words.split()}
# Those whose package URLs need nothing besides name and version.
_PLAIN = frozenset(("pypi", "npm", "golang", "cargo", "gem", "composer", "maven", "nuget", "hex", "pub", "cocoapods"))
_MOST_PATHS = 50
_LONGEST_PATH = 30


def ecosystem_of(word: str, purl: str = "") -> str:
    """Return the type of a package URL ("pypi") for a tool's word ("pip", "python-pkg", "PyPI"), else that word.

    A word may have more behind a colon, as OSV writes ("Debian:12").
    """
    if purl.startswith("pkg:"):
        return purl[4:].lstrip("/").partition("/")[0].lower()
    known = word.strip().lower().partition(":")[0]
    return _TYPES.get(known) or _TYPES.get(known.partition(" ")[0]) or known


def from_purl(purl: str) -> tuple[str, str]:
    """Return the name, as its ecosystem writes it, and the version in a package URL; "" for what it does not say."""
    if not purl.startswith("pkg:"):
        return "", ""
    from urllib.parse import unquote

    kind, _, rest = purl[4:].lstrip("/").partition("#")[0].partition("?")[0].partition("/")
    way, at, version = rest.rpartition("@")
    if not at or "/" in version:
        way, version = rest, ""
    parts = [unquote(part) for part in way.strip("/").split("/") if part]
    if not parts:
        return "", ""
    kind = kind.lower()
    if kind in ("deb", "rpm", "apk", "alpm"):
        return parts[-1], unquote(version)
    return (":" if kind == "maven" else "/").join(parts), unquote(version)


def purl_of(ecosystem: str, name: str, version: str) -> str:
    """Return the package URL of a package of a language; "" where name and version do not make one."""
    if ecosystem not in _PLAIN or not name or any(one in name for one in " ?#"):
        return ""
    from urllib.parse import quote

    known = re.sub(r"[-_.]+", "-", name).lower() if ecosystem == "pypi" else name
    known = known.lower() if ecosystem in ("composer", "hex") else known
    parts = known.split(":" if ecosystem == "maven" else "/")
    if ecosystem == "maven" and len(parts) != 2:
        return ""
    way = "/".join(quote(part, safe="+") for part in parts if part)
    return f"pkg:{ecosystem}/{way}" + (f"@{quote(version, safe='+:')}" if version else "")


def package_of(
    name: str,
    version: str = "",
    fixed: Iterable[str] = (),
    purl: str = "",
    ecosystem: str = "",
    **more: Any,
) -> Package:
    """Return a package under the name and ecosystem of its package URL, which is made up where it can be.

    `fixed` are versions that mend it, in any order. `more` is as in Package; of very many paths the shortest stay.
    """
    kind = ecosystem_of(ecosystem, purl)
    if purl.startswith("pkg:"):
        known, its_version = from_purl(purl)
        name, version = (known if kind in _PLAIN else name) or name or known, version or its_version
    else:
        purl = purl_of(kind, name, version)
        name = from_purl(purl)[0] if kind == "pypi" and purl else name
    if len(more.get("paths") or ()) > 1:
        paths = sorted(dict.fromkeys(tuple(path[:_LONGEST_PATH]) for path in more["paths"]), key=len)
        more["paths"] = tuple(paths[:_MOST_PATHS])
    return Package(name, version, nearest_first(version, fixed), purl, kind, **more)


_PIECES = regex(r"\d+|[A-Za-z]+")


def version_key(version: str) -> tuple[tuple[int, int, str], ...]:
    """Return what orders versions of one package well enough to choose among a few; no ecosystem's own order.

    Numbers count as such; words such as rc, alpha, beta, dev and pre come before the end of a version.
    """
    epoch, colon, rest = version.partition(":")
    pieces = _PIECES.findall((rest if colon else version).partition("+")[0][:80].removeprefix("v"))
    key = [(1, int(piece), "") if piece.isdigit() else (-1, 0, piece.lower()) for piece in pieces]
    return ((1, int(epoch) if colon and epoch.isdigit() and len(epoch) < 9 else 0, ""), *key, (0, 0, ""))


def nearest_first(installed: str, fixed: Iterable[str]) -> tuple[str, ...]:
    """Return versions that mend a package with the nearest one above the installed first.

    Versions below the installed one mend other branches: they stay only when none is above.
    """
    known: Sequence[str] = list(dict.fromkeys(one.strip() for one in fixed if one and one.strip()))
    if len(known) < 2 or not any(one.isdigit() for one in installed):
        return tuple(known)
    mine = version_key(installed)
    ordered = sorted(known, key=version_key)
    above = [one for one in ordered if version_key(one) > mine]
    return tuple(above or ordered[::-1])
