"""Makes the recorded plans anew: `python -m tests.languages.plans.record` with terraform, and PyPI's `tf` installed.

Each folder in `recorded`, and examples/plan, is a root module. What is in its folder `before` is applied first, in
place of the module; `arguments` holds further arguments of `terraform plan`; `installed` is what init would have put
into .terraform.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
RECORDED = HERE / "recorded"
EXAMPLE = HERE.parents[2] / "examples/plan"
MIRROR = "mirror/registry.terraform.io/hashicorp/aws/5.99.0/linux_amd64"


def mirror(folder: Path) -> Path:
    """Put the stand-in provider where Terraform looks for providers; returns the configuration file that says so."""
    place = folder / MIRROR
    place.mkdir(parents=True)
    start = place / "terraform-provider-aws_v5.99.0"
    start.write_text(f'#!/bin/sh\nexec {sys.executable} {HERE / "stand_in_provider.py"} "$@"\n')
    start.chmod(0o755)
    configuration = folder / "terraformrc"
    configuration.write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{folder}/mirror" }}\n}}\n')
    return configuration


def record(case: Path, configuration: Path, folder: Path) -> None:
    """Plan one root module and write `plan.json` into it."""
    env = {**os.environ, "TF_CLI_CONFIG_FILE": str(configuration), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}

    def terraform(*arguments: str, fails: bool = False) -> bytes:
        done = subprocess.run(["terraform", *arguments], cwd=folder, env=env, capture_output=True)
        if done.returncode and not fails:
            raise SystemExit(f"{case.name}: {done.stdout.decode()}{done.stderr.decode()}")
        return done.stdout

    def lay(source: Path) -> None:
        for path in folder.glob("*.tf"):
            path.unlink()
        left_out = shutil.ignore_patterns("before", "installed", "plan.json", "state.json", "*.tfstate", "arguments")
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=left_out)

    if (case / "installed").exists():
        shutil.copytree(case / "installed", folder / ".terraform/modules")
    if (case / "before").exists():
        lay(case / "before")
        terraform("init", "-input=false")
        terraform("apply", "-auto-approve", "-input=false")
    lay(case)
    terraform("init", "-input=false")
    arguments = (case / "arguments").read_text().split() if (case / "arguments").exists() else []
    arguments += ["-var-file=env/prod.tfvars"] if case == EXAMPLE else []
    terraform("plan", "-input=false", "-out=tfplan", *arguments, fails=True)
    (case / "plan.json").write_bytes(terraform("show", "-json", "tfplan"))
    if (case / "before").exists():
        shutil.copy(folder / "terraform.tfstate", case / "terraform.tfstate")
        (case / "state.json").write_bytes(terraform("show", "-json"))


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as top:
        configuration = mirror(Path(top))
        for case in sorted(path for path in (EXAMPLE, *RECORDED.iterdir()) if not names or path.name in names):
            folder = Path(top) / case.name
            folder.mkdir()
            record(case, configuration, folder)
            print(case.name, (case / "plan.json").stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1:])
