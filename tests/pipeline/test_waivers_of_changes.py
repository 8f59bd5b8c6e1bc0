"""A change does not waive itself: waivers count as the base has them, and what it proposes is told."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gatepost.model.decisions import Verdict, WaiverUse
from gatepost.model.problems import UsageError
from gatepost.pipeline import Request, check

RULE = "aws/rds/instance-public"
DATABASE = 'resource "aws_db_instance" "{name}" {{\n  publicly_accessible = true{behind}\n}}\n'
WAIVER = f'# gatepost: waive {RULE} until=2027-01-01 by=me why="for now"\n'
POLICY = "version: 1\ngate: [{name: all, when: {rule: 'aws/rds/instance-public'}, decide: block}]\n"
REFUSING = POLICY + "inline_waivers: {accept_new: false}\n"
FILES = POLICY + "waiver_files: waivers/*.yaml\n"
ENTRY = f"  - {{rule: {RULE}, until: 2027-01-01, why: w, by: '@acme/sec'}}\n"


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITLAB_CI", raising=False)
    return tmp_path


def based(folder: Path, files: dict[str, str]) -> None:
    write(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")


def judged(**more: object) -> Verdict:
    return check(Request(paths=(".",), today="2026-11-22", jobs=1, **{"base": "main", **more}))  # type: ignore[arg-type]


def actions(verdict: Verdict) -> dict[str, str]:
    found = (one for one in verdict.decisions if one.assessment.finding.rule == RULE)
    return {one.assessment.finding.resource.rpartition(".")[2]: one.action for one in found}


def database(name: str, above: str = "", behind: str = "") -> str:
    return above + DATABASE.format(name=name, behind=behind)


def news(verdict: Verdict) -> dict[int, bool | None]:
    return {use.waiver.location.region.start_line: use.is_new for use in verdict.waivers}


def test_a_waiver_that_the_change_brings_is_told_and_may_be_refused(repository: Path) -> None:
    based(repository, {"gatepost.yaml": REFUSING, "main.tf": database("old", WAIVER)})
    write(repository, {"main.tf": database("old", WAIVER) + database("new", WAIVER)})
    verdict = judged()
    assert actions(verdict) == {"old": "allow", "new": "block"}
    assert news(verdict) == {1: False, 5: True}
    said = f"({RULE} until 2027-01-01 by me); it covers 1 finding; refused"
    assert f"this change brings the waiver at main.tf:5 {said}" in verdict.notes


def test_it_counts_where_the_policy_of_the_base_does_not_refuse_it(repository: Path) -> None:
    based(repository, {"gatepost.yaml": POLICY, "main.tf": ""})
    write(repository, {"main.tf": database("new", WAIVER), "gatepost.yaml": REFUSING})
    verdict = judged()
    assert actions(verdict) == {"new": "allow"}
    assert any(note.startswith("this change brings the waiver at main.tf:1 ") for note in verdict.notes)


def test_without_a_base_nothing_is_new(repository: Path) -> None:
    write(repository, {"gatepost.yaml": REFUSING, "main.tf": database("new", WAIVER)})
    verdict = judged(base=None)
    assert actions(verdict) == {"new": "allow"}
    assert verdict.waivers[0].is_new is None


def use_after(repository: Path, before: str, after: str, name: str = "main.tf") -> list[WaiverUse]:
    based(repository, {"gatepost.yaml": REFUSING, name: before})
    write(repository, {name: after})
    return sorted(judged().waivers, key=lambda use: use.waiver.location)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (database("a", WAIVER), "# more\n\n\n" + database("a", WAIVER)),
        (database("a", WAIVER), database("z") + database("a", WAIVER)),
        (database("a", WAIVER), WAIVER + database("a").replace("{\n", "{\n  name = 1\n")),
    ],
)
def test_a_waiver_that_only_moved_is_old(repository: Path, before: str, after: str) -> None:
    assert [use.is_new for use in use_after(repository, before, after)] == [False]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # moved to another resource
        (database("a", WAIVER) + database("b"), database("a") + database("b", WAIVER)),
        # something else put below it
        (database("a", WAIVER), WAIVER + database("b") + database("a")),
        # other words
        (database("a", WAIVER), database("a", WAIVER.replace("2027-01-01", "2027-12-31"))),
        (database("a", WAIVER), database("a", WAIVER.replace(RULE, "aws/*"))),
        # on one line, which reads otherwise now
        (
            database("a", behind=" " + WAIVER.strip()).replace("true", "false"),
            database("a", behind=" " + WAIVER.strip()),
        ),
    ],
)
def test_a_waiver_that_says_or_covers_something_else_is_new(repository: Path, before: str, after: str) -> None:
    assert [use.is_new for use in use_after(repository, before, after)] == [True]


def test_one_more_of_the_same_is_new(repository: Path) -> None:
    rule = "docker/piped-to-shell"
    run = f'# gatepost: waive {rule} until=2027-01-01 by=me why="x"\nRUN curl http://example.com/a | sh\n'
    uses = use_after(repository, f"FROM a:1\n{run}", f"FROM a:1\n{run}{run}", "Dockerfile")
    assert [use.is_new for use in uses] == [False, True]


def test_an_instruction_above_makes_no_waiver_of_a_dockerfile_new(repository: Path) -> None:
    run = '# gatepost: waive a until=2027-01-01 by=me why="x"\nRUN curl http://example.com/a | sh\n'
    uses = use_after(repository, f"FROM a:1\n{run}", f"FROM a:1\nRUN true\n{run}", "Dockerfile")
    assert [use.is_new for use in uses] == [False]
    other = run.replace("example.com/a", "example.com/b")
    write(repository, {"Dockerfile": f"FROM a:1\n{other}"})
    assert [use.is_new for use in judged().waivers] == [True]


def test_a_renamed_file_brings_no_new_waivers(repository: Path) -> None:
    based(repository, {"gatepost.yaml": REFUSING, "live/main.tf": "".join(database(f"a{n}", WAIVER) for n in range(4))})
    git(repository, "mv", "live", "prod")
    assert {use.is_new for use in judged().waivers} == {False}


def test_a_module_outside_the_change_brings_no_new_waivers(repository: Path) -> None:
    based(repository, {"gatepost.yaml": REFUSING, "modules/db/main.tf": database("m", WAIVER), "one/main.tf": ""})
    write(repository, {"one/main.tf": 'module "db" {\n  source = "../modules/db"\n}\n'})
    verdict = judged()
    assert set(actions(verdict).values()) == {"allow"}
    assert [use.is_new for use in verdict.waivers] == [False]


def test_a_waiver_in_a_fetched_module_does_not_count(repository: Path) -> None:
    fetched = '{"Key":"db","Source":"registry.terraform.io/acme/db/aws","Dir":".terraform/modules/db"}'
    manifest = f'{{"Modules":[{{"Key":"","Dir":"."}},{fetched}]}}'
    call = 'module "db" {\n  source = "acme/db/aws"\n}\n'
    write(
        repository,
        {
            "gatepost.yaml": POLICY,
            "main.tf": call,
            ".terraform/modules/modules.json": manifest,
            ".terraform/modules/db/main.tf": database("m", WAIVER),
        },
    )
    verdict = judged(base=None)
    assert set(actions(verdict).values()) == {"block"}
    assert verdict.waivers == ()


def test_honoured_comments_that_the_change_brings_are_refused_too(repository: Path) -> None:
    comment = "  # checkov:skip=CKV_AWS_17:fine\n"
    policy = REFUSING + "honour: [checkov]\n"
    old = database("old").replace("{\n", "{\n" + comment, 1)
    based(repository, {"gatepost.yaml": policy, "main.tf": old})
    write(repository, {"main.tf": old + database("new").replace("{\n", "{\n" + comment, 1)})
    verdict = judged()
    assert actions(verdict) == {"old": "allow", "new": "block"}
    assert "this change brings 1 comment by which another tool is told to ignore something" in verdict.notes


OWNERS = "gatepost.yaml @acme/security\nwaivers/ @acme/sec\n"


def test_a_policy_that_waives_is_told_with_its_effect_and_its_owners(repository: Path) -> None:
    based(repository, {"gatepost.yaml": POLICY, "main.tf": database("a") + database("b"), "CODEOWNERS": OWNERS})
    write(repository, {"gatepost.yaml": POLICY + "waivers:\n" + ENTRY, "CODEOWNERS": "* @mallory\n"})
    verdict = judged()
    assert set(actions(verdict).values()) == {"block"}
    assert verdict.notes == (
        "this change edits gatepost.yaml and CODEOWNERS, which would waive 2 findings (2 high); "
        "it counts once it is on main; needs the owners of gatepost.yaml: @acme/security; "
        "CODEOWNERS has no owner of CODEOWNERS",
    )


def test_owners_that_a_change_names_are_told_with_their_effect(repository: Path) -> None:
    policy = "version: 1\ngate: [{name: nobody, when: {owner: {exists: false}, severity: high}, decide: block}]\n"
    based(repository, {"gatepost.yaml": policy, "main.tf": database("a"), "CODEOWNERS": "/CODEOWNERS @acme/all\n"})
    write(repository, {"CODEOWNERS": "* @mallory\n"})
    verdict = judged()
    assert actions(verdict) == {"a": "block"}
    assert verdict.notes[-1].startswith("this change edits CODEOWNERS, which would let pass ")
    assert verdict.notes[-1].endswith("; needs the owners of CODEOWNERS: @acme/all")


def test_waivers_in_files_count_as_the_base_has_them(repository: Path) -> None:
    based(repository, {"gatepost.yaml": FILES, "main.tf": database("a"), "CODEOWNERS": OWNERS})
    write(repository, {"waivers/new.yaml": "waivers:\n" + ENTRY})
    verdict = judged()
    assert actions(verdict) == {"a": "block"}
    assert verdict.notes == (
        "this change edits waivers/new.yaml, which would waive 1 finding (1 high); it counts once it is on main; "
        "needs the owners of waivers/new.yaml: @acme/sec",
    )
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "x")
    assert actions(judged()) == {"a": "allow"}


def test_an_edit_of_a_waiver_file_counts_for_nothing_yet(repository: Path) -> None:
    before = "waivers:\n" + ENTRY.replace(RULE, "aws/other")
    based(repository, {"gatepost.yaml": FILES, "main.tf": database("a"), "waivers/a.yaml": before})
    write(repository, {"waivers/a.yaml": "waivers:\n" + ENTRY})
    verdict = judged()
    assert actions(verdict) == {"a": "block"}
    assert verdict.waivers[0].waiver.location.path == "waivers/a.yaml (main)"
    (repository / "waivers/a.yaml").unlink()
    assert judged().waivers[0].waiver.location.path == "waivers/a.yaml (main)"


def test_a_link_is_no_file_of_waivers(repository: Path) -> None:
    based(repository, {"gatepost.yaml": FILES, "main.tf": database("a"), "common.yaml": "waivers: []\n"})
    (repository / "waivers").mkdir()
    os.symlink("../common.yaml", repository / "waivers" / "a.yaml")
    based(repository, {})
    write(repository, {"common.yaml": "waivers:\n" + ENTRY})
    assert actions(judged()) == {"a": "block"}
    assert actions(judged(base=None)) == {"a": "block"}


def test_a_folder_of_waivers_that_becomes_a_link_changes_nothing(repository: Path) -> None:
    based(repository, {"gatepost.yaml": FILES, "main.tf": database("a"), "waivers/a.yaml": "waivers: []\n"})
    git(repository, "mv", "waivers", "real")
    os.symlink("real", repository / "waivers")
    write(repository, {"real/a.yaml": "waivers:\n" + ENTRY})
    assert actions(judged()) == {"a": "block"}


def test_only_an_owner_of_the_file_may_answer_for_a_waiver(repository: Path) -> None:
    policy = FILES + "waiver_rules: {by: codeowners}\n"
    files = {"gatepost.yaml": policy, "main.tf": database("a"), "CODEOWNERS": OWNERS}
    based(repository, {**files, "waivers/a.yaml": "waivers:\n" + ENTRY})
    assert actions(judged(base=None)) == {"a": "allow"}
    write(repository, {"CODEOWNERS": "* @mallory\n"})
    assert actions(judged()) == {"a": "allow"}
    assert actions(judged(base=None)) == {"a": "block"}
    refused = judged(base=None).waivers[0]
    assert refused.notes == ("@acme/sec does not own waivers/a.yaml; its owners are @mallory",)


def test_a_waiver_beside_the_code_needs_an_owner_of_its_file(repository: Path) -> None:
    policy = POLICY + "waiver_rules: {by: codeowners}\n"
    write(repository, {"gatepost.yaml": policy, "live/main.tf": database("a", WAIVER), "CODEOWNERS": "live/ @a/b\n"})
    assert actions(judged(base=None)) == {"a": "block"}
    write(repository, {"live/main.tf": database("a", WAIVER.replace("by=me", "by=@a/b"))})
    assert actions(judged(base=None)) == {"a": "allow"}


def test_a_policy_elsewhere_has_its_waivers_beside_it(repository: Path) -> None:
    write(repository, {"ci/p.yaml": FILES, "main.tf": database("a"), "ci/waivers/a.yaml": "waivers:\n" + ENTRY})
    verdict = judged(base=None, policy="ci/p.yaml")
    assert actions(verdict) == {"a": "allow"}
    assert verdict.waivers[0].waiver.location.path == "ci/waivers/a.yaml"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"gatepost.yaml": POLICY + "waiver_files: mine.yaml\n"}, "there is no file of waivers 'mine.yaml'"),
        ({"gatepost.yaml": FILES, "waivers/a.yaml": "waiver: []\n"}, 'unknown key "waiver" in a file of waivers'),
        ({"gatepost.yaml": FILES, "waivers/a.yaml": "version: 2\n"}, "this Gatepost reads waivers of version 1"),
        ({"gatepost.yaml": FILES, "waivers/a.yaml": "- a\n"}, "a file of waivers has to be a mapping"),
        ({"gatepost.yaml": FILES, "waivers/a.yaml": "\x00"}, "the waivers 'waivers/a.yaml' cannot be used"),
        (
            {
                "gatepost.yaml": FILES + "waiver_rules: {require: ticket}\n",
                "waivers/a.yaml": "waivers:\n" + ENTRY,
            },
            "waivers/a.yaml:2: this waiver has no `ticket`, which gatepost.yaml requires",
        ),
    ],
)
def test_a_file_of_waivers_with_a_fault_is_a_usage_error(repository: Path, files: dict[str, str], message: str) -> None:
    write(repository, {"main.tf": database("a"), **files})
    with pytest.raises(UsageError) as raised:
        judged(base=None)
    assert raised.value.message.startswith(message)


def test_an_empty_file_of_waivers_says_nothing(repository: Path) -> None:
    write(repository, {"gatepost.yaml": FILES, "main.tf": database("a"), "waivers/a.yaml": "# none now\n"})
    assert judged(base=None).waivers == ()


def test_proposed_waivers_of_a_policy_that_does_not_load_are_told(repository: Path) -> None:
    based(repository, {"gatepost.yaml": FILES, "main.tf": database("a")})
    write(repository, {"waivers/a.yaml": "waivers: 1\n"})
    (told,) = judged().notes
    assert told.startswith("waivers/a.yaml as this change has it does not load")
