"""`gatepost resources` prints what is judged, and nothing that is hidden."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

MAIN = """
variable "name" {
  default = "a"
}
variable "token" {
  default   = "t0ken"
  sensitive = true
}
resource "terraform_data" "one" {
  input = var.name
}
resource "terraform_data" "two" {
  input = "Bearer ${var.token}"
}
resource "terraform_data" "three" {
  input = [terraform_data.one.id, terraform.workspace]
}
"""


@pytest.fixture
def folder(shop: Path) -> Path:
    made = shop / "live"
    made.mkdir()
    (made / "main.tf").write_text(MAIN)
    return made


def values(run: Run, *arguments: str) -> list[object]:
    ran = run("resources", "--dir", "live", "--format", "json", *arguments)
    assert ran.code == 0, ran.err
    return [one["values"]["input"] for one in json.loads(ran.out)]


def test_values_are_those_that_are_judged(gatepost: Run, folder: Path) -> None:
    one, two, three = values(gatepost)
    assert one == "a"
    assert two == {"unknown": "the value is sensitive and is not printed", "sensitive": True}
    assert isinstance(three, list)
    assert three == [{"unknown": "terraform_data.one.id is only known when Terraform runs"}, "default"]


def test_variables_and_the_workspace_are_taken(gatepost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "b.tfvars").write_text('name = "b"\n')
    file = ("--var-file", "live/b.tfvars")
    assert values(gatepost, "--var", "name=c")[0] == "c"
    assert values(gatepost, *file, "--var", "name=c")[0] == "c"
    assert values(gatepost, "--var", "name=c", *file)[0] == "b"
    assert values(gatepost, "--workspace", "blue")[2][1] == "blue"  # type: ignore[index]
    monkeypatch.setenv("TF_WORKSPACE", "green")
    assert values(gatepost)[2][1] == "green"  # type: ignore[index]


def test_what_the_environment_gives_is_not_printed(
    gatepost: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_VAR_name", "from-outside")
    for form in ("json", "table"):
        ran = gatepost("resources", "--dir", "live", "--format", form)
        assert ran.code == 0
        assert "from-outside" not in ran.out + ran.err


def test_the_table_names_what_is_not_known(gatepost: Run, folder: Path) -> None:
    lines = gatepost("resources", "--dir", "live").out.splitlines()
    assert lines[0].split() == ["terraform_data.one", "live/main.tf:9"]
    assert lines[2].endswith("not known: input")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--var", "nam=x"), "declares no variable 'nam'"),
        (("--var", "name"), "--var takes NAME=VALUE"),
        (("--dir", "nowhere"), "there is no folder 'nowhere'"),
        (("--dir", "."), "there are no Terraform files"),
    ],
)
def test_what_cannot_take_effect_is_an_error(
    gatepost: Run, folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = gatepost("resources", "--dir", "live", *arguments)
    assert ran.code == 2
    assert said in ran.err
