"""The hooks, run by pre-commit on a small repository from a commit of this one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from tests.delivery.real_parts import TOP, commit_all, copy_delivered, git, program, run

DELIVERED = (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE", "src", "policies")


class Shop:
    """A repository with the example in it, its pre-commit configuration, and where the hooks come from."""

    def __init__(self, folder: Path, hooks: Path, store: Path) -> None:
        self.folder, self.hooks, self.store = folder, hooks, store

    def pre_commit(self, *arguments: str) -> tuple[int, str]:
        """Run pre-commit in the repository; return its exit code and what it printed."""
        environment = {"PRE_COMMIT_HOME": str(self.store), "COLUMNS": "120", "PRE_COMMIT_COLOR": "never"}
        done = run([program("pre-commit"), *arguments], self.folder, environment)
        return done.returncode, done.stdout


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    program("pre-commit")
    top = tmp_path_factory.mktemp("hooks")
    hooks = top / "gatepost"
    copy_delivered(hooks, *DELIVERED)
    commit_all(hooks)
    folder = top / "shop"
    shutil.copytree(TOP / "examples" / "shop", folder)
    (folder / "fine").mkdir()
    (folder / "fine/main.tf").write_text("locals {\n  a = 1\n}\n")
    head = run(["git", "rev-parse", "HEAD"], hooks).stdout.strip()
    config = {"repos": [{"repo": str(hooks), "rev": head, "hooks": [{"id": "gatepost"}]}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    commit_all(folder)
    return Shop(folder, hooks, top / "store")


def test_the_manifest_is_one() -> None:
    done = run([program("pre-commit"), "validate-manifest", ".pre-commit-hooks.yaml"], TOP)
    assert done.returncode == 0, done.stdout


def test_the_hook_for_everything_judges_whatever_has_changed(shop: Shop) -> None:
    code, log = shop.pre_commit("try-repo", str(shop.hooks), "gatepost-all", "--files", "requirements.txt", "--verbose")
    assert code == 1 and "exit code: 1" in log, log
    assert "aws/ec2/ssh-open-to-internet" in log


@pytest.mark.parametrize("file", ["infra/terraform.tfvars", "infra/main.tf"])
def test_a_changed_file_stands_for_its_root(shop: Shop, file: str) -> None:
    code, log = shop.pre_commit("run", "gatepost", "--files", file)
    assert code == 1 and "aws/ec2/ssh-open-to-internet" in log, log


def test_a_changed_module_is_judged_where_it_is_called(shop: Shop) -> None:
    code, log = shop.pre_commit("run", "gatepost", "--verbose", "--files", "infra/modules/bucket/main.tf")
    assert code == 0 and "module.uploads.aws_s3_bucket.this" in log, log


@pytest.mark.parametrize("file", ["fine/main.tf", "gatepost.yaml", "reports/trivy.json", "requirements.txt"])
def test_a_change_that_concerns_nothing_passes(shop: Shop, file: str) -> None:
    code, log = shop.pre_commit("run", "gatepost", "--files", file)
    assert code == 0, log


def test_a_commit_is_held_back_until_it_is_mended(shop: Shop) -> None:
    assert shop.pre_commit("install")[0] == 0
    tfvars = shop.folder / "infra/terraform.tfvars"
    tfvars.write_text(tfvars.read_text() + "# more\n")
    code, log = _commit(shop)
    assert code == 1 and "aws/ec2/ssh-open-to-internet" in log, log
    tfvars.write_text('admin_networks = ["10.20.0.0/16"]\n')
    code, log = _commit(shop)
    assert code == 0, log


def _commit(shop: Shop) -> tuple[int, str]:
    git(shop.folder, "add", "-A")
    identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    done = run(["git", *identity, "commit", "-m", "a change"], shop.folder, {"PRE_COMMIT_HOME": str(shop.store)})
    return done.returncode, done.stdout
