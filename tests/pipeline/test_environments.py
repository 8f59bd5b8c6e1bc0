"""The var files of a root tell its environments by their names and places."""

from __future__ import annotations

import pytest

from gatepost.pipeline.environments import Environment, VarFiles, chosen, environment_named


def found(root: str, *paths: str, modules: tuple[str, ...] = ()) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.name, one.files) for one in VarFiles(paths, (root, *modules)).environments_of(root)]


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("prod", "production"),
        ("prod-eu-west-1", "production"),
        ("acme.PRD", "production"),
        ("non-prod", "nonproduction"),
        ("pre_prod", "preproduction"),
        ("stg", "staging"),
        ("dev", "development"),
        ("qa", "qa"),
        ("prod-test", ""),
        ("product", ""),
        ("main", ""),
    ],
)
def test_a_name_speaks_of_an_environment(name: str, environment: str) -> None:
    assert environment_named(name) == environment


def test_var_files_beside_the_module_count_when_their_names_tell() -> None:
    paths = (
        "prod.tfvars",
        "dev.tfvars.json",
        "acme.tfvars",
        "terraform.tfvars",
        "x.auto.tfvars",
        "prod.example.tfvars",
    )
    assert found(".", *paths) == [("development", ("dev.tfvars.json",)), ("production", ("prod.tfvars",))]


def test_in_a_folder_for_environments_every_file_is_one_and_what_is_shared_comes_first() -> None:
    paths = ("infra/envs/common.tfvars", "infra/envs/acme.tfvars", "infra/envs/prod.tfvars")
    assert found("infra", *paths) == [
        ("acme", ("infra/envs/common.tfvars", "infra/envs/acme.tfvars")),
        ("production", ("infra/envs/common.tfvars", "infra/envs/prod.tfvars")),
    ]


def test_a_folder_for_each_environment_gives_all_its_files() -> None:
    paths = ("environments/prod/a.tfvars", "environments/prod/terraform.tfvars", "environments/dev/terraform.tfvars")
    assert found(".", *paths) == [
        ("development", ("environments/dev/terraform.tfvars",)),
        ("production", ("environments/prod/a.tfvars", "environments/prod/terraform.tfvars")),
    ]


def test_folders_of_other_kinds_count_when_names_tell() -> None:
    assert found(".", "vars/prod.tfvars", "vars/east.tfvars", "docs/prod.tfvars") == [
        ("production", ("vars/prod.tfvars",))
    ]


def test_a_folder_with_terraform_files_is_a_module_of_its_own() -> None:
    paths = ("environments/prod/terraform.tfvars", "environments/dev/dev.tfvars")
    assert found(".", *paths, modules=("environments/prod", "environments/dev")) == []
    own = VarFiles(paths, ("environments/prod",)).environments_of("environments/prod")
    assert own == (Environment("production", "environments/prod/terraform.tfvars"),)


def test_an_environment_that_has_no_var_file_takes_none_of_another() -> None:
    there = VarFiles(("envs/prod.tfvars", "envs/dev.tfvars"), (".",)).environments_of(".")
    assert [one.name for one in chosen(there, "prod")] == ["production"]
    assert chosen(there, "staging") == ()
    assert len(chosen(there, None)) == 2
