"""CSAF 2.0 and 2.1 (OASIS): security advisories and VEX; never whether a statement is believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gatepost.model.findings import Cvss, Exploitability, Finding
from gatepost.model.problems import Problem
from gatepost.scans.opening import Opened
from gatepost.scans.purls import from_purl, package_of
from gatepost.scans.reading import Reading
from gatepost.scans.shapes import addresses, day, listed, mapping, name, score, text, weaknesses
from gatepost.scans.vex import stated

NAME = "csaf"
WRITTEN_BY = "CSAF documents: vendors' advisories and VEX"
UNIT = "one vulnerability of one product; not affected and fixed ones are marked"
EMPTY_LIST_IS_CLEAN = False
# Those that say whether a product is affected, the worse first: a product may be in several.
_STATUSES = (
    "known_affected",
    "first_affected",
    "last_affected",
    "under_investigation",
    "known_not_affected",
    "fixed",
    "first_fixed",
)
_MOST_DEEP = 60


def recognises(opened: Opened) -> bool:
    """Whether the document says which CSAF it is."""
    return "csaf_version" in mapping(mapping(opened.data).get("document"))


def read(opened: Opened, reading: Reading) -> Iterator[Finding | Problem]:
    """Yield a finding with a statement for each product of each vulnerability; a Problem where there is none."""
    data = mapping(opened.data)
    document = mapping(data.get("document"))
    publisher = name(mapping(document.get("publisher")).get("name"))
    products = _products(mapping(data.get("product_tree")))
    rows = [mapping(row) for row in listed(data.get("vulnerabilities"))]
    if not rows:
        yield reading.problem("the CSAF document speaks of no vulnerability", "see whether it is complete")
    for row in rows:
        about = _About(row, publisher, name(mapping(document.get("tracking")).get("id")), products)
        yield from reading.each(about.statuses(), partial(about.finding, reading))


def _products(tree: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return name and package URL of each product by its id, in branches, lists and relationships."""
    found: dict[str, tuple[str, str]] = {}
    waiting: list[tuple[Any, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        branch = mapping(node)
        for one in (branch.get("product"), *listed(branch.get("full_product_names"))):
            product = mapping(one)
            helper = mapping(product.get("product_identification_helper"))
            purl = name(helper.get("purl")) or name(next(iter(listed(helper.get("purls"))), None))
            if product.get("product_id"):
                found[name(product.get("product_id"))] = (name(product.get("name")), purl)
        if depth < _MOST_DEEP:
            waiting += [(one, depth + 1) for one in listed(branch.get("branches"))]
    for relation in map(mapping, listed(tree.get("relationships"))):
        product = mapping(relation.get("full_product_name"))
        part = found.get(name(relation.get("product_reference")), ("", ""))
        found[name(product.get("product_id"))] = (name(product.get("name")) or part[0], part[1])
    return found


class _About:
    """One vulnerability and what is said about its products."""

    def __init__(
        self, row: Mapping[str, Any], publisher: str, document: str, products: Mapping[str, tuple[str, str]]
    ) -> None:
        self._row = row
        self._publisher = publisher
        self._products = products
        given = [name(mapping(one).get("text")) for one in listed(row.get("ids"))]
        self._ids = [name(row.get("cve")), *given]
        self._identity = next((one for one in self._ids if one), document)
        self._scores = self._all_scores()

    def statuses(self) -> Iterator[tuple[str, str]]:
        """Yield each product once, with its status."""
        status = mapping(self._row.get("product_status"))
        seen: set[str] = set()
        for key in _STATUSES:
            for product in map(name, listed(status.get(key))):
                if product and product not in seen:
                    seen.add(product)
                    yield product, key

    def finding(self, reading: Reading, given: tuple[str, str]) -> Finding:
        """Return the statement about one product."""
        product, status = given
        row = self._row
        called, purl = self._products.get(product, (product, ""))
        inner, version = from_purl(purl)
        notes = [mapping(note) for note in listed(row.get("notes"))]
        said = next(
            (text(note.get("text")) for note in notes if note.get("category") in ("description", "summary")), ""
        )
        cwe = [mapping(one).get("id") for one in (row.get("cwe"), *listed(row.get("cwes")))]
        why = self._flag(product) or self._threat("impact", product)
        return reading.vulnerability(
            NAME,
            self._identity,
            reading.placing.manifest(),
            package_of(inner or called or product, version, purl=purl),
            aliases=self._ids,
            message=text(row.get("title")) or said,
            why=said.strip(),
            severity_said=self._severity(product),
            scores=[cvss for products, cvss, _ in self._scores if not products or product in products],
            cwe=weaknesses([one for one in cwe if one]),
            advice=self._remediation(product),
            published=day(row.get("release_date") or row.get("discovery_date")),
            exploitability=self._exploited(product),
            references=addresses([mapping(one).get("url") for one in listed(row.get("references"))]),
            content=called,
            **stated(status, why, self._publisher, NAME),
        )

    def _all_scores(self) -> list[tuple[frozenset[str], Cvss, str]]:
        found: list[tuple[frozenset[str], Cvss, str]] = []
        rows = [mapping(one) for one in (*listed(self._row.get("scores")), *listed(self._row.get("metrics")))]
        for row in rows:
            products = frozenset(map(name, listed(row.get("products"))))
            for key in ("cvss_v4", "cvss_v3", "cvss_v2"):
                given = mapping(mapping(row.get("content")).get(key) or row.get(key))
                points = score(given.get("baseScore"), 10)
                if points is not None:
                    cvss = Cvss(points, name(given.get("vectorString")), name(given.get("version")), self._publisher)
                    found.append((products, cvss, name(given.get("baseSeverity"))))
        return found

    def _severity(self, product: str) -> str:
        words = [word for products, _, word in self._scores if not products or product in products]
        return self._threat("impact", product).partition(" ")[0] if not any(words) else next(filter(None, words))

    def _threat(self, category: str, product: str) -> str:
        for one in map(mapping, listed(self._row.get("threats"))):
            products = listed(one.get("product_ids"))
            if one.get("category") == category and (not products or product in products):
                return text(one.get("details"), 500)
        return ""

    def _flag(self, product: str) -> str:
        flags = (mapping(one) for one in listed(self._row.get("flags")))
        return next((name(one.get("label")) for one in flags if product in listed(one.get("product_ids"))), "")

    def _remediation(self, product: str) -> str:
        given = (mapping(one) for one in listed(self._row.get("remediations")))
        mine = [one for one in given if product in listed(one.get("product_ids"))]
        best = sorted(mine, key=lambda one: one.get("category") != "vendor_fix")
        return text(best[0].get("details")).strip() if best else ""

    def _exploited(self, product: str) -> Exploitability:
        said = self._threat("exploit_status", product)
        return Exploitability(known_exploited=True if "exploited:yes" in said.lower().replace(" ", "") else None)
