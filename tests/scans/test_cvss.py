from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.model.findings import Cvss
from gatepost.scans.cvss import best, scored


# Vectors with the scores that NVD gives them: CVE-2021-44228, CVE-2014-0160, CVE-2015-8252, CVE-2012-5376 …
@pytest.mark.parametrize(
    ("vector", "points", "version"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0, "3.1"),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, "3.0"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "3.1"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, "3.1"),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:L/I:L/A:N", 5.4, "3.1"),
        ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8, "3.1"),
        ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", 0.0, "3.1"),
        ("CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:C/C:H/I:N/A:N", 5.6, "3.1"),
        ("AV:N/AC:M/Au:N/C:C/I:C/A:C", 9.3, "2.0"),
        ("(AV:N/AC:L/Au:N/C:P/I:N/A:N)", 5.0, "2.0"),
        ("AV:N/AC:L/Au:N/C:P/I:P/A:P", 7.5, "2.0"),
        ("AV:L/AC:H/Au:N/C:N/I:N/A:N", 0.0, "2.0"),
    ],
)
def test_a_vector_has_the_score_that_it_has_in_the_national_database(vector: str, points: float, version: str) -> None:
    found = scored(vector)
    assert found is not None
    assert (found.score, found.version) == (points, version)


@pytest.mark.parametrize(
    "vector", ["", "CVSS:3.1/AV:N", "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "7.5", "CVSS:4.0/AV:N"]
)
def test_what_is_no_whole_vector_has_no_score(vector: str) -> None:
    assert scored(vector) is None


def test_the_newest_version_counts_and_the_first_of_it() -> None:
    given = [Cvss(5.0, "", "2.0"), Cvss(9.0, "", "3.1", "a"), Cvss(8.0, "", "3.1", "b")]
    assert best(given) == given[1]


@given(st.text(max_size=80))
def test_no_text_makes_a_score_fail(text: str) -> None:
    for vector in (text, f"CVSS:3.1/{text}", f"AV:N/Au:{text}"):
        found = scored(vector)
        assert found is None or 0 <= found.score <= 10
