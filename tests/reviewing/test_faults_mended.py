"""What once went wrong with comments: places that moved, parts that were cut, runs that met, files that differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gatepost.model.reviews import ChangedFile, Hunk, PullRequest, Refusal
from gatepost.reports.suggestions import blob_of
from gatepost.reviewing.carrying_out import Reviewed, Wishes, review
from gatepost.reviewing.composing import compose
from gatepost.reviewing.hunks import read_hunks
from gatepost.reviewing.markups import MARKUPS
from gatepost.reviewing.placing import spot_of
from gatepost.reviewing.summary import summary
from gatepost.reviewing.told import read_told
from gatepost.services.review_files import files_of
from gatepost.services.web import Moved, Refused
from tests.delivery.real_parts import commit_all, git
from tests.reviewing.hosts import HEAD, MemoryHost, finding, suggested, verdict

LINES = [" a", "+open", " c"]
OPEN = finding(fixes=[suggested()], diff=["main.tf:2", "- open", "+ closed"])


def host(**files: list[str]) -> MemoryHost:
    return MemoryHost({"main.tf": LINES, **files})


def tell(host: MemoryHost, *findings: dict[str, Any], **more: Any) -> Reviewed:
    wishes = more.pop("wishes", Wishes())
    host.log.clear()
    return review(read_told(verdict(*findings, **more)), host, wishes)


def body_of(there: MemoryHost) -> str:
    return next(one.body for one in there.comments if one.path)


# -- a suggestion stands on exactly the lines it replaces --------------------------------------------------------------


def test_a_comment_that_stands_on_other_lines_by_now_has_no_suggestion() -> None:
    there = host()
    tell(there, OPEN)
    there.files["main.tf"] = ChangedFile("main.tf", "main.tf", (Hunk(1, 1, (" a", " b", "+open", " c")),))
    moved = finding(line=3, fixes=[suggested(line=3)], diff=["main.tf:3", "- open", "+ closed"])
    tell(there, moved)  # the host has kept the comment on line 2
    assert there.log[0] == "edit 1" and "```suggestion" not in body_of(there) and "+ closed" in body_of(there)
    tell(there, moved)
    assert there.log == []


def test_a_comment_that_the_host_has_moved_along_keeps_its_suggestion() -> None:
    there = host()
    tell(there, OPEN)
    there.files["main.tf"] = ChangedFile("main.tf", "main.tf", (Hunk(1, 1, (" a", " b", "+open", " c")),))
    there.comments[0] = there.comments[0]._replace(first=3, line=3)
    tell(there, finding(line=3, fixes=[suggested(line=3)], diff=["main.tf:2", "- open", "+ closed"]))
    assert "edit 1" not in there.log and "```suggestion" in body_of(there)


def test_what_is_fixed_is_no_longer_suggested() -> None:
    there = host()
    tell(there, OPEN)
    tell(there)
    assert "fixed in" in body_of(there) and "```suggestion" not in body_of(there)


@pytest.mark.parametrize("line", ["\u202eevil", "a\x1b[2Kb", "a\u200bb"])
def test_what_nobody_sees_is_never_suggested(line: str) -> None:
    there = host()
    tell(there, finding(fixes=[suggested(new=line)]))
    assert "```suggestion" not in body_of(there)


def test_a_tab_may_be_suggested() -> None:
    there = host()
    tell(there, finding(fixes=[suggested(new="\tclosed")]))
    assert "```suggestion\n\tclosed\n```" in body_of(there)


@pytest.mark.parametrize("lines", [["y" * 2_001], ["a", 7], ["a"] * 201])
def test_a_suggestion_that_was_cut_is_none(lines: list[Any]) -> None:
    fix = suggested()
    fix["suggestion"]["lines"] = lines
    there = host()
    tell(there, finding(fixes=[fix]))
    assert "```suggestion" not in body_of(there)


MERGED = {"repository": None, "root": "", "paths": ["."], "commit": "f" * 40, "change": True}
SAME_FILE = {"blob": blob_of("a\nopen\nc\n")}


@pytest.mark.parametrize(
    ("judged", "extra", "blob", "offered"),
    [
        (MERGED, {}, "", False),
        (MERGED, SAME_FILE, "", False),
        (MERGED, SAME_FILE, SAME_FILE["blob"], True),
        ({**MERGED, "commit": HEAD}, SAME_FILE, "0" * 40, False),
        ({**MERGED, "commit": HEAD}, {}, "0" * 40, True),
        ({}, {}, "", True),
    ],
)
def test_a_merge_that_was_judged_suggests_only_where_its_file_is_that_of_the_head(
    judged: dict[str, Any], extra: dict[str, str], blob: str, offered: bool
) -> None:
    there = host()
    there.files["main.tf"] = there.files["main.tf"]._replace(blob=blob)
    fix = suggested()
    fix["suggestion"] |= extra
    tell(there, finding(fixes=[fix]), judged=judged)
    assert ("```suggestion" in body_of(there)) == offered


def test_a_blob_is_named_as_git_names_it() -> None:
    assert blob_of("hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"  # git hash-object


def test_lines_of_two_hunks_are_not_commented_on_together() -> None:
    file = ChangedFile("main.tf", "main.tf", (Hunk(1, 1, (" a", "+open")), Hunk(9, 10, (" x", " y"))))
    change = PullRequest(7, "", HEAD, True, {"main.tf": file})
    region = {"start_line": 2, "start_column": 1, "end_line": 10, "end_column": 2}
    spot = spot_of(read_told(verdict(finding(region=region))).groups[0], change)
    assert spot is not None and (spot.first, spot.last) == (2, 2)
    assert [file.shows(line, line) for line in (1, 2, 3, 9, 10, 11, 12)] == [
        True,
        True,
        False,
        False,
        True,
        True,
        False,
    ]


# -- two runs at once, pushes in between, what a host refuses ----------------------------------------------------------


def test_two_summaries_become_one() -> None:
    there = host()
    tell(there)
    there.write(there.me, there.comments[0].body)
    tell(there, OPEN)
    assert [one.path for one in there.comments] == ["", "main.tf"]


def test_two_runs_at_once_that_find_nothing_leave_one_summary() -> None:
    there = host()
    other = MemoryHost.write_summary

    def meanwhile(body: str, before: Any) -> None:
        there.write(there.me, body)
        other(there, body, before)

    there.write_summary = meanwhile  # type: ignore[method-assign]
    tell(there)
    assert len(there.comments) == 1


def test_a_double_that_another_run_has_removed_is_no_failure() -> None:
    there = host()
    tell(there, OPEN)
    there.comments.append(there.comments[0]._replace(id="9"))

    def gone(comment: Any) -> None:
        there.comments = [one for one in there.comments if one.id != comment.id]
        raise Refused("404", 404)

    there.remove = gone  # type: ignore[method-assign]
    assert not tell(there, OPEN).failed


def test_a_push_while_comments_are_written_leaves_the_rest_to_the_next_run() -> None:
    there = host()

    def pushed(notes: Any, commit: str) -> list[Refusal]:
        raise Moved("eeeeeeeeee was pushed meanwhile")

    there.post = pushed  # type: ignore[method-assign]
    done = tell(there, OPEN)
    assert "pushed meanwhile" in done.skipped and not there.comments


def test_a_waiver_that_has_run_out_is_not_called_fixed_before() -> None:
    there = host()
    tell(there, OPEN)
    waived = finding(action="allow")
    waived["decision"]["waiver"] = {"until": "2027-01-01", "by": "sec@example.com"}
    tell(there, waived)
    tell(there, OPEN)
    assert "stopped nothing before, and counts" in body_of(there) and "fixed before" not in body_of(there)


def test_a_comment_whose_line_ends_the_host_has_changed_is_still_ours() -> None:
    there = host()
    tell(there, OPEN)
    there.comments = [one._replace(body=one.body.replace("\n", "\r\n") + "\r\n") for one in there.comments]
    tell(there, OPEN)
    assert there.log == []
    tell(there)
    assert "\r" not in body_of(there) and "fixed in" in body_of(there).partition("\n")[0]


# -- the words ---------------------------------------------------------------------------------------------------------


def _summary(*findings: dict[str, Any], name: str = "", change: PullRequest | None = None, **more: Any) -> str:
    told = read_told(verdict(*findings, **more), name)
    file = ChangedFile("main.tf", "main.tf", (Hunk(1, 1, tuple(LINES)),))
    change = change or PullRequest(7, "", HEAD, True, {"main.tf": file})
    composed = compose(told, change, MARKUPS["github"], most=1)
    return summary(told, composed.fates, 0, MARKUPS["github"])


def test_the_summary_tells_why_there_is_no_comment() -> None:
    said = _summary(OPEN, finding(line=3), finding(path="b.tf", action="warn"))
    assert "(no comment: not among the lines of this change)" in said
    said = _summary(OPEN, finding("x/y", line=3))
    assert "(no comment: more than 1)" in said


def test_a_change_that_the_host_lists_in_part_says_so() -> None:
    said = _summary(OPEN, change=PullRequest(7, "", HEAD, True, {}, complete=False))
    assert "(no comment: the host lists only a part of this change)" in said


def test_several_gates_are_told_apart() -> None:
    assert "### Gatepost (payments): blocked" in _summary(OPEN, name="payments")
    folder = {"root": "infra", "paths": ["."], "commit": HEAD}
    assert "### Gatepost (infra): blocked" in _summary(OPEN, judged=folder)


BLOCKED = {"action": "blocked", "mode": "enforce", "policy": "p", "counts": {}, "notes": []}


def test_no_count_of_nothing_is_told() -> None:
    broken = [{"name": "mediums", "broken": "6 of at most 5"}]
    assert "A budget that is not kept stops this change" in _summary(verdict=BLOCKED, budgets=broken)
    unknown = [{"rule": "a/b", "title": "t", "path": "main.tf", "region": {"start_line": 1}, "why": "w"}]
    assert "What nobody knows stops this change" in _summary(verdict=BLOCKED, undecided=unknown)
    problem = [{"path": "main.tf", "what": "broken", "decision": {"action": "block"}}]
    assert "What could not be read stops this change" in _summary(verdict=BLOCKED, problems=problem)


@pytest.mark.parametrize("longest", [250, 400, 700, 1_500])
def test_a_comment_that_is_too_long_loses_whole_parts(longest: int) -> None:
    markup = MARKUPS["github"]._replace(longest=longest)
    fix = suggested(new="z" * 500)
    file = ChangedFile("main.tf", "main.tf", (Hunk(1, 1, tuple(LINES)),))
    some = [finding(f"a/{number}", group="g", fixes=[fix], title="t" * 60) for number in range(30)]
    change = PullRequest(7, "", HEAD, True, {"main.tf": file})
    (note,) = compose(read_told(verdict(*some)), change, markup).notes
    assert len(note.body) <= longest and note.body.count("```") in (0, 2)
    assert note.body.count("<details>") == note.body.count("</details>")
    assert "```suggestion" not in note.body or "z" * 500 in note.body


def test_names_that_git_quotes_are_those_of_files(tmp_path: Path) -> None:
    commit_all_with(tmp_path, {"a.txt": "x\n"})
    named = {"mäin.tf": "a\n", 'q"uo\te.tf': "b\n", "with space.tf": "c\n", "b/x.tf": "d\n"}
    commit_all_with(tmp_path, named)
    found = files_of(git(tmp_path, "diff", "HEAD~1", "HEAD") + "\n", read_hunks)
    assert set(found) == set(named) and all(file.before == "" for file in found.values())
    assert found["mäin.tf"].lines(1, 1) == ["a"]


def test_a_renamed_file_has_both_names(tmp_path: Path) -> None:
    commit_all_with(tmp_path, {"ä b.tf": "a\nb\nc\nd\n"})
    (tmp_path / "ä b.tf").rename(tmp_path / "ü.tf")
    commit_all_with(tmp_path, {})
    (file,) = files_of(git(tmp_path, "diff", "-M", "HEAD~1", "HEAD") + "\n", read_hunks).values()
    assert (file.path, file.before) == ("ü.tf", "ä b.tf")


def commit_all_with(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    commit_all(folder)


def test_problems_have_the_paths_of_the_repository() -> None:
    problem = {"path": "main.tf", "what": "broken", "decision": {"action": "block"}}
    folder = {"root": "infra", "paths": ["."], "commit": HEAD}
    assert "infra/main.tf" in _summary(verdict=BLOCKED, problems=[problem], judged=folder)


def test_what_the_policy_of_the_change_would_decide_is_told() -> None:
    said = _summary(verdict={**BLOCKED, "notes": ["gatepost.yaml of this change would block 2 fewer"]})
    assert "gatepost.yaml of this change would block 2 fewer" in said
