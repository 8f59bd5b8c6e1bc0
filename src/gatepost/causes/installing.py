"""What the commands of a RUN install: packages by name, or what a file of the project lists; never runs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from gatepost.model.values import Unknown, Value

# By program, what a RUN installs; all others bring packages of the operating system.
_ECOSYSTEMS = {
    "pip": "pypi",
    "uv": "pypi",
    "npm": "npm",
    "pnpm": "npm",
    "yarn": "npm",
    "bun": "npm",
    "gem": "gem",
    "go": "golang",
    "cargo": "cargo",
}
# Programs and subcommands that install what a file of the project lists.
_FROM_FILES = {
    "npm": ("npm", ("ci", "install", "i")),
    "yarn": ("npm", ("install",)),
    "pnpm": ("npm", ("install", "i")),
    "poetry": ("pypi", ("install",)),
    "uv": ("pypi", ("sync",)),
    "pipenv": ("pypi", ("install", "sync")),
    "bundle": ("gem", ("install",)),
    "composer": ("composer", ("install",)),
}
# A package by ecosystem ("os" for those of the operating system) and name.
Called: TypeAlias = "tuple[str, str]"


def brings(body: Value) -> set[str]:
    """Return the ecosystems ("os" too) of the packages that a RUN installs, named or from a file of the project."""
    commands = body.literal.get("commands")
    found: set[str] = set()
    if commands is None or type(commands.literal) is Unknown:
        return found
    for command in commands.literal:
        name = command.literal.name
        if command.literal.get("packages") is not None:
            found.add(_ECOSYSTEMS.get(name, "os"))
        elif name in _FROM_FILES and (sub := command.literal.get("subcommand")) is not None:
            found.update((_FROM_FILES[name][0],) if sub.literal in _FROM_FILES[name][1] else ())
    return found


def installed(body: Value) -> Iterator[tuple[Called, Value | None]]:
    """Yield the packages that a RUN names, with their ecosystem, each with its exact version where one is written."""
    commands = body.literal.get("commands")
    if commands is None or type(commands.literal) is Unknown:
        return
    for command in commands.literal:
        packages = command.literal.get("packages")
        for package in packages.literal if packages is not None else ():
            name, version = package.literal.get("name"), package.literal.get("version")
            if name is not None and isinstance(name.literal, str):
                known = version if version is not None and isinstance(version.literal, str) else None
                yield (_ECOSYSTEMS.get(command.literal.name, "os"), name.literal), known
