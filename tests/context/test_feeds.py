"""What the KEV catalogue and EPSS scores say of findings, and what is told of files that are old or broken."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from gatepost.context.feed_files import BadFeed, read_catalogue, read_scores
from gatepost.context.feeds import Feeds, age_problems, feed_notes, read_feeds, wanted_of, with_feeds
from gatepost.model.findings import Exploitability, Finding, Package
from gatepost.model.places import Location, Region
from gatepost.model.problems import UsageError

TODAY = "2026-11-22"
KEV = "known_exploited_vulnerabilities.json"
EPSS = "epss_scores-current.csv"
HEAD = "#model_version:v2025.03.14,score_date:2026-11-21T12:55:00Z\ncve,epss,percentile\n"


def catalogue(*ids: str, released: str = "2026-11-20T14:00:00.0000Z", **more: Any) -> str:
    rows = [{"cveID": one, "dateAdded": "2026-01-02"} for one in ids]
    return json.dumps({"dateReleased": released, "count": len(rows), "vulnerabilities": rows, **more})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / KEV).write_text(catalogue("CVE-2021-44228", "CVE-2024-3094"))
    (tmp_path / EPSS).write_text(f"{HEAD}CVE-2021-44228,0.94358,0.99957\nCVE-2020-0001,0.00042,0.05000\n")
    return tmp_path


def finding(*ids: str, published: str = "", **known: Any) -> Finding:
    place = Location("pom.xml", Region(1, 1, 1, 1))
    return Finding(
        "trivy/x", "t", "m", "high", "high", "vulnerability", place, "package", ids=ids, package=Package("log4j-core"),
        exploitability=Exploitability(**known), published=published,
    )  # fmt: skip


def fed(folder: Path, one: Finding) -> Exploitability:
    return with_feeds(one, read_feeds(str(folder), wanted_of([one]), TODAY)).exploitability


def test_what_is_listed_is_known_to_be_exploited_and_says_since_which_catalogue(folder: Path) -> None:
    known = fed(folder, finding("GHSA-jfh8-c2jp-5v3q", "CVE-2021-44228"))
    assert (known.known_exploited, known.exploited_by) == (True, "KEV of 2026-11-20")
    assert (known.epss, known.epss_percentile, known.epss_by) == (0.94358, 0.99957, "EPSS of 2026-11-21")


def test_what_a_complete_catalogue_does_not_list_is_not_and_what_has_no_score_is_not_known(folder: Path) -> None:
    known = fed(folder, finding("CVE-2019-1234"))
    assert (known.known_exploited, known.epss) == (False, None)


def test_without_a_cve_identifier_nothing_is_known(folder: Path) -> None:
    assert fed(folder, finding("GHSA-jfh8-c2jp-5v3q")) == Exploitability()


def test_without_a_catalogue_exploitation_is_not_known(folder: Path) -> None:
    (folder / KEV).unlink()
    assert fed(folder, finding("CVE-2019-1234")).known_exploited is None


@pytest.mark.parametrize("later", [finding("CVE-2026-9", published="2026-11-21"), finding("CVE-2027-10000")])
def test_a_catalogue_says_nothing_of_what_was_published_after_it(folder: Path, later: Finding) -> None:
    assert fed(folder, later).known_exploited is None


def test_a_report_that_says_exploited_is_not_contradicted_by_the_catalogue(folder: Path) -> None:
    known = fed(folder, finding("CVE-2019-1234", known_exploited=True))
    assert (known.known_exploited, known.exploited_by) == (True, None)


def test_of_two_scores_the_newer_one_counts(folder: Path) -> None:
    newer = finding("CVE-2021-44228", epss=0.5, epss_percentile=0.9, epss_date="2026-11-22")
    assert fed(folder, newer).epss == 0.5
    assert fed(folder, newer._replace(exploitability=Exploitability(epss=0.5))).epss == 0.94358


def test_of_several_identifiers_the_worst_counts(folder: Path) -> None:
    assert fed(folder, finding("CVE-2020-0001", "CVE-2021-44228")).epss == 0.94358


def test_the_newest_of_several_files_counts(folder: Path) -> None:
    (folder / "epss_scores-2026-11-22.csv.gz").write_bytes(
        gzip.compress(HEAD.replace("11-21", "11-22").encode() + b"CVE-2021-44228,0.1,0.2\n")
    )
    assert fed(folder, finding("CVE-2021-44228")).epss == 0.1


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        (KEV, "<html>", "not JSON"),
        (KEV, "[" * 100_000, "not JSON"),
        (KEV, "{}", "no list of vulnerabilities"),
        (KEV, catalogue(), "lists no vulnerability"),
        (KEV, catalogue("CVE-2024-3094", count=1500), "says that it has 1500 vulnerabilities and lists 1"),
        (KEV, catalogue("CVE-2024-3094", vulnerabilities=[{"cveID": "CVE-2024-3094"}, {}]), "name no vulnerability"),
        (EPSS, "cve,score\nCVE-2021-44228,1\n", "no line with the names"),
        (EPSS, HEAD, "holds no scores"),
        (EPSS, f"{HEAD}CVE-2021-44228,0.9", "ends in the middle of a line"),
        (EPSS, f"{HEAD}CVE-2021-44228,nan,0.9\n", "not between 0 and 1"),
        (EPSS, f"{HEAD}CVE-2021-44228,much,0.9\n", "cannot be read"),
        (EPSS, f"{HEAD}{'x' * 3_000_000}\n", "far too long"),
    ],
)
def test_a_broken_feed_is_a_problem_and_nothing_is_taken_from_it(
    folder: Path, name: str, content: str, why: str
) -> None:
    (folder / name).write_text(content)
    one = finding("CVE-2021-44228")
    feeds = read_feeds(str(folder), wanted_of([one]), TODAY)
    (problem,) = feeds.problems
    assert (why in problem.what, problem.kind) == (True, "feed")
    known = with_feeds(one, feeds).exploitability
    assert (known.known_exploited if name == KEV else known.epss) is None


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_packed_scores_that_are_damaged_are_a_problem(folder: Path, damage: str) -> None:
    packed = bytearray(
        gzip.compress((HEAD + "".join(f"CVE-2020-{n},0.1,0.2\n" for n in range(10_000, 40_000))).encode())
    )
    if damage == "cut":
        del packed[-200:]
    else:
        packed[len(packed) // 2] ^= 255
    (folder / f"{EPSS}.gz").write_bytes(packed)
    with pytest.raises(BadFeed):
        read_scores(str(folder / f"{EPSS}.gz"), {"CVE-2021-44228"})


def test_a_folder_that_is_missing_or_has_no_feeds_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_feeds(str(tmp_path / "none"), (), TODAY)
    with pytest.raises(UsageError, match="there are no feeds"):
        read_feeds(str(tmp_path), (), TODAY)


def feeds_at(folder: Path, today: str) -> Feeds:
    return read_feeds(str(folder), (), today, "feeds")


def test_an_old_feed_is_told_and_a_problem_only_where_somebody_says_how_old_it_may_be(folder: Path) -> None:
    feeds = feeds_at(folder, "2026-12-01")
    assert feed_notes(feeds, None) == (
        "the KEV feed is 11 days old (gatepost feeds update)",
        "the EPSS feed is 10 days old (gatepost feeds update)",
    )
    assert (age_problems(feeds, None), feed_notes(feeds, 10)) == ((), ())
    assert [problem.what for problem in age_problems(feeds, 10)] == [
        "the KEV feed is 11 days old, and may be 10 at most"
    ]


def test_a_feed_without_a_date_or_from_the_future_is_no_fresh_one(folder: Path) -> None:
    (folder / KEV).write_text(catalogue("CVE-2024-3094", released=""))
    (folder / EPSS).write_text(HEAD.replace("2026", "2099") + "CVE-2020-0001,0.1,0.1\n")
    told = [problem.what for problem in age_problems(feeds_at(folder, TODAY), 7)]
    assert ["does not say of which day" in told[0], "yet to come" in told[1]] == [True, True]


def test_a_full_file_of_scores_is_asked_quickly_and_in_bounded_memory(tmp_path: Path) -> None:
    rows = "".join(f"CVE-{2000 + n % 26}-{n:06},0.00{n % 1000:03},0.{n % 100000:05}\n" for n in range(280_000))
    (tmp_path / EPSS).write_text(f"{HEAD}{rows}CVE-2021-44228,0.94358,0.99957\n")
    tracemalloc.start()
    began = time.process_time()
    scores = read_scores(str(tmp_path / EPSS), {"CVE-2021-44228"})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (scores.entries, scores.found) == (280_001, {"CVE-2021-44228": (0.94358, 0.99957)})
    assert (peak < 16_000_000, time.process_time() - began < 10) == (True, True)


def test_a_pipe_or_folder_is_no_feed(tmp_path: Path) -> None:
    (tmp_path / KEV).mkdir()
    with pytest.raises(BadFeed):
        read_catalogue(str(tmp_path / KEV))
    with pytest.raises(BadFeed):
        read_scores(str(tmp_path / KEV), ())
