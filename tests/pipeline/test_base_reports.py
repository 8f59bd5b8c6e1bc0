"""What scanners find is new where a scan of the base did not see it; a change does not tell that of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatepost.model.decisions import Verdict
from gatepost.model.problems import UsageError
from gatepost.pipeline import check
from tests.pipeline.stories import request, write
from tests.pipeline.test_base import commit, git

OLD, NEW = ("R1", "a.py", 1), ("R2", "a.py", 2)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, {"a.py": "x = eval(1)\n", ".gitignore": "*.sarif\n"})
    commit(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sarif(*results: tuple[str, str, int], tool: str = "lint") -> str:
    def result(rule: str, path: str, line: int) -> dict[str, Any]:
        place = {"artifactLocation": {"uri": path}, "region": {"startLine": line}}
        return {"ruleId": rule, "message": {"text": "m"}, "locations": [{"physicalLocation": place}]}

    runs = [{"tool": {"driver": {"name": tool}}, "results": [result(*one) for one in results]}]
    return json.dumps({"version": "2.1.0", "runs": runs})


def judged(now: str, then: str | None) -> Verdict:
    write(Path("."), {"now.sarif": now, **({"then.sarif": then} if then is not None else {})})
    base_reports = (("then.sarif", None),) if then is not None else ()
    return check(request(base="main", reports=(("now.sarif", None),), base_reports=base_reports, allow_empty=True))


def news(verdict: Verdict) -> dict[str, bool | None]:
    return {one.assessment.finding.rule: one.assessment.context.is_new for one in verdict.decisions}


def test_without_a_report_of_the_base_it_is_not_known(folder: Path) -> None:
    assert news(judged(sarif(OLD), None)) == {"lint/R1": None}


def test_what_the_scan_of_the_base_saw_is_old_wherever_its_line_has_moved(folder: Path) -> None:
    write(folder, {"a.py": "# above\nimport os\nx = eval(1)\n"})
    assert news(judged(sarif(("R1", "a.py", 3), NEW), sarif(OLD))) == {"lint/R1": False, "lint/R2": True}


def test_a_second_instance_is_new(folder: Path) -> None:
    write(folder, {"a.py": "x = eval(1)\nx = eval(1)\n"})
    verdict = judged(sarif(OLD, ("R1", "a.py", 2)), sarif(OLD))
    assert sorted(one.assessment.context.is_new is True for one in verdict.decisions) == [False, True]


def test_a_renamed_file_is_followed(folder: Path) -> None:
    git(folder, "mv", "a.py", "b.py")
    assert news(judged(sarif(("R1", "b.py", 1)), sarif(OLD))) == {"lint/R1": False}


def test_of_a_scanner_that_was_not_heard_it_is_not_known(folder: Path) -> None:
    verdict = judged(sarif(OLD, tool="other"), sarif(OLD))
    assert news(verdict) == {"other/R1": None}


def test_a_report_of_the_base_needs_a_base(folder: Path) -> None:
    with pytest.raises(UsageError, match="--base-report tells of a base"):
        check(request(base_reports=(("then.sarif", None),)))


def test_one_that_is_not_there_is_an_error(folder: Path) -> None:
    with pytest.raises(UsageError, match="there is no report"):
        check(request(base="main", base_reports=(("gone.sarif", None),), allow_empty=True))


def test_one_that_the_change_edits_is_an_error(folder: Path) -> None:
    write(folder, {"then.json": sarif()})
    git(folder, "add", "-A")
    with pytest.raises(UsageError, match="the change edits"):
        check(request(base="main", base_reports=(("then.json", None),), allow_empty=True))


def test_one_that_cannot_be_read_leaves_the_verdict_incomplete(folder: Path) -> None:
    verdict = judged(sarif(), "{")
    assert verdict.exit_code == 3
    assert [one.because.name for one in verdict.problems if one.because] == ["a base that cannot be read is not a pass"]


def test_new_and_old_are_all(folder: Path) -> None:
    places = [(f"R{number}", "a.py", 1) for number in range(5)]
    for held in range(6):
        found = news(judged(sarif(*places), sarif(*places[:held]))).values()
        assert len(found) == 5
        if held:  # an empty report in SARIF names no scanner that was heard
            assert [list(found).count(answer) for answer in (False, True)] == [held, 5 - held]
