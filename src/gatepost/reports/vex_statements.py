"""What waivers say of vulnerabilities, as statements (VEX) that other tools can read; never more than a waiver says.

A waiver accepts a vulnerability for a time, so it says "affected" with what is done about it, unless somebody answers
for another status in the waiver itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote as percent_encoded

from gatepost.model.decisions import Decision, Verdict, Waiver
from gatepost.model.findings import Finding, Package
from gatepost.model.records import NamedTuple
from gatepost.reports.safe_text import printable
from gatepost.reports.view import View

# What makes a waiver be about less than a package wherever it is.
_NARROWER = ("path", "resource", "fingerprint", "environment")


class Product(NamedTuple):
    """What a statement is about: a package (its URL), in an image (its URL) or a file (its path) if not anywhere."""

    purl: str
    name: str
    version: str
    image: str = ""
    file: str = ""


class Statement(NamedTuple):
    """One vulnerability, one waiver and what it holds for. `how` is what to do, or why it does not matter."""

    vulnerability: str
    aliases: tuple[str, ...]
    waiver: Waiver
    status: str
    justification: str
    how: str
    finding: Finding
    products: tuple[Product, ...]


def statements_of(verdict: Verdict) -> list[Statement]:
    """Return the statements of the waivers that count, by vulnerability, in a fixed order."""
    found: dict[tuple[str, Waiver], list[Decision]] = {}
    for decision in verdict.decisions:
        finding = decision.assessment.finding
        if decision.waiver is not None and decision.action == "allow" and finding.ids and finding.package:
            found.setdefault((main_id(finding.ids), decision.waiver), []).append(decision)
    statements = [_statement(id, waiver, decisions) for (id, waiver), decisions in found.items()]
    return sorted(statements, key=lambda one: (one.vulnerability, one.products, one.waiver))


def _statement(id: str, waiver: Waiver, decisions: list[Decision]) -> Statement:
    findings = [decision.assessment.finding for decision in decisions]
    first = findings[0]
    aliases = sorted({alias for finding in findings for alias in finding.ids} - {id})
    products = sorted({_product(finding, waiver) for finding in findings})
    status = waiver.status or "affected"
    ticket = f" ({waiver.ticket})" if waiver.ticket else ""
    if status == "affected":
        fixed = sorted({_fixed(finding) for finding in findings} - {""})
        how = f"Accepted until {waiver.until} by {waiver.by}: {waiver.why}{ticket}"
        how += f". Fixed in {'; '.join(fixed)}" if fixed else ""
    else:
        how = f"{waiver.why}{ticket}. Stated by {waiver.by}, to be looked at again by {waiver.until}"
    return Statement(id, tuple(aliases), waiver, status, waiver.justification, printable(how), first, tuple(products))


def main_id(ids: tuple[str, ...]) -> str:
    """Return the identifier that a vulnerability goes by: its CVE where it has one."""
    return min(ids, key=lambda id: (not id.startswith("CVE-"), id))


def _fixed(finding: Finding) -> str:
    package = finding.package
    return f"{package.name} {package.fixed_versions[0]}" if package is not None and package.fixed_versions else ""


def _product(finding: Finding, waiver: Waiver) -> Product:
    package = finding.package
    assert package is not None
    artifact = finding.artifact
    image = _image_purl(artifact.name, artifact.digests) if artifact is not None and artifact.kind == "image" else ""
    narrow = any(waiver.of(key) for key in _NARROWER)
    file = finding.location.path if narrow and not image else ""
    return Product(purl_of(package), package.name, package.version, image, file)


def purl_of(package: Package) -> str:
    """Return a package's URL, made of what is known where no tool gave one."""
    if package.purl.startswith("pkg:"):
        return _quoted(package.purl, safe="/:@?=&#%+~.-_")
    kind = package.ecosystem or "generic"
    name = package.name.replace(":", "/") if kind == "maven" else package.name
    version = f"@{_quoted(package.version, safe='')}" if package.version else ""
    return f"pkg:{_quoted(kind, safe='')}/{_quoted(name, safe='/')}{version}"


def _image_purl(name: str, digests: tuple[str, ...]) -> str:
    """Return the URL of an image; a digest is its version, a tag only a qualifier (purl-spec, type oci)."""
    plain, _, digest = name.partition(" (")[0].partition("@")
    repository, colon, tag = plain.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = plain, ""
    digest = digest or next((one.rpartition("@")[2] for one in digests if "sha256:" in one), "")
    version = f"@{_quoted(digest, safe='')}" if digest else ""
    known = {"repository_url": repository.lower() if "/" in repository else "", "tag": "" if digest else tag}
    qualifiers = "&".join(f"{key}={_quoted(value, safe='/')}" for key, value in known.items() if value)
    last = _quoted(repository.rpartition("/")[2].lower(), safe="")
    return f"pkg:oci/{last}{version}" + (f"?{qualifiers}" if qualifiers else "")


def _quoted(text: str, safe: str) -> str:
    return percent_encoded(text, safe, errors="surrogatepass")


def file_iri(path: str) -> str:
    """Return what a statement calls a file of the repository by."""
    return f"file:{_quoted(path, safe='/')}"


def authors(statements: list[Statement]) -> list[str]:
    """Return who answers for the statements."""
    return sorted({printable(one.waiver.by) for one in statements})


def today_of(verdict: Verdict, view: View) -> str:
    """Return the day that was judged by as a time, so that the same run gives the same text."""
    return f"{view.today or verdict.today or '1970-01-01'}T00:00:00Z"


def identity(data: Mapping[str, Any]) -> str:
    """Return a UUID (RFC 9562, version 8) made of the data alone."""
    digest = sha256(json.dumps(data, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
    return f"urn:uuid:{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"
