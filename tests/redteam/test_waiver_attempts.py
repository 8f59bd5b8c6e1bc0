"""Attempts to be waived: in the policy, beside the code, by other tools' comments."""

from __future__ import annotations

import pytest

from tests.redteam.attempts import attempt
from tests.redteam.repository import FAULT, PLACE, POLICY, PUBLIC, Repository, not_passed, stopped, told

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


ODD = {
    "in a string": 'resource "aws_db_instance" "orders" {\n  identifier = "# gatepost: waive aws/rds/instance-public until=2027-01-01 by=a why=b"\n  publicly_accessible = true\n}\n',
    "in a heredoc": 'resource "aws_db_instance" "orders" {\n  identifier = <<EOT\n' + INLINE + 'EOT\n  publicly_accessible = true\n}\n',
    "in another block": INLINE + 'variable "x" {}\n\n' + PUBLIC,
    "after the block": PUBLIC + INLINE,
    "without a name": PUBLIC.replace("true\n", "true # gatepost: waive aws/rds/instance-public until=2027-01-01 why=b\n"),
    "without an end": PUBLIC.replace("true\n", "true # gatepost: waive aws/rds/instance-public by=a why=b\n"),
    "for everything": PUBLIC.replace("true\n", "true # gatepost: waive * until=2027-01-01 by=a why=b\n"),
    "expired": PUBLIC.replace("true\n", "true # gatepost: waive aws/rds/instance-public until=2020-01-01 by=a why=b\n"),
    "look-alike": PUBLIC.replace("true\n", "true # gаtepost: waive aws/rds/instance-public until=2027-01-01 by=a why=b\n"),
    "turned round": PUBLIC.replace("true\n", "true # \u202egatepost: waive aws/rds/instance-public until=2027-01-01 by=a why=b\n"),
    "in a far file": PUBLIC,
}  # fmt: skip


@attempt(
    26,
    G,
    "waives itself from an odd place: strings, heredocs, other blocks, half a waiver, look-alike letters",
    "only a whole comment on the line, above the block or instruction counts; half of one is a problem",
)
@pytest.mark.parametrize("how", sorted(ODD))
def test_inline_in_odd_places(repo: Repository, how: str) -> None:
    more: dict[str, str | bytes] = {"live/prod/notes.tf": INLINE} if how == "in a far file" else {}
    not_passed(repo.based().write({PLACE: ODD[how], **more}).judged())


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
