"""A baseline: what it holds is old, one more is new, what is gone is told, and no change writes itself into it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatepost.cli.baseline import command
from gatepost.model.decisions import Verdict
from gatepost.model.problems import UsageError
from gatepost.pipeline import check
from tests.pipeline.stories import request, write
from tests.pipeline.test_base import PUBLIC, RULE, STRICT, commit, git, news, of_rule

FILE = "gatepost-baseline.json"
CURL = "RUN curl http://example.com/a | sh\n"
PIPED = "docker/piped-to-shell"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def update(*arguments: str) -> str:
    done = CliRunner().invoke(command, ["update", *arguments], standalone_mode=False)
    assert done.exception is None, done.exception
    return done.output.strip()


def stale(*arguments: str) -> tuple[str, object]:
    done = CliRunner().invoke(command, ["check", *arguments], standalone_mode=False)
    return done.output, done.return_value


def judged(**more: object) -> Verdict:
    return check(request(baseline=FILE, **more))


def notes(verdict: Verdict) -> list[str]:
    return [note for note in verdict.notes if FILE in note]


def test_what_the_baseline_holds_is_old_and_the_rest_is_new(folder: Path) -> None:
    write(folder, {"main.tf": PUBLIC.format(name="old", value="true")})
    assert update().startswith(f"{FILE}: ")
    write(folder, {"main.tf": "# moved\n\n" + PUBLIC.format(name="old", value="true")})
    write(folder, {"other.tf": PUBLIC.format(name="new", value="true")})
    verdict = judged()
    assert news(verdict) == {"aws_db_instance.old": False, "aws_db_instance.new": True}
    assert all(one.assessment.context.is_new is not None for one in verdict.decisions)


def test_a_second_instance_is_new(folder: Path) -> None:
    write(folder, {"Dockerfile": f"FROM python:3.12\n{CURL}"})
    update()
    write(folder, {"Dockerfile": f"FROM python:3.12\n{CURL}{CURL}"})
    found = [one.assessment.context.is_new for one in judged().decisions if one.assessment.finding.rule == PIPED]
    assert sorted(found, key=bool) == [False, True]


def test_one_more_call_of_a_module_is_new(folder: Path) -> None:
    call = 'module "%s" {\n  source = "./m"\n}\n'
    write(folder, {"m/main.tf": PUBLIC.format(name="a", value="true"), "main.tf": call % "a"})
    update()
    assert set(news(judged()).values()) == {False}
    write(folder, {"main.tf": call % "a" + call % "b"})
    assert set(news(judged()).values()) == {True}


def test_writing_it_twice_changes_nothing(folder: Path) -> None:
    write(folder, {"main.tf": PUBLIC.format(name="a", value="true")})
    update()
    before = (folder / FILE).read_text()
    assert update().endswith("0 new, 0 gone")
    assert (folder / FILE).read_text() == before


def test_what_is_gone_is_told_and_taken_out(folder: Path) -> None:
    write(folder, {"main.tf": PUBLIC.format(name="a", value="true")})
    update()
    write(folder, {"main.tf": PUBLIC.format(name="a", value="false")})
    (note,) = notes(judged())
    assert f"1 entry of {FILE} is no longer found ({RULE} in main.tf)" in note
    output, code = stale()
    assert (code, f"gone: {RULE} in main.tf" in output) == (1, True)
    assert update().endswith("0 new, 1 gone")
    assert stale()[1] == 0
    assert notes(judged()) == []


def test_what_was_not_looked_at_is_not_gone(folder: Path) -> None:
    for name in ("one", "two"):
        write(folder, {f"{name}/main.tf": PUBLIC.format(name="a", value="true")})
    update()
    entries = len((folder / FILE).read_text().splitlines())
    assert notes(check(request("one", baseline=FILE))) == []
    update("one")
    assert len((folder / FILE).read_text().splitlines()) == entries


SARIF = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {"driver": {"name": "lint"}},
            "results": [
                {
                    "ruleId": "R1",
                    "level": "error",
                    "message": {"text": "m"},
                    "locations": [
                        {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 1}}}
                    ],
                }
            ],
        }
    ],
}


def test_findings_of_reports_are_held_too(folder: Path) -> None:
    write(folder, {"a.py": "x = 1\n", "r.sarif": json.dumps(SARIF)})
    update("--report", "r.sarif")
    (one,) = judged(reports=(("r.sarif", None),)).decisions
    assert one.assessment.context.is_new is False
    assert notes(judged(allow_empty=True)) == []  # without a report nobody looked for it
    write(folder, {"empty.sarif": json.dumps({"version": "2.1.0", "runs": [{**SARIF["runs"][0], "results": []}]})})
    assert "no longer found" in notes(judged(reports=(("empty.sarif", None),)))[0]


def test_a_policy_may_name_it(folder: Path) -> None:
    write(folder, {"main.tf": PUBLIC.format(name="a", value="true")})
    write(folder, {"gatepost.yaml": STRICT + "baseline: ci/old.json\n", "ci/x": ""})
    assert update().startswith("ci/old.json: ")
    assert {one.action for one in of_rule(check(request())).values()} == {"warn"}


def test_one_that_is_not_there_is_an_error(folder: Path) -> None:
    write(folder, {"main.tf": PUBLIC.format(name="a", value="true")})
    with pytest.raises(UsageError) as raised:
        judged()
    assert raised.value.hint == f"begin one with gatepost baseline update --baseline {FILE}"


def test_it_does_not_soften_an_organisations_policy(folder: Path) -> None:
    write(folder, {"main.tf": PUBLIC.format(name="a", value="true"), "org.yaml": STRICT, "gatepost.yaml": STRICT})
    update()
    assert {one.action for one in of_rule(judged()).values()} == {"warn"}
    assert {one.action for one in of_rule(judged(organisation_policy="org.yaml")).values()} == {"block"}


def repository(folder: Path) -> None:
    git(folder, "init", "-q", "-b", "main")
    write(folder, {"main.tf": PUBLIC.format(name="old", value="true"), "gatepost.yaml": STRICT})


def test_a_change_does_not_write_itself_into_it(folder: Path) -> None:
    repository(folder)
    update()
    commit(folder)
    write(folder, {"new.tf": PUBLIC.format(name="new", value="true")})
    update()
    verdict = judged(base="main")
    assert news(verdict) == {"aws_db_instance.old": False, "aws_db_instance.new": True}
    (note,) = notes(verdict)
    assert note.startswith(f"this change edits {FILE}, which would hide ")
    assert note.endswith("it counts once it is on main")


def test_a_change_that_brings_it_has_none(folder: Path) -> None:
    repository(folder)
    commit(folder)
    write(folder, {"main.tf": PUBLIC.format(name="new", value="true")})
    update()
    git(folder, "add", "-A")
    assert news(judged(base="main")) == {"aws_db_instance.new": True}


def test_a_change_that_takes_entries_out_is_told_what_would_be_new(folder: Path) -> None:
    repository(folder)
    update()
    commit(folder)
    (folder / FILE).write_text('[\n{"version": 1}\n]\n')
    (note,) = notes(judged(base="main"))
    assert "would show" in note
    assert set(news(judged(base="main")).values()) == {False}


def test_what_either_the_base_or_the_baseline_has_is_old(folder: Path) -> None:
    repository(folder)
    update()
    commit(folder)
    git(folder, "switch", "-q", "-c", "change")
    write(folder, {"more.tf": PUBLIC.format(name="more", value="true")})
    commit(folder)
    assert news(judged(base="change")) == {"aws_db_instance.old": False, "aws_db_instance.more": False}
    assert news(judged(base="main")) == {"aws_db_instance.old": False, "aws_db_instance.more": True}


def test_new_and_old_are_all(folder: Path) -> None:
    blocks = [PUBLIC.format(name=f"a{number}", value="true") for number in range(6)]
    for held in range(0, 7, 2):
        if os.path.exists(FILE):
            os.unlink(FILE)
        write(folder, {"main.tf": "".join(blocks[:held]) or "# nothing\n"})
        update()
        write(folder, {"main.tf": "".join(blocks)})
        found = news(judged())
        assert (sum(not new for new in found.values()), len(found)) == (held, 6)
