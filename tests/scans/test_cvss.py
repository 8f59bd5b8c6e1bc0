from __future__ import annotations

import subprocess
import sys
from itertools import product

import pytest
from cvss import CVSS2, CVSS3
from hypothesis import given
from hypothesis import strategies as st

from gatepost.model.findings import Cvss
from gatepost.scans.cvss_scores import best, scored


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


# Vectors with the scores that FIRST's document "CVSS v4.0 Examples" gives them.
@pytest.mark.parametrize(
    ("vector", "points"),
    [
        ("AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3),  # CVE-2022-41741
        ("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7),  # CVE-2020-3549
        ("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 5.2),
        ("AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3),  # CVE-2023-3089
        (
            "AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/CR:H/IR:L/AR:L/MAV:N/MAC:H/MVC:H/MVI:L/MVA:L",
            8.1,
        ),
        ("AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 4.6),  # CVE-2021-44714
        ("AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 5.1),  # CVE-2022-21830
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 6.9),  # CVE-2022-22186
        ("AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", 5.9),  # CVE-2023-21989
        ("AV:L/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 9.4),  # CVE-2020-3947
        ("AV:P/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:H/SA:N/S:P/V:D", 8.3),  # CVE-2023-30560
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N/E:A", 8.7),  # CVE-2014-0160
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:A", 10.0),  # CVE-2021-44228
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:A", 9.3),  # CVE-2014-6271
        ("AV:A/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:H/SI:N/SA:H", 6.4),  # CVE-2013-6014
        ("AV:L/AC:L/AT:N/PR:H/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/R:I", 9.3),  # CVE-2016-5729
        ("AV:L/AC:L/AT:P/PR:H/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/R:I", 8.7),  # CVE-2015-2890
        ("AV:P/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 8.6),  # CVE-2018-3652
    ],
)
def test_a_vector_of_version_4_has_the_score_that_first_publishes(vector: str, points: float) -> None:
    found = scored(f"CVSS:4.0/{vector}", "osv")
    assert found is not None
    assert (found.score, found.version, found.source) == (points, "4.0", "osv")


def test_our_equations_of_versions_2_and_3_come_to_what_the_library_does() -> None:
    metrics = (
        "AV:N AV:L AV:P",
        "AC:L AC:H",
        "PR:N PR:L PR:H",
        "UI:N UI:R",
        "S:U S:C",
        "C:H C:N",
        "I:H I:L I:N",
        "A:L A:N",
    )
    for version in ("3.0", "3.1"):
        for chosen in product(*(one.split() for one in metrics)):
            vector = f"CVSS:{version}/{'/'.join(chosen)}"
            found = scored(vector)
            assert found is not None and found.score == float(CVSS3(vector).base_score), vector
    metrics = ("AV:N AV:A AV:L", "AC:L AC:M AC:H", "Au:N Au:S Au:M", "C:N C:P C:C", "I:N I:P I:C", "A:N A:P A:C")
    for chosen in product(*(one.split() for one in metrics)):
        found = scored("/".join(chosen))
        assert found is not None and found.score == float(CVSS2("/".join(chosen)).base_score), chosen


def test_the_library_is_loaded_for_a_vector_of_version_4_alone() -> None:
    code = (
        "import sys; from gatepost.scans.cvss_scores import scored; "
        "scored('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H'); print('cvss' in sys.modules); "
        "scored('CVSS:4.0/AV:N'); print('cvss' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize(
    "vector", ["", "CVSS:3.1/AV:N", "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "7.5", "CVSS:4.0/AV:N"]
)
def test_what_is_no_whole_vector_has_no_score(vector: str) -> None:
    assert scored(vector) is None


def test_the_newest_version_counts_and_the_first_of_it() -> None:
    given = [Cvss(5.0, "", "2.0"), Cvss(9.0, "", "3.1", "a"), Cvss(8.0, "", "3.1", "b")]
    assert best(given) == given[1]


_FOURTH = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
_MORE = ["E:A", "E:Z", "CR:H", "MAV:X", "MSI:S", "U:Red", "X", "AV:N"]


@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(st.sampled_from(_MORE)).map("/".join),
    )
)
def test_no_text_makes_a_score_fail(text: str) -> None:
    for vector in (text, f"CVSS:3.1/{text}", f"AV:N/Au:{text}", f"CVSS:4.0/{text}", f"{_FOURTH}/{text}"):
        found = scored(vector)
        assert found is None or 0 <= found.score <= 10
