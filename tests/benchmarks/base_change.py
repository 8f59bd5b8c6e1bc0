"""What --base costs where a change touches one root of many: a repository with history, checked with and without it.

    python -m tests.benchmarks.base_change [--roots 500] [--rounds 5]

Runs from the source tree; `python -m tests.benchmarks` measures the installed wheel.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.benchmarks.measuring import in_turns
from tests.benchmarks.table import Row, show

MOST = 1.3
_MODULE = """\
variable "name" {}

resource "aws_db_instance" "this" {
  identifier          = var.name
  engine              = "postgres"
  instance_class      = "db.t3.small"
  publicly_accessible = false
  storage_encrypted   = true
}
"""
_ROOT = """\
terraform {{
  backend "s3" {{
    bucket = "acme-state"
    key    = "root{n}/terraform.tfstate"
  }}
}}

variable "name" {{
  default = "service-{n}"
}}

module "db" {{
  source = "../../modules/db{kind}"
  name   = var.name
}}

resource "aws_s3_bucket" "data" {{
  bucket = "${{var.name}}-data"
}}

resource "aws_security_group" "web" {{
  name = var.name

  ingress {{
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }}
}}
"""
_MORE = '\nresource "aws_db_instance" "more" {\n  publicly_accessible = true\n}\n'


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def repository(folder: Path, roots: int) -> Path:
    """Write a repository of root modules that share modules, committed; then change one root of it."""
    for kind in range(5):
        (folder / f"modules/db{kind}").mkdir(parents=True)
        (folder / f"modules/db{kind}/main.tf").write_text(_MODULE)
    for n in range(roots):
        (folder / f"roots/r{n}").mkdir(parents=True)
        (folder / f"roots/r{n}/main.tf").write_text(_ROOT.format(n=n, kind=n % 5))
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    changed = folder / f"roots/r{roots // 2}/main.tf"
    changed.write_text(changed.read_text() + _MORE)
    return folder


def rows(check: Callable[..., Sequence[str]], work: Path, roots: int, rounds: int) -> list[Row]:
    """Measure both runs in turns; `check` makes a command of a folder and more arguments."""
    folder = repository(work / f"roots{roots}", roots)
    done = subprocess.run(check(folder, "--base", "main"), capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"a check with --base ends with {done.returncode}: {done.stderr.strip()}")
    alone, compared = in_turns(
        [check(folder, "--base", "none"), check(folder, "--base", "main")],
        rounds,
    )
    remark = f"{alone * 1000:.0f} → {compared * 1000:.0f} ms"
    return [Row(f"--base, 1 root of {roots} changed", compared / alone, "at most", MOST, "x without it", remark)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.base_change", description=__doc__)
    parser.add_argument("--roots", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()

    def check(folder: Path, *more: str) -> list[str]:
        command = [sys.executable, "-m", "gatepost", "check", str(folder), "--format", f"json={os.devnull}"]
        return [*command, "--today", "2026-11-21", "--jobs", "1", *more]

    with tempfile.TemporaryDirectory(prefix="gatepost-base-") as name:
        found = rows(check, Path(name), chosen.roots, chosen.rounds)
    print(show(found))
    return 0 if all(row.holds for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
