"""A comment is posted once, follows its finding, and keeps what people answered."""

from __future__ import annotations

from typing import Any

from gatepost.reviewing.carrying_out import Reviewed, Wishes, review
from gatepost.reviewing.marks import marked
from gatepost.reviewing.markups import MARKUPS
from gatepost.reviewing.told import read_told
from tests.reviewing.hosts import MemoryHost, finding, suggested, verdict

OPEN = finding(fixes=[suggested()])
LINES = [" a", "+open", " c"]


def host() -> MemoryHost:
    return MemoryHost({"main.tf": LINES})


def tell(host: MemoryHost, *findings: dict[str, Any], **more: Any) -> Reviewed:
    wishes = more.pop("wishes", Wishes())
    host.log.clear()
    return review(read_told(verdict(*findings, **more)), host, wishes)


def inline(host: MemoryHost) -> list[str]:
    return [one.body for one in host.comments if one.path]


def test_a_new_finding_is_one_comment_with_a_suggestion_and_a_line_in_the_summary() -> None:
    there = host()
    done = tell(there, OPEN)
    assert there.log == ["post main.tf:2", "post summary"] and (done.posted, done.summary) == (1, "posted")
    (body,) = inline(there)
    assert body.startswith("**SSH is open to the whole internet** · critical · blocks production")
    assert "```suggestion\nclosed\n```" in body and "It may lock somebody out." in body


def test_a_second_run_changes_nothing() -> None:
    there = host()
    tell(there, OPEN)
    done = tell(there, OPEN)
    assert there.log == [] and done.unchanged == 1 and done.summary == "unchanged"


def test_what_moved_is_not_posted_again() -> None:
    there = host()
    tell(there, finding())
    tell(there, finding(line=1))
    assert there.log == ["edit summary"] and len(inline(there)) == 1


def test_what_is_said_otherwise_is_edited_in_place() -> None:
    there = host()
    tell(there, OPEN)
    tell(there, finding(fixes=[suggested(new="shut")]))
    assert there.log == ["edit 1"] and "shut" in inline(there)[0]


def test_what_is_gone_is_called_fixed_and_resolved_and_stays_so() -> None:
    there = host()
    tell(there, OPEN)
    done = tell(there)
    assert there.log == ["edit 1", "resolve 1", "edit summary"] and done.fixed == 1
    assert inline(there)[0].startswith("~~**SSH is open to the whole internet** · critical")
    assert "**fixed in `4be1c90aaa`**" in inline(there)[0]
    tell(there)
    assert there.log == []


def test_without_the_right_to_resolve_the_comment_says_it() -> None:
    there = host()
    there.may_resolve = False
    tell(there, OPEN)
    tell(there)
    assert "fixed in" in inline(there)[0] and not there.comments[0].resolved


def test_what_comes_back_is_opened_again_and_says_so() -> None:
    there = host()
    tell(there, OPEN)
    tell(there)
    tell(there, OPEN)
    assert there.log[:2] == ["edit 1", "reopen 1"] and "was fixed before, and is back" in inline(there)[0]
    tell(there, OPEN)
    assert there.log == []


def test_what_is_waived_now_says_so_and_is_not_called_fixed() -> None:
    there = host()
    tell(there, OPEN)
    waived = finding(action="allow")
    waived["decision"]["waiver"] = {"until": "2027-01-01", "by": "sec@example.com"}
    tell(there, waived)
    assert "waived until 2027-01-01" in inline(there)[0] and "fixed in" not in inline(there)[0]


def test_nothing_is_called_fixed_while_a_file_cannot_be_read() -> None:
    there = host()
    tell(there, OPEN)
    problem = {"path": "main.tf", "what": "broken", "decision": {"action": "block"}}
    tell(there, problems=[problem])
    assert "edit 1" not in there.log and "fixed" not in inline(there)[0]


def test_a_comment_of_somebody_else_with_our_mark_is_left_alone() -> None:
    there = host()
    scope = read_told(verdict(OPEN)).scope
    key = read_told(verdict(OPEN)).groups[0].key
    forged = marked("nothing to see", scope, key, "fixed", markup=MARKUPS["github"])
    there.write("mallory", forged, "main.tf", 2, 2)
    tell(there, OPEN)
    assert "post main.tf:2" in there.log and there.comments[0].body == forged


def test_two_runs_at_once_leave_one_comment() -> None:
    there = host()
    told = read_told(verdict(OPEN))
    first, second = host(), there
    review(told, first, Wishes())
    twin = first.comments[0]
    second.write(second.me, twin.body, twin.path, twin.first, twin.line)
    second.write(second.me, twin.body, twin.path, twin.first, twin.line)
    tell(second, OPEN)
    assert "remove 2" in second.log and len(inline(second)) == 1


def test_a_double_that_somebody_answered_stays() -> None:
    there = host()
    tell(there, OPEN)
    twin = there.comments[0]
    there.comments.append(twin._replace(id="9", replies=2))
    tell(there, OPEN)
    assert not any(step.startswith("remove") for step in there.log)


def test_another_gate_on_the_same_pull_request_has_its_own_comments() -> None:
    there = host()
    tell(there, OPEN)
    review(read_told(verdict(), name="payments"), there, Wishes())
    assert "fixed" not in inline(there)[0] and sum(1 for one in there.comments if not one.path) == 2


def test_a_head_that_has_moved_on_is_left_to_the_run_that_judges_it() -> None:
    there = host()
    done = tell(there, OPEN, wishes=Wishes(commit="f" * 40))
    assert "is the head by now" in done.skipped and not there.comments


def test_a_closed_pull_request_is_not_commented_on() -> None:
    there = MemoryHost({"main.tf": LINES}, open=False)
    assert "closed" in tell(there, OPEN).skipped and not there.comments


def test_a_comment_that_the_host_refuses_does_not_stop_the_others() -> None:
    there = MemoryHost({"main.tf": LINES, "b.tf": LINES})
    there.refuse.add("main.tf")
    done = tell(there, OPEN, finding(path="b.tf"))
    assert there.log == ["post b.tf:2", "post summary"] and len(done.failed) == 1
    assert "no comment" in there.comments[-1].body


def test_beyond_the_cap_the_summary_tells_the_rest_and_what_stands_stays() -> None:
    there = MemoryHost({f"{name}.tf": LINES for name in "abcd"})
    some = [finding(path=f"{name}.tf") for name in "abcd"]
    done = tell(there, *some, wishes=Wishes(most=2))
    assert done.posted == 2 and there.comments[-1].body.count("no comment") == 2
    done = tell(there, *some, wishes=Wishes(most=2))
    assert (done.posted, done.unchanged, there.log) == (0, 2, [])  # no run adds to what the last one left out
    tell(there, *(finding(path=f"{name}.tf") for name in "cd"), wishes=Wishes(most=2))
    assert [step for step in there.log if step.startswith("post")] == ["post c.tf:2", "post d.tf:2"]


def test_what_blocks_is_told_beside_as_many_warnings() -> None:
    there = MemoryHost({f"{name}.tf": LINES for name in "abcd"})
    warnings = [finding(path=f"{name}.tf", action="warn") for name in "ab"]
    tell(there, *warnings, wishes=Wishes(most=2))
    tell(there, *warnings, *(finding(path=f"{name}.tf") for name in "cd"), wishes=Wishes(most=2))
    assert there.log[:2] == ["post c.tf:2", "post d.tf:2"]
