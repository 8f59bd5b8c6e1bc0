"""What a fix pull request would hold: each group proved by itself, byte for byte what it was outside of the fix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gatepost.model.fix_requests import Proposal, Work
from gatepost.pipeline.fix_groups import work_of
from gatepost.pipeline.fixing import Chosen
from gatepost.reviewing.fix_requests import git_id
from tests.pipeline.stories import inside, request

CODEOWNERS = "/pay/ @acme/payments @bob ada@x.example\n/web/ @ada\n"


def database(name: str) -> str:
    return f'resource "aws_db_instance" "{name}" {{\n  storage_encrypted = false\n}}\n'


TWO = {"CODEOWNERS": CODEOWNERS, "pay/main.tf": database("pay"), "web/main.tf": database("web")}


def work(folder: Path, files: dict[str, str], per: Any = "owner", *paths: str, **chosen: Any) -> Work:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    chosen = {"rules": ("aws/rds/storage-encrypted",), "unsafe": True, **chosen}
    with inside(folder):
        return work_of(request(*paths), Chosen(**chosen), per, git_id)


def made(work: Work, folder: Path, which: int = 0) -> Proposal:
    with inside(folder):
        proposal = work.groups[which].make()
    assert isinstance(proposal, Proposal), proposal
    return proposal


def test_each_owner_has_a_group_of_its_own_with_reviewers_of_its_files(tmp_path: Path) -> None:
    found = work(tmp_path, TWO)
    assert [one.whose for one in found.groups] == ["@acme/payments", "@ada"]
    first, second = made(found, tmp_path, 0), made(found, tmp_path, 1)
    assert [one.path for one in first.files] == ["pay/main.tf"] and [one.path for one in second.files] == [
        "web/main.tf"
    ]
    assert (first.users, first.teams) == (("bob",), ("acme/payments",)) and second.users == ("ada",)
    assert set(first.findings) | set(second.findings) <= found.here and not set(first.findings) & set(second.findings)
    assert first.mended[0].unsafe and first.files[0].before == git_id(TWO["pay/main.tf"].encode())


def test_one_for_all_and_one_for_each_cause(tmp_path: Path) -> None:
    (group,) = work(tmp_path, TWO, "all").groups
    assert len(work(tmp_path, TWO, "cause").groups) == 2 and group.whose == ""


def test_keys_are_the_same_in_every_run_and_other_ones_for_other_paths(tmp_path: Path) -> None:
    first, again = work(tmp_path, TWO), work(tmp_path, TWO)
    assert [one.key for one in first.groups] == [one.key for one in again.groups]
    assert first.scope != work(tmp_path, TWO, "owner", "pay").scope


def test_unsafe_fixes_enter_when_asked_for_alone(tmp_path: Path) -> None:
    found = work(tmp_path, TWO, unsafe=False)
    assert not found.groups and len(found.here) >= 2


def test_a_byte_order_mark_and_line_ends_stay(tmp_path: Path) -> None:
    text = "\ufeff" + database("pay").replace("\n", "\r\n")
    proposal = made(work(tmp_path, {"pay/main.tf": text}), tmp_path)
    assert proposal.files[0].after.decode() == text.replace("false", "true")
    assert proposal.files[0].before == git_id(text.encode())


def test_a_file_that_changed_in_between_is_not_proposed(tmp_path: Path) -> None:
    found = work(tmp_path, {"pay/main.tf": database("pay")})
    (tmp_path / "pay/main.tf").write_text(database("pay").replace("false", "true"))
    with inside(tmp_path):
        assert isinstance(found.groups[0].make(), str)


def test_hostile_owners_and_paths_make_plain_keys(tmp_path: Path) -> None:
    path = "pay/[x](y) fixes #1.tf"
    found = work(tmp_path, {path: database("pay")}, "cause")
    assert all(set(one.key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for one in found.groups)
    assert made(found, tmp_path).files[0].path == path


def test_what_a_waiver_covers_is_not_here(tmp_path: Path) -> None:
    before = work(tmp_path, {"pay/main.tf": database("pay")})
    waiver = 'gatepost: waive aws/rds/storage-encrypted until=2026-12-31 by=ada@x.example why="moves soon"'
    waived = database("pay").replace("false", f"false # {waiver}")
    after = work(tmp_path, {"pay/main.tf": waived})
    assert len(before.groups) == 1 and not after.groups and after.here < before.here
