"""Versions are ordered, and requirements read and raised, as each ecosystem has it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from gatepost.languages.manifests.ranges import allows, exact, raised
from gatepost.languages.manifests.versions import version_key

ASCENDING = {
    # Semantic Versioning 2.0.0, 11.
    "npm": "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta "
    "1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 1.0.1 1.10.0",
    # PEP 440, "Summary of permitted suffixes and relative ordering".
    "pypi": "1.dev0 1.0.dev456 1.0a1 1.0a2.dev456 1.0a12.dev456 1.0a12 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 "
    "1.0b2.post345 1.0rc1.dev456 1.0rc1 1.0 1.0.post456.dev34 1.0.post456 1.1.dev1 1!0.1",
    # POM reference, "Version Order Specification".
    "maven": "1-alpha2 1-beta1 1-milestone1 1-rc1 1-SNAPSHOT 1 1-sp 1-abc 1.1 1.10 2.0.1",
    "gem": "1.0.a 1.0.rc1 1.0 1.0.1 1.1 2.0.0.1",
    "golang": "v0.0.0-20190101000000-abcdefabcdef v0.0.1 v1.2.3 v1.10.0",
}


@pytest.mark.parametrize("ecosystem", ASCENDING)
def test_versions_are_in_order(ecosystem: str):
    keys = [version_key(ecosystem, one) for one in ASCENDING[ecosystem].split()]
    assert None not in keys
    assert keys == sorted(keys)  # pyright: ignore[reportArgumentType]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("ecosystem", ["npm", "pypi", "maven", "gem"])
@pytest.mark.parametrize("text", ["", "latest", '1.0"; rm -rf', "1.0\n", "x" * 1000, "^1.0", "${v}"])
def test_what_is_no_version_has_no_order(ecosystem: str, text: str):
    assert version_key(ecosystem, text) is None


_PYTHON = st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){0,3}((a|b|rc)[0-9])?(\.post[0-9])?(\.dev[0-9])?", fullmatch=True)


@settings(max_examples=150, deadline=None)
@given(_PYTHON, _PYTHON)
def test_python_versions_compare_as_packaging_compares_them(one: str, other: str):
    left, right = version_key("pypi", one), version_key("pypi", other)
    assert left is not None
    assert right is not None
    assert (left < right, left == right) == (Version(one) < Version(other), Version(one) == Version(other))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["==", "~=", "!=", "<=", ">=", "<", ">"]), _PYTHON, _PYTHON)
def test_python_requirements_allow_what_packaging_allows(operator: str, bound: str, version: str):
    try:
        theirs = SpecifierSet(operator + bound).contains(Version(version), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return
    parsed = Version(bound)
    if operator in "<>" and (
        parsed.is_prerelease or parsed.is_postrelease or Version(version).base_version == parsed.base_version
    ):
        return  # PEP 440 leaves out pre- and post-releases of the bound itself
    if operator == "~=" and Version(version).is_prerelease:
        return
    assert allows("pypi", operator + bound, version) == theirs


@pytest.mark.parametrize(
    ("ecosystem", "requirement", "version", "answer"),
    [
        ("npm", "^1.2.3", "1.9.0", True),
        ("npm", "^1.2.3", "2.0.0", False),
        ("npm", "^0.2.3", "0.3.0", False),
        ("npm", "^0.0.3", "0.0.4", False),
        ("npm", "~1.2.3", "1.2.9", True),
        ("npm", "~1.2", "1.3.0", False),
        ("npm", "~1", "1.9.0", True),
        ("npm", "1.2", "1.2.7", True),
        ("npm", ">=1.2 <2", "1.9.0", True),
        ("npm", "^1.0.0 || ^2.0.0", "2.5.0", True),
        ("npm", "*", "9.0.0", True),
        ("npm", "latest", "9.0.0", None),
        ("npm", "1.x", "1.2.0", None),
        ("cargo", "1.2", "1.9.1", True),
        ("cargo", "=1.2.0", "1.9.1", False),
        ("composer", "~1.2", "1.9.0", True),
        ("composer", "~1.2.3", "1.3.0", False),
        ("gem", "~> 1.2", "1.9.0", True),
        ("gem", "~> 1.2.3", "1.3.0", False),
        ("golang", "v1.2.3", "v1.4.0", True),
    ],
)
def test_what_requirements_allow(ecosystem: str, requirement: str, version: str, answer: bool | None):
    assert allows(ecosystem, requirement, version) is answer


@pytest.mark.parametrize(
    ("ecosystem", "requirement", "version", "written"),
    [
        ("npm", "^1.2.3", "2.0.0", "^2.0.0"),
        ("npm", "~1.2", "1.2.9", "~1.2.9"),
        ("npm", "1.2.3", "1.2.4", "1.2.4"),
        ("npm", ">=1.0.0 <2.0.0", "1.9.0", ">=1.9.0 <2.0.0"),
        ("npm", ">=1.0.0 <2.0.0", "2.0.0", None),
        ("npm", "^1.0.0 || ^2.0.0", "2.5.0", None),
        ("npm", "latest", "2.5.0", None),
        ("pypi", "==1.0", "2.0", "==2.0"),
        ("pypi", "== 1.0.*", "2.0", None),
        ("pypi", ">=1.0,<2", "1.5", ">=1.5,<2"),
        ("pypi", "<2", "1.5", None),
        ("pypi", "", "1.5", ">=1.5"),
        ("cargo", "1.2", "1.9.1", "1.9.1"),
        ("gem", "~> 1.2.3", "1.2.9", "~> 1.2.9"),
        ("golang", "v1.2.3", "1.4.0", "v1.4.0"),
        ("maven", "[1.2]", "1.5", "[1.5]"),
        ("maven", "[1.2,2)", "1.5", None),
        ("nuget", "1.*", "1.5", None),
        ("npm", "^1.2.3", '2.0.0"', None),
    ],
)
def test_how_requirements_read_when_they_are_raised(
    ecosystem: str, requirement: str, version: str, written: str | None
):
    assert raised(ecosystem, requirement, version) == written


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["npm", "pypi", "cargo", "gem", "composer", "golang", "nuget"]),
    st.text("0123456789.^~=<>, |*x-v[]()", max_size=20),
    st.from_regex(r"[0-9]\.[0-9]\.[0-9]", fullmatch=True),
)
def test_a_raised_requirement_allows_the_version(ecosystem: str, requirement: str, version: str):
    written = raised(ecosystem, requirement, version)
    if written is not None and "[" not in written:
        assert allows(ecosystem, written, version) is True


def test_what_pins_a_version():
    assert exact("pypi", "==1.0") == "1.0"
    assert exact("pypi", ">=1.0") == ""
    assert exact("npm", "1.2.3") == "1.2.3"
    assert exact("npm", "1.2") == ""
    assert exact("cargo", "1.2.3") == ""
    assert exact("maven", "1.2") == "1.2"
    assert exact("maven", "[1.2,)") == ""
