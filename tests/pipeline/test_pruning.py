"""Waivers that have ended are taken out of the text they stand in, and nothing else changes."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.languages.positioned import read_yaml
from gatepost.languages.positioned.edits import CannotEdit
from gatepost.model.decisions import Waiver
from gatepost.model.places import Location, Source
from gatepost.pipeline import Request
from gatepost.pipeline.pruning import Pruned, prune, without_entries
from gatepost.pipeline.reviewing import review
from tests.fuzz.waiver_file import fuzz

RULE = "aws/rds/instance-public"
OLD = 'until=2026-01-01 by=me why="old"'
SAID = f"gatepost: waive {RULE} {OLD}"
DATABASE = 'resource "aws_db_instance" "a" {\n  publicly_accessible = true\n}\n'
CRLF = DATABASE.replace("\n", "\r\n")
BUCKET = "Resources:\n  D:\n    Type: AWS::S3::Bucket\n    Properties: {AccessControl: PublicRead}\n"
NEEDED = "          - 'aws/s3/bucket-public-acl until=2027-01-01 by=me why=x'\n"
FORMS = ("{{rule: r{n}, until: {d}, why: x, by: y}}", "rule: r{n}\n  until: {d}\n  why: >-\n   a\n\n   b\n  by: y")


def pruned(folder: Path, files: dict[str, str], **more: object) -> Pruned:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="") as file:
            file.write(text)
    request = Request(paths=(".",), today="2026-11-22", jobs=1, base="none", **more)  # type: ignore[arg-type]
    return prune(request, review(request, None))


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def after(folder: Path, files: dict[str, str], **more: object) -> str:
    found = pruned(folder, files, **more)
    assert found.left == ()
    (text,) = found.after.values()
    return text


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("main.tf", f"# {SAID}\n{DATABASE}", DATABASE),
        ("main.tf", f"# {SAID}\r\n{CRLF}", CRLF),
        ("main.tf", f"//{SAID}\n{DATABASE}", DATABASE),
        ("main.tf", f"/* gatepost: waive {RULE}\n   {OLD} */\n{DATABASE}", DATABASE),
        ("main.tf", DATABASE.replace("true", f"true  # {SAID}"), DATABASE),
        ("main.tf", DATABASE.replace("= true", f"= /* {SAID} */ true"), DATABASE.replace("=", "= ", 1)),
        ("main.tf", f"# see SEC-1. {SAID}\n{DATABASE}", f"# see SEC-1.\n{DATABASE}"),
        ("main.tf", f"/* see SEC-1 {SAID} */\n{DATABASE}", f"/* see SEC-1 */\n{DATABASE}"),
        ("main.tf", f"{DATABASE}# {SAID}", DATABASE[:-1]),
        (
            "Dockerfile",
            f"FROM a:1\nRUN a && \\\n# gatepost: waive docker/x {OLD}\n  b\n",
            "FROM a:1\nRUN a && \\\n  b\n",
        ),
        (
            "t.yaml",
            f"Resources:\n  # {SAID}\n  D:\n    Type: AWS::S3::Bucket # why\n",
            "Resources:\n  D:\n    Type: AWS::S3::Bucket # why\n",
        ),
        (
            "t.yaml",
            f"Resources:\n  D:\n    Type: AWS::S3::Bucket\n    Metadata:\n      Gatepost: {{waive: '{RULE} {OLD}'}}\n",
            "Resources:\n  D:\n    Type: AWS::S3::Bucket\n",
        ),
        (
            "t.yaml",
            f"{BUCKET}    Metadata:\n      Gatepost:\n        waive:\n          - '{RULE} {OLD}'\n{NEEDED}",
            f"{BUCKET}    Metadata:\n      Gatepost:\n        waive:\n{NEEDED}",
        ),
        (
            "t.json",
            '{"Resources": {"D": {"Type": "AWS::S3::Bucket", "Metadata": {"a": 1, "Gatepost": '
            f'{{"waive": "{RULE} until=2026-01-01 by=me why=old"}}}}}}}}}}\n',
            '{"Resources": {"D": {"Type": "AWS::S3::Bucket", "Metadata": {"a": 1}}}}\n',
        ),
        (
            "main.tf.json",
            '{"resource": {"aws_db_instance": {"a": {\n  "//": "gatepost: waive '
            f'{RULE} until=2026-01-01 by=me why=old",\n  "publicly_accessible": true\n}}}}}}}}\n',
            '{"resource": {"aws_db_instance": {"a": {\n  "publicly_accessible": true\n}}}}\n',
        ),
    ],
)  # fmt: skip
def test_a_waiver_beside_the_code_goes_and_all_else_stays(inside: Path, name: str, text: str, wanted: str) -> None:
    assert after(inside, {name: text}) == wanted


POLICY = """\
# the policy
version: 1
extends: recommended     # as shipped

