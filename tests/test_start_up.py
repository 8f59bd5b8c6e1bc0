"""A check loads what its files need, and nothing of what only other runs use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
DOCKERFILE = "FROM alpine:3.20\nRUN apk add --no-cache curl\n"
TERRAFORM = 'resource "aws_s3_bucket" "logs" {\n  bucket = "logs"\n  tags   = { Name = "logs" }\n}\n'
TEMPLATE = "Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Properties: {BucketName: logs}\n"
# What no check without reports, plans, states, rules of one's own or a base needs.
OF_OTHER_RUNS = {
    "click", "json", "dataclasses", "difflib", "pathlib", "subprocess", "datetime",
    "gatepost.pipeline.own_rules", "gatepost.pipeline.reports", "gatepost.pipeline.stated",
    "gatepost.context.owner_names", "gatepost.languages.cloudformation.inputs",
    "gatepost.languages.terraform.calls", "gatepost.languages.terraform.edits_json",
    "gatepost.languages.terraform.exact_numbers",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "others"),
    [
        ("Dockerfile", DOCKERFILE, ("terraform.document", "terraform.tokens", "cloudformation")),
        ("main.tf", TERRAFORM, ("dockerfile", "shell", "cloudformation", "positioned.edits", "positioned.rendering")),
        ("stack.yaml", TEMPLATE, ("dockerfile", "shell", "terraform.document", "terraform.tokens")),
    ],
)
def test_a_check_loads_only_what_its_files_need(name: str, text: str, others: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    loaded = loaded_by(tmp_path)
    assert not sorted(loaded & OF_OTHER_RUNS)
    for other in others:
        home = f"gatepost.languages.{other}"
        assert not {module for module in loaded if module == home or module.startswith(f"{home}.")}


def loaded_by(folder: Path) -> set[str]:
    """Return the modules that are loaded when a check of a folder ends."""
    code = (
        f"import sys; sys.path.insert(0, {str(TOP / 'src')!r}); before = set(sys.modules)\n"
        "from gatepost.__main__ import main\n"
        f"sys.argv = ['gatepost', 'check', {str(folder)!r}, '--quiet', '--format', 'terminal=/dev/null']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder)
    return set(done.stdout.split())
