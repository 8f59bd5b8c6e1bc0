"""The Dockerfile of Gatepost's own image: what it copies is there, its base is pinned, and Gatepost lets it pass."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from tests.delivery.real_parts import TOP, copy_delivered, run

DOCKERFILE = (TOP / "Dockerfile").read_text(encoding="utf-8")


def test_gatepost_lets_its_own_image_pass(tmp_path: Path) -> None:
    copy_delivered(tmp_path, "Dockerfile")
    command = [sys.executable, "-m", "gatepost", "check", "Dockerfile", "--format", "json"]
    done = run(command, tmp_path, {"PYTHONPATH": str(TOP / "src")})
    verdict = json.loads(done.stdout)
    told = [(f["rule"], f["region"]["start_line"]) for f in verdict["findings"] if f["decision"]["action"] != "allow"]
    assert (done.returncode, verdict["verdict"]["policy"][:11], told) == (0, "recommended", [])


def test_the_base_is_pinned_by_digest_and_every_stage_uses_it() -> None:
    assert re.search(r"^ARG BASE=\S+@sha256:[0-9a-f]{64}$", DOCKERFILE, re.MULTILINE)
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert stages == ["${BASE}"] * 2


def test_only_what_the_wheel_needs_is_copied() -> None:
    sources = [
        word for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]
    ]
    assert "." not in sources
    for source in sources:
        assert (TOP / source).exists(), source


def test_it_ends_as_a_user_without_rights() -> None:
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE)[-1] == "10001:10001"
