"""Attempts by what git does with a tree: links, submodules, attributes, ignored files, renames, names."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.redteam.attempts import attempt
from tests.redteam.repository import FAULT, PLACE, POLICY, PUBLIC, Repository, not_passed, of_rule, stopped, told

G = "git and files"


@attempt(40, G, "renames the file, so that what is new looks moved", "only what the base had itself is old")
def test_renamed_with_a_fault(repo: Repository) -> None:
    fine = PUBLIC.replace("true", "false") + "# a long tail that makes it the same file\n" * 30
    repo.based({"live/prod/a.tf": fine})
    repo.git("mv", "live/prod/a.tf", "live/prod/b.tf")
    stopped(repo.write({"live/prod/b.tf": fine.replace("false", "true")}).judged())


@attempt(41, G, "copies an old fault to a second place", "the second instance is new")
def test_copied_fault(repo: Repository) -> None:
    repo.based({"live/dev/db.tf": PUBLIC})
    stopped(repo.write({PLACE: PUBLIC}).judged())


@attempt(42, G, "moves an old fault to production", "there it is new")
def test_moved_to_production(repo: Repository) -> None:
    repo.based({"live/dev/db.tf": PUBLIC})
    repo.git("mv", "live/dev/db.tf", PLACE)
    verdict = repo.judged()
    found = of_rule(verdict)[0].assessment.context
    assert {fact.name for fact in found.environments} == {"production"}
    stopped(verdict)


@attempt(43, G, "brings the code by a new submodule", "what lies in it is new")
def test_new_submodule(repo: Repository, tmp_path: Path) -> None:
    repo.based()
    add_submodule(repo, tmp_path, PUBLIC)
    stopped(repo.judged())


@attempt(44, G, "moves a submodule to another commit, with `ignore = all` in .gitmodules", "what lies in it is new")
@pytest.mark.parametrize("ignore", ["none", "all"])
def test_submodule_moved(repo: Repository, tmp_path: Path, ignore: str) -> None:
    inner = add_submodule(repo, tmp_path, PUBLIC.replace("true", "false"))
    modules = (repo.folder / ".gitmodules").read_text() + f"\tignore = {ignore}\n"
    repo.write({".gitmodules": modules}).based()
    (inner / "db.tf").write_text(PUBLIC)
    repo.git("commit", "-qam", "y", folder=inner)
    repo.git("add", "-f", "live/prod")
    repo.git("commit", "-qm", "z")
    stopped(repo.judged())


def add_submodule(repo: Repository, tmp_path: Path, text: str) -> Path:
    other = tmp_path / "other"
    other.mkdir()
    (other / "db.tf").write_text(text)
    repo.git("init", "-q", "-b", "main", folder=other)
    repo.git("add", "-A", folder=other)
    repo.git("commit", "-qm", "x", folder=other)
    repo.git("submodule", "add", "-q", str(other), "live/prod/sub")
    return repo.folder / "live/prod/sub"


@attempt(
    45,
    G,
    "calls the file binary, generated or not for export in .gitattributes",
    "no attribute hides a file or its lines",
)
@pytest.mark.parametrize(
    "attributes", ["*.tf binary", "*.tf -diff", "*.tf linguist-generated export-ignore", "*.tf filter=x diff=x merge=x"]
)
def test_attributes(repo: Repository, attributes: str) -> None:
    verdict = repo.based().write({".gitattributes": attributes + "\n", PLACE: PUBLIC}).judged()
    stopped(verdict)
    assert of_rule(verdict)[0].assessment.context.touched


@attempt(
    46,
    G,
    "has the file checked out as UTF-16 by `working-tree-encoding`",
    "a file that is not UTF-8 is a problem, and that blocks",
)
def test_working_tree_encoding(repo: Repository) -> None:
    repo.based().write({".gitattributes": "db.tf working-tree-encoding=UTF-16LE-BOM\n"})
    repo.write({PLACE: b"\xff\xfe" + PUBLIC.encode("utf-16-le")})
    verdict = repo.judged()
    not_passed(verdict)
    assert "UTF-16" in told(verdict)


@attempt(47, G, "ignores the file by .gitignore and adds it by force", "what git tracks is read, ignored or not")
def test_ignored_but_tracked(repo: Repository) -> None:
    repo.based().write({".gitignore": "live/prod/db.tf\n*.tf\nlive/\n", PLACE: PUBLIC})
    repo.git("add", "-f", ".")
    stopped(repo.judged())


@attempt(48, G, "makes the file a link out of the repository", "links out are not followed, and the root says so")
def test_link_out(repo: Repository, tmp_path: Path) -> None:
    (tmp_path / "outside.tf").write_text(PUBLIC)
    repo.based()
    (repo.folder / PLACE).symlink_to("../../../outside.tf")
    verdict = repo.judged()
    assert verdict.exit_code in (1, 3) or "links out of the folder" in str(verdict.counts.passed_over)


@attempt(49, G, "makes a file a link into .git", "never followed: nothing of .git is read or shown")
def test_link_into_git(repo: Repository) -> None:
    repo.based()
    (repo.folder / "live/prod/x.tf").symlink_to("../../.git/config")
    verdict = repo.judged()
    assert "repositoryformatversion" not in told(verdict)
    assert ".git" not in "".join(verdict.sources)


@attempt(
    50,
    G,
    "makes the faulty file a link to one that was there, in a folder that no root reads",
    "it is judged where the link stands",
)
def test_link_to_a_file_of_the_base(repo: Repository) -> None:
    repo.based({"templates/db.tf.txt": PUBLIC})
    (repo.folder / PLACE).symlink_to("../../templates/db.tf.txt")
    stopped(repo.judged())


@attempt(51, G, "replaces a folder of modules by a link to a worse one", "the root reads other files than the base did")
def test_linked_module_folder(repo: Repository) -> None:
    call = 'module "db" {\n  source = "../../modules/db"\n}\n'
    repo.based({PLACE: call, "modules/db/main.tf": PUBLIC.replace("true", "false"), "worse/main.tf": PUBLIC})
    repo.remove("modules/db/main.tf")
    (repo.folder / "modules/db").rmdir()
    (repo.folder / "modules/db").symlink_to("../worse")
    verdict = repo.judged()
    not_passed(verdict)


@attempt(
    52,
    G,
    "gives files names with line breaks, quotes, control characters, leading dashes or as options",
    "names are data",
)
@pytest.mark.parametrize(
    "name", ["--policy=x.tf", "-q.tf", "a\nb.tf", 'a"b.tf', "a\x1b[2Kb.tf", "a\tb.tf", " .tf", "\u202eft.tf", "a\\b.tf"]
)
def test_names(repo: Repository, name: str) -> None:
    stopped(repo.based().write({f"live/prod/{name}": PUBLIC}).judged())


@attempt(53, G, "gives a file a name that is not UTF-8, or two that look the same", "a problem, and that blocks")
def test_name_of_bytes(repo: Repository) -> None:
    repo.based()
    for name in (b"\xff", b"\xfe"):
        with open(os.fsencode(repo.folder) + b"/live/prod/" + name + b".tf", "w") as file:
            file.write(PUBLIC if name == b"\xff" else "")
    verdict = repo.judged()
    not_passed(verdict)
    assert "not UTF-8" in told(verdict)


@attempt(54, G, "writes endings in capitals: `.TF`", "Terraform does not read such files, and so they deploy nothing")
@pytest.mark.parametrize("name", ["db.TF", "DB.Tf.JSON"])
def test_case_of_names(repo: Repository, name: str) -> None:
    assert not of_rule(repo.based().write({f"live/prod/{name}": PUBLIC}).judged())


@attempt(55, G, "adds a second file that differs only in case", "both are read; where they clash that is a problem")
def test_two_cases(repo: Repository) -> None:
    repo.based({"live/prod/Db.tf": PUBLIC.replace("true", "false").replace("orders", "other")})
    stopped(repo.write({PLACE: PUBLIC}).judged())


@attempt(56, G, "begins the file with a byte-order mark", "it is dropped, and the file is read")
def test_byte_order_mark(repo: Repository) -> None:
    stopped(repo.based().write({PLACE: b"\xef\xbb\xbf" + PUBLIC.encode()}).judged())


@attempt(57, G, "puts NUL bytes or bytes that are no UTF-8 into the file", "a problem, and that blocks")
@pytest.mark.parametrize("more", [b"# \0\n", b"# \xff\xfe\n"])
def test_bytes(repo: Repository, more: bytes) -> None:
    not_passed(repo.based().write({PLACE: more + PUBLIC.encode()}).judged())


@attempt(58, G, "makes the file too large to be read", "a problem, and that blocks")
def test_huge(repo: Repository) -> None:
    not_passed(repo.based().write({PLACE: b"#" * (33 << 20) + b"\n" + PUBLIC.encode()}).judged())


@attempt(
    59, G, "nests folders, blocks or expressions without end", "depth costs no stack; what is too deep is a problem"
)
@pytest.mark.parametrize(
    "text",
    [
        PUBLIC + "locals {\n  x = " + "(" * 5000 + "1" + ")" * 5000 + "\n}\n",
        PUBLIC + "locals {\n  x = " + "[" * 5000 + "]" * 5000 + "\n}\n",
        PUBLIC + "a {\n" * 3000 + "}\n" * 3000,
        PUBLIC + 'locals {\n  x = "' + "${" * 2000 + "1" + "}" * 2000 + '"\n}\n',
    ],
)
def test_deep(repo: Repository, text: str) -> None:
    not_passed(repo.based().write({PLACE: text}).judged())


def test_a_deep_folder_is_walked(repo: Repository) -> None:
    deep = "/".join(["d"] * 120)
    stopped(repo.based().write({f"{deep}/db.tf": PUBLIC}).judged())


@attempt(
    60,
    G,
    "hides code in a folder that is passed over: `.terraform`, `node_modules`",
    "not judged on its own, counted as passed over; a module called from there is read",
    "nobody deploys from such a folder: the pipeline's own commands name the roots",
)
@pytest.mark.parametrize("folder", [".terraform", "node_modules"])
def test_folders_of_others(repo: Repository, folder: str) -> None:
    call = f'module "db" {{\n  source = "./{folder}/db"\n}}\n'
    verdict = repo.based().write({PLACE: call, f"live/prod/{folder}/db/main.tf": PUBLIC}).judged()
    not_passed(verdict)


@attempt(61, G, "merges the base's branch with the fault already in it", "the base is where the change began")
def test_base_moves_on(repo: Repository) -> None:
    repo.based().write({PLACE: PUBLIC}).commit()
    repo.git("switch", "-q", "main")
    repo.write({"other.txt": "x"}).commit()
    repo.git("switch", "-q", "change")
    stopped(repo.judged())


@attempt(
    62,
    G,
    "names the branch, a tag or a file like the base",
    "the base is resolved as a commit, never as a path or option",
)
def test_ambiguous_base(repo: Repository) -> None:
    repo.based().write({PLACE: PUBLIC, "main": "a file named like the branch\n"}).commit()
    stopped(repo.judged())


@attempt(63, G, "cuts the history off, so that the base cannot be read", "exit code 3, with the command to type")
def test_no_base(repo: Repository) -> None:
    repo.based().write({PLACE: PUBLIC})
    verdict = repo.judged(base="0123456789012345678901234567890123456789")
    not_passed(verdict)
    assert any("fetch" in one.problem.hint for one in verdict.problems)


def test_policy_is_the_only_thing_that_excuses(repo: Repository) -> None:
    verdict = repo.based({PLACE: PUBLIC, "gatepost.yaml": POLICY}).judged()
    assert [one.action for one in of_rule(verdict, FAULT)] == ["warn"]


@attempt(
    64,
    G,
    "commits what `terraform init` would fetch, a harmless copy of the module",
    "a manifest of fetched modules that the change brings tells nothing: the module is told as not judged",
    "the pipeline runs `terraform init` itself, from nothing, before the check",
)
def test_committed_manifest(repo: Repository) -> None:
    entry = {
        "Key": "db",
        "Source": "registry.terraform.io/acme/db/aws",
        "Version": "1.2.3",
        "Dir": ".terraform/modules/db",
    }
    files = {
        PLACE: 'module "db" {\n  source = "acme/db/aws"\n  version = "1.2.3"\n}\n',
        "live/prod/.terraform/modules/modules.json": json.dumps({"Modules": [entry]}),
        "live/prod/.terraform/modules/db/main.tf": PUBLIC,
    }
    verdict = repo.based().write(files).judged()
    assert "module.db (acme/db/aws) is not there" in told(verdict)
    repo.git("rm", "-q", "-r", "--cached", "live/prod/.terraform")
    repo.write({".gitignore": ".terraform/\n"})
    stopped(repo.judged())  # the same, made by the pipeline
