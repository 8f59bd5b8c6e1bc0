"""The shape of the house: what may know what, and that tables, pages and folders agree with the modules there are."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gatepost import cli, reports, scans
from gatepost.cli.commands import COMMANDS, gatepost
from gatepost.model.decisions import Counts, DecidedProblem, Verdict
from gatepost.pipeline.seeing import NOTHING
from gatepost.rules import readers
from gatepost.scans.table import FORMATS as SCANS

TOP = Path(__file__).parent.parent
HOUSE = TOP / "src" / "gatepost"
MODULES = sorted(HOUSE.rglob("*.py"))
OUTSIDE = {"subprocess", "socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "asyncio"}
THIRD_PARTIES = {"click", "yaml"}
# What services may load besides, where a command asks for it.
OF_SERVICES = {"github", "gitlab", "requests", "urllib3"}
VAGUE = {"util", "utils", "helper", "helpers", "base", "manager", "common", "misc", "tools"}
CODES = {0, 1, 2, 3, 4, 130}


def test_each_floor_stands_on_those_below() -> None:
    pytest.importorskip("importlinter")
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_module_says_what_it_never_does_and_is_not_too_long(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert "never" in (ast.get_docstring(ast.parse(text)) or "").lower()
    assert module.stem not in VAGUE
    assert text.count("\n") <= 400


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_module_imports_only_what_its_floor_may(module: Path) -> None:
    names = set(imports(module))
    if HOUSE / "services" not in module.parents:
        assert not {name for name in names if name in OUTSIDE or name.split(".")[0] in OUTSIDE}
    if module.name != "build_hook.py":  # it runs where the wheel is built
        roots = {name.split(".")[0] for name in names}
        allowed = THIRD_PARTIES | OF_SERVICES if HOUSE / "services" in module.parents else THIRD_PARTIES
        assert roots <= allowed | {"gatepost"} | set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("package", "table", "marks"),
    [
        (reports, reports.FORMATS, {"NAME", "MEDIA_TYPE", "render"}),
        (scans, {name: f"gatepost.scans.{name.replace('-', '_')}" for name in SCANS}, {"NAME", "recognises", "read"}),
        (readers, readers.READERS, {"SORT", "read"}),
        (cli, COMMANDS, {"command"}),
    ],
    ids=["reports", "scans", "readers", "commands"],
)
def test_a_table_lists_every_module_of_its_kind_and_no_other(
    package: object, table: Mapping[str, str], marks: set[str]
) -> None:
    [folder] = package.__path__  # type: ignore[attr-defined]
    found = {
        f"{package.__name__}.{path.stem}"  # type: ignore[attr-defined]
        for path in Path(folder).glob("*.py")
        if marks <= names_of(path)
    }
    assert found == set(table.values())
    assert all(module.endswith(f".{name.replace('-', '_')}") for name, module in table.items())


def test_the_tables_of_the_readme_and_the_design_list_every_folder() -> None:
    folders = {path.parent.name for path in HOUSE.glob("*/__init__.py")}
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    assert names_in_table(readme, "folder of `src/gatepost`") == folders
    design = (TOP / "docs" / "design.md").read_text(encoding="utf-8")
    floors = design.partition("## Floors")[2].partition("| folder")[0]
    assert folders <= set(re.findall(r"\w+", floors))


def test_every_exit_code_is_told_wherever_exit_codes_are() -> None:
    for page in (TOP / "README.md", TOP / "docs" / "exit-codes.md"):
        told = re.findall(r"^\| (\d+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert {int(code) for code in told} == CODES, page.name
    told = re.findall(r"(\d+) \w", (gatepost.help or "").partition("Exit codes:")[2])
    assert {int(code) for code in told} == CODES
    assert {cli.BUG, cli.INTERRUPTED} < CODES


def test_what_could_not_be_read_is_incomplete_and_never_fails_who_only_observes() -> None:
    problem = DecidedProblem(NOTHING, "block")
    assert Verdict("enforce", "p", (), (), (problem,), Counts()).exit_code == 3
    assert Verdict("observe", "p", (), (), (problem,), Counts()).exit_code == 0
    assert Verdict("enforce", "p", (), (), (), Counts()).exit_code == 0


def imports(module: Path) -> Iterator[str]:
    """Yield the modules that one imports, wherever in it."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def names_of(module: Path) -> set[str]:
    """Return the names that a module defines at its top."""
    found: set[str] = set()
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def names_in_table(page: str, head: str) -> set[str]:
    """Return what stands in backquotes in the first column of the table with this head."""
    rows = page.partition(f"| {head}")[2].partition("\n\n")[0].splitlines()[2:]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