waivers:   # ask security

  # a public site
  - rule: aws/rds/instance-public
    until: 2027-01-01   # next year
    why: |
      one
      two
    by: me

  # long gone
  # really
  - {rule: aws/rds/storage-encrypted, until: 2026-01-01, why: "a, b", by: me}   # gone

  - rule: aws/s3/none
    until: 2027-01-01
    why: unused
    by: me
rules: {}
"""


def test_entries_of_a_policy_go_with_the_comments_right_above_them(inside: Path) -> None:
    text = after(inside, {"gatepost.yaml": POLICY.replace("aws/s3/none", "aws/s3/bucket-versioning"), "m.tf": DATABASE})
    assert text == POLICY[: POLICY.index("  # long gone")] + "\nrules: {}\n"


@pytest.mark.parametrize(
    ("waivers", "wanted"),
    [
        (
            f"waivers:\n  - {{rule: {RULE}, until: 2027-01-01, why: x, by: y}}\n\n  # c\n"
            "  - rule: a\n    until: 2026-01-01\n    why: x\n    by: y\n",
            f"waivers:\n  - {{rule: {RULE}, until: 2027-01-01, why: x, by: y}}\n",
        ),
        (
            "waivers:\n  - {rule: a, until: 2026-01-01, why: x, by: y}\n\n"
            "  # c\n  - {rule: b, until: 2026-01-01, why: x, by: y}\n\n"
            f"  # d\n  - {{rule: {RULE}, until: 2027-01-01, why: x, by: y}}\n",
            f"waivers:\n  # d\n  - {{rule: {RULE}, until: 2027-01-01, why: x, by: y}}\n",
        ),
        ("waivers:\n  - {rule: a/b, until: 2026-01-01, why: x, by: y}\nmode: enforce\n", "mode: enforce\n"),
        ("waivers: [{rule: a/b, until: 2026-01-01, why: x, by: y}]\nmode: enforce\n", "mode: enforce\n"),
        (
            "waivers: [{rule: a/b, until: 2026-01-01, why: x, by: y},"
            f" {{rule: {RULE}, until: 2027-01-01, why: x, by: y}}]\n",
            f"waivers: [{{rule: {RULE}, until: 2027-01-01, why: x, by: y}}]\n",
        ),
        (
            f"waivers:\n- rule: {RULE}\n  until: 2027-01-01\n  why: x\n  by: y\n"
            "- rule: b\n  until: 2026-01-01\n  why: x\n  by: y",
            f"waivers:\n- rule: {RULE}\n  until: 2027-01-01\n  why: x\n  by: y",
        ),
    ],
)
def test_lists_in_every_style(inside: Path, waivers: str, wanted: str) -> None:
    head = "version: 1\nextends: recommended\n"
    assert after(inside, {"gatepost.yaml": head + waivers, "m.tf": DATABASE}) == head + wanted


def test_a_file_of_waivers_loses_its_own_only(inside: Path) -> None:
    files = {
        "gatepost.yaml": "version: 1\nextends: recommended\nwaiver_files: w/*.yaml\n",
        "w/a.yaml": "waivers:\n  - {rule: a/b, until: 2026-01-01, why: x, by: y}\n",
        "w/b.yaml": f"waivers:\n  - {{rule: {RULE}, until: 2027-01-01, why: x, by: y}}\n",
        "m.tf": DATABASE,
    }
    assert pruned(inside, files).after == {"w/a.yaml": "{}\n"}


def left(folder: Path, files: dict[str, str], **more: object) -> list[str]:
    found = pruned(folder, files, **more)
    assert found.after == {}
    return [reason for _, reason in found.left]


UNUSED = "version: 1\nextends: recommended\nwaivers: [{%s, until: 2027-01-01, why: x, by: y}]\n"


@pytest.mark.parametrize("scope", ["vulnerability: CVE-1", "path: x.tf", "package: a", "rule: trivy/x", "rule: '*'"])
def test_what_a_report_might_need_stays_where_there_is_no_report(inside: Path, scope: str) -> None:
    files = {"gatepost.yaml": UNUSED % scope, "m.tf": 'resource "x" "y" {\n}\n'}
    assert left(inside, files) == ["no report was given"]


def test_what_an_unread_file_might_need_stays(inside: Path) -> None:
    files = {"gatepost.yaml": UNUSED % f"rule: {RULE}", "m.tf": "resource {"}
    assert left(inside, files) == ["something could not be read"]


def test_what_stands_in_another_folder_might_be_needed_there(inside: Path) -> None:
    for name in ("a", "b"):
        (inside / name).mkdir()
        (inside / name / "m.tf").write_text(DATABASE)
    (inside / "gatepost.yaml").write_text(UNUSED % "rule: aws/s3/bucket-versioning")
    request = Request(paths=("a",), today="2026-11-22", jobs=1, base="none")
    assert [why for _, why in prune(request, review(request, None)).left] == ["only a part was looked at"]


def test_another_environment_might_need_it(inside: Path) -> None:
    files = {"gatepost.yaml": UNUSED % f"rule: {RULE}, environment: prod", "m.tf": DATABASE}
    assert left(inside, files, environment="stage") == ["only stage was looked at"]


def test_a_waiver_of_the_organisation_stays(inside: Path) -> None:
    (inside / "org.yaml").write_text(UNUSED % f"rule: {RULE}".replace("2027", "2026"))
    files = {"org.yaml": (UNUSED % "rule: a").replace("2027", "2026"), "m.tf": DATABASE}
    assert left(inside, files, organisation_policy="org.yaml") == ["it is the organisation's"]


def test_an_alias_stays_with_the_reason(inside: Path) -> None:
    text = "version: 1\nextends: recommended\nwaivers:\n  - &a {rule: a, until: 2026-01-01, why: x, by: y}\n  - *a\n"
    found = pruned(inside, {"gatepost.yaml": text, "m.tf": DATABASE})
    assert found.after == {}
    assert len(found.left) == 2


def test_nothing_ended_nothing_changes(inside: Path) -> None:
    text = UNUSED % f"rule: {RULE}"
    assert pruned(inside, {"gatepost.yaml": text, "m.tf": DATABASE}) == ({}, {}, (), ())


entries = st.lists(
    st.tuples(
        st.sampled_from(["", "# c\n", "# c\n# d\n", "\n", "\n# c\n"]),
        st.sampled_from(FORMS),
        st.sampled_from(["", "   # behind"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


@given(entries)
@settings(max_examples=150, deadline=None)
def test_whatever_the_list_looks_like_the_others_stay_as_they_are(listed: list[tuple[str, str, str, bool]]) -> None:
    text, starts = "version: 1 # v\nwaivers:\n", []
    kept_texts: list[str] = []
    for number, (above, form, behind, goes) in enumerate(listed):
        written = form.format(n=number, d="2026-01-01")
        if goes:
            starts.append(len(text) + len(above) + 2)
        else:
            kept_texts.append(f"- {written}{behind}\n")
        text += f"{above}- {written}{behind}\n"
    text += "# the end\nmode: enforce\n"
    source = Source("gatepost.yaml", text, "policy")
    waivers = [Waiver((), "", "", "", Location("gatepost.yaml", source.region(start, start + 1))) for start in starts]
    try:
        new = without_entries(source, waivers)
    except CannotEdit:
        pytest.fail("plain lists can be edited")
    assert all(one in new for one in kept_texts)
    assert new.endswith("# the end\nmode: enforce\n")
    rules = [node.get("rule").value for node in read_yaml(new).get("waivers").elements()] if kept_texts else []
    assert rules == [f"r{number}" for number, one in enumerate(listed) if not one[3]]


def test_what_is_in_a_block_comment_is_not_broken(inside: Path) -> None:
    text = dedent(
        f"""\
        /*
         * {SAID}
         */
        """
    )
    found = pruned(inside, {"main.tf": text + DATABASE})
    assert DATABASE in next(iter(found.after.values()), DATABASE)


FILE = (Path(__file__).parents[2] / "examples" / "waivers" / "waivers" / "web.yaml").read_text(encoding="utf-8")


@given(
    st.integers(0, len(FILE)),
    st.integers(0, 40),
    st.text(max_size=6) | st.sampled_from(["&a ", "*a", "- ", "{", "[", "|+"]),
)
@settings(max_examples=200, deadline=None)
def test_no_edit_of_a_file_of_waivers_makes_the_loader_or_pruning_fail(start: int, length: int, new: str) -> None:
    fuzz((FILE[:start] + new + FILE[start + length :]).encode("utf-8", "replace"))
