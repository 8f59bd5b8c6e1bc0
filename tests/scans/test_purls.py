from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.scans.purls import ecosystem_of, from_purl, nearest_first, package_of, purl_of
from gatepost.scans.ranges import lower_bounds, upper_bounds


@pytest.mark.parametrize(
    ("word", "ecosystem"),
    [
        ("pip", "pypi"),
        ("python-pkg", "pypi"),
        ("PyPI", "pypi"),
        ("crates.io", "cargo"),
        ("Debian:12", "deb"),
        ("debian 12.5", "deb"),
        ("java-archive", "maven"),
        ("something new", "something new"),
    ],
)
def test_an_ecosystem_has_the_name_that_package_urls_use(word: str, ecosystem: str) -> None:
    assert ecosystem_of(word) == ecosystem


@pytest.mark.parametrize(
    ("ecosystem", "name", "version", "purl"),
    [
        ("npm", "@angular/cli", "1.0", "pkg:npm/%40angular/cli@1.0"),
        ("maven", "org.a:b", "2.0", "pkg:maven/org.a/b@2.0"),
        ("golang", "golang.org/x/net", "v0.8.0", "pkg:golang/golang.org/x/net@v0.8.0"),
        ("composer", "Guzzlehttp/Guzzle", "7", "pkg:composer/guzzlehttp/guzzle@7"),
        ("nuget", "Newtonsoft.Json", "", "pkg:nuget/Newtonsoft.Json"),
    ],
)
def test_a_package_url_is_made_and_taken_apart(ecosystem: str, name: str, version: str, purl: str) -> None:
    assert purl_of(ecosystem, name, version) == purl
    known = name.lower() if ecosystem == "composer" else name
    assert from_purl(purl) == (known, version)


def test_a_package_of_python_has_its_normal_name() -> None:
    assert package_of("Jinja_2", "3.1", ecosystem="pip").name == "jinja-2"


def test_a_package_of_a_distribution_needs_its_namespace_and_gets_no_package_url() -> None:
    assert package_of("zlib1g", "1:1.2", ecosystem="debian").purl == ""
    assert from_purl("pkg:deb/debian/zlib1g@1%3A1.2?arch=amd64&distro=12") == ("zlib1g", "1:1.2")


@pytest.mark.parametrize(
    ("installed", "fixed", "expected"),
    [
        ("3.1.2", ["2.11.9", "3.1.4"], ("3.1.4",)),
        ("2.9.0", ["3.1.4", "2.11.9"], ("2.11.9", "3.1.4")),
        ("1.9.0", ["1.10.0", "1.9.1"], ("1.9.1", "1.10.0")),
        ("4.0.0", ["4.0.0-rc1", "4.0.1"], ("4.0.1",)),
        ("4.0.0-beta", ["4.0.0-rc1", "4.0.0"], ("4.0.0-rc1", "4.0.0")),
        ("1:1.2-3", ["1:1.2-4", "0.9"], ("1:1.2-4",)),
        ("9", ["1.0", "2.0"], ("2.0", "1.0")),
        ("", ["1.0", "2.0"], ("1.0", "2.0")),
        ("1", ["", "2", "2"], ("2",)),
    ],
)
def test_the_version_that_mends_the_installed_branch_comes_first(
    installed: str, fixed: list[str], expected: tuple[str, ...]
) -> None:
    assert nearest_first(installed, fixed) == expected


@pytest.mark.parametrize(
    ("words", "upper"),
    [
        ("<1.2.6 || >=2 <2.3", ("1.2.6", "2.3")),
        (">=7,<7.4.5|>=6,<6.5.8", ("7.4.5", "6.5.8")),
        ("<=1.0", ()),
        ("*", ()),
        ("vers:semver/<2.6.7.5", ("2.6.7.5",)),
    ],
)
def test_what_a_vulnerable_range_ends_with_mends(words: str, upper: tuple[str, ...]) -> None:
    assert upper_bounds(words) == upper


@pytest.mark.parametrize(
    ("words", "lower"),
    [
        (">= 2.12.5, < 3.0.0, >= 3.7.2", ("2.12.5", "3.7.2")),
        ("~> 2.1.3", ("2.1.3",)),
        ("'>= 1.16.2'", ("1.16.2",)),
        (">=0.4.8, <0.5.0", ("0.4.8",)),
        ("", ()),
    ],
)
def test_what_a_patched_range_begins_with_mends(words: str, lower: tuple[str, ...]) -> None:
    assert lower_bounds(words) == lower


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=4), st.text(max_size=30), st.text(max_size=60))
def test_no_text_makes_a_package_fail(version: str, fixed: list[str], name: str, purl: str) -> None:
    for given_purl in (purl, f"pkg:{purl}"):
        package = package_of(name, version, fixed, purl=given_purl, ecosystem="npm")
        assert set(package.fixed_versions) <= {one.strip() for one in fixed}
    upper_bounds(name)
    lower_bounds(name)
