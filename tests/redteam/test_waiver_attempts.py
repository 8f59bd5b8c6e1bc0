"""Attempts to be waived: in the policy, beside the code, by other tools' comments."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from tests.redteam.attempts import attempt
from tests.redteam.repository import FAULT, PLACE, POLICY, PUBLIC, Repository, not_passed, of_rule, stopped, told

G = "waivers"
WAIVER = "  - {rule: RULE, path: 'PATH', until: UNTIL, why: because, by: BY}\n"


def waivers(rule: str = FAULT, path: str = PLACE, until: str = "2027-01-01", by: str = "boss@example.com") -> str:
    line = WAIVER.replace("RULE", rule).replace("PATH", path).replace("UNTIL", until).replace("BY", by)
    return POLICY + "waivers:\n" + line


@attempt(20, G, "adds a waiver to the policy", "the base's waivers count; the note tells what it would let pass")
def test_waiver_added(repo: Repository) -> None:
    verdict = repo.based().write({"gatepost.yaml": waivers(), PLACE: PUBLIC}).judged()
    stopped(verdict)
    assert "would waive 1 finding" in told(verdict)


@attempt(21, G, "widens a waiver that is there", "the base's scope counts")
def test_waiver_widened(repo: Repository) -> None:
    repo.based({"gatepost.yaml": waivers(path="live/dev/**")})
    stopped(repo.write({"gatepost.yaml": waivers(path="**"), PLACE: PUBLIC}).judged())


@attempt(22, G, "prolongs a waiver that has expired", "the base's date counts")
def test_waiver_prolonged(repo: Repository) -> None:
    repo.based({"gatepost.yaml": waivers(until="2026-11-01")})
    stopped(repo.write({"gatepost.yaml": waivers(until="2099-01-01"), PLACE: PUBLIC}).judged())


@attempt(
    23,
    G,
    "moves the faulty file to where a waiver's path glob leads",
    "the glob covers it: keep globs narrow",
    "the owners of a waived folder review what comes into it",
)
def test_moved_below_a_waived_path(repo: Repository) -> None:
    repo.based({"gatepost.yaml": waivers(path="live/dev/**")})
    verdict = repo.write({"live/dev/db.tf": PUBLIC}).judged()
    assert "live/dev/**" in str(next(one.waiver for one in verdict.decisions if one.waiver)), (
        "it is told by which waiver"
    )


INLINE = '# gatepost: waive aws/rds/instance-public until=2027-01-01 by=me@example.com why="because"\n'
REFUSE = POLICY + "inline_waivers: {accept: false}\n"


@attempt(24, G, "waives itself beside the code where the policy refuses that", "refused, and told on the finding")
@pytest.mark.parametrize(
    "base",
    [REFUSE, POLICY + "inline_waivers: {refuse_in: [production]}\n", POLICY + "inline_waivers: {refuse_above: info}\n"],
)
def test_inline_waiver_refused(repo: Repository, base: str) -> None:
    stopped(repo.based({"gatepost.yaml": base}).write({PLACE: INLINE + PUBLIC}).judged())


@attempt(25, G, "waives itself beside the code, and allows that in the policy", "the base's permission counts")
def test_inline_permission(repo: Repository) -> None:
    repo.based({"gatepost.yaml": REFUSE})
    stopped(repo.write({"gatepost.yaml": POLICY, PLACE: INLINE + PUBLIC}).judged())


@attempt(
    19,
    G,
    "waives itself beside the code where the policy says nothing of such waivers",
    "it counts, and is told with what it covers; with `inline_waivers: {accept_new: false}` it does not",
    "a policy that nobody is to talk round says `accept_new: false`, `accept: false` or `refuse_above`",
)
def test_inline_waiver_by_default(repo: Repository) -> None:
    verdict = repo.based().write({PLACE: INLINE + PUBLIC}).judged()
    assert "this change brings the waiver at live/prod/db.tf:1" in told(verdict)
    repo.git("switch", "-q", "main")
    repo.write({"gatepost.yaml": POLICY + "inline_waivers: {accept_new: false}\n"}).commit()
    repo.git("switch", "-q", "change")
    repo.git("rebase", "-q", "main")
    stopped(repo.judged())


RULE = "gatepost: waive aws/rds/instance-public"
ENDS = "until=2027-01-01 by=a why=b"


def beside(comment: str) -> str:
    return PUBLIC.replace("true\n", f"true # {comment}\n")


def above(line: str) -> str:
    return PUBLIC.replace("{\n", f"{{\n  {line}\n", 1)


ODD = {
    "in a string": above(f'identifier = "# {RULE} {ENDS}"'),
    "in a heredoc": above(f"identifier = <<EOT\n{INLINE}EOT"),
    "in another block": INLINE + 'variable "x" {}\n\n' + PUBLIC,
    "after the block": PUBLIC + INLINE,
    "without a name": beside(f"{RULE} until=2027-01-01 why=b"),
    "without an end": beside(f"{RULE} by=a why=b"),
    "expired": beside(f"{RULE} until=2020-01-01 by=a why=b"),
    "look-alike": beside(f"g\u0430{RULE[2:]} {ENDS}"),
    "turned round": beside(f"\u202e{RULE} {ENDS}"),
    "without a space": beside(f"x{RULE} {ENDS}"),
    "in a far file": PUBLIC,
}


@attempt(
    26,
    G,
    "waives itself from an odd place: strings, heredocs, other blocks, half a waiver, look-alike letters",
    "only a whole comment on the line, above the block or instruction counts; half of one is a problem",
)
@pytest.mark.parametrize("how", sorted(ODD))
def test_inline_in_odd_places(repo: Repository, how: str) -> None:
    more: dict[str, str | bytes] = {"live/prod/notes.tf": INLINE} if how == "in a far file" else {}
    verdict = repo.based().write({PLACE: ODD[how], **more}).judged()
    not_passed(verdict)
    assert not any(one.waiver for one in of_rule(verdict)), told(verdict)


@attempt(
    27, G, "puts ignore comments of other tools beside the fault", "they count only with `honour` in the base's policy"
)
def test_ignore_comments_of_others(repo: Repository) -> None:
    text = PUBLIC.replace(
        "{\n", "{\n  # checkov:skip=CKV_AWS_17:x\n  #trivy:ignore:AVD-AWS-0180\n  # tfsec:ignore:*\n", 1
    )
    repo.based().write({PLACE: text, "gatepost.yaml": POLICY + "honour: [checkov, trivy, tfsec]\n"})
    stopped(repo.judged())


@attempt(
    28,
    G,
    "takes over a waiver by giving the fault the address or the name that it names",
    "what the waiver names is waived, whoever brings it: the decision says by which",
    "a waiver names rule, path and resource, and the owners of its file review it",
)
def test_name_of_a_waived_resource(repo: Repository) -> None:
    policy = (
        POLICY
        + f"waivers:\n  - {{rule: {FAULT}, resource: aws_db_instance.public, until: 2027-01-01, why: x, by: a}}\n"
    )
    repo.based({"gatepost.yaml": policy}).write({PLACE: PUBLIC})
    stopped(repo.judged())
    renamed = repo.write({PLACE: PUBLIC.replace("orders", "public")}).judged()
    assert [one.waiver is not None for one in renamed.decisions if one.assessment.finding.rule == FAULT] == [True]


@attempt(
    29, G, "adds a file of waivers where the policy looks for such files", "files of waivers count as the base has them"
)
def test_file_of_waivers(repo: Repository) -> None:
    repo.based({"gatepost.yaml": POLICY + "waiver_files: waivers/*.yaml\n", "waivers/none.yaml": "waivers: []\n"})
    entry = WAIVER.replace("RULE", FAULT).replace("PATH", PLACE).replace("UNTIL", "2027-01-01").replace("BY", "a")
    stopped(repo.write({"waivers/mine.yaml": f"waivers:\n{entry}", PLACE: PUBLIC}).judged())


@attempt(
    30, G, "writes itself into the baseline", "the baseline of the base counts; what the new one would hide is told"
)
@pytest.mark.parametrize("there", [True, False])
def test_baseline(repo: Repository, there: bool) -> None:
    policy = POLICY + "baseline: gatepost-baseline.json\n"
    if there:
        repo.write({"gatepost.yaml": policy})
        write_baseline(repo)
    repo.based().write({PLACE: PUBLIC, "gatepost.yaml": policy})
    write_baseline(repo)
    assert FAULT in (repo.folder / "gatepost-baseline.json").read_text()
    stopped(repo.judged())


def write_baseline(repo: Repository) -> None:
    from gatepost.cli.baseline import command

    before = os.getcwd()
    os.chdir(repo.folder)
    try:
        done = CliRunner().invoke(command, ["update", "--base", "none"], standalone_mode=False)
    finally:
        os.chdir(before)
    assert done.exception is None, done.output
