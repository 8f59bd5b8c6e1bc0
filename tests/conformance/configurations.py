"""The configurations of the suite: small root modules with what they are given; never what they come to."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
FOLDER = HERE / "configurations"
RECORDED = HERE / "configurations_recorded.json"


class Configuration(NamedTuple):
    """A root module: its files by path, the options as Gatepost takes them, and the TF_VAR_ variables.

    `provider`: the provider of the suite is needed to plan it.
    """

    name: str
    files: dict[str, str]
    options: tuple[str, ...]
    environment: dict[str, str]

    @property
    def provider(self) -> bool:
        """Whether it needs the suite's own provider."""
        return any("example_" in text for text in self.files.values())

    def write(self, folder: Path) -> None:
        """Write the files below a folder."""
        for path, text in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


def configurations() -> list[Configuration]:
    """Return all of them, in the order of their names.

    A file starts with remarks, of which `# env: NAME=TEXT …` gives variables of the environment and `# options: …`
    options; a line `-- PATH --` begins a file.
    """
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path) -> Configuration:
    files: dict[str, str] = {}
    options: list[str] = []
    environment: dict[str, str] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("-- ") and line.rstrip().endswith(" --"):
            name = line.strip()[3:-3]
            files[name] = ""
        elif name:
            files[name] += line
        elif line.startswith("# env: "):
            environment.update(word.split("=", 1) for word in line[7:].split())
        elif line.startswith("# options: "):
            options += shlex.split(line[11:])
    return Configuration(path.stem, files, tuple(options), environment)
