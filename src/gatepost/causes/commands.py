"""What a person types to raise a package with its own tool; never run here."""

from __future__ import annotations

import re

_SAFE = re.compile(r"[A-Za-z0-9@._/+:~-]{1,200}\Z").match

# By the name of the lock file, or of the file of dependencies where there is none.
_DIRECT = {
    "package-lock.json": "npm install {name}@{version}",
    "npm-shrinkwrap.json": "npm install {name}@{version}",
    "yarn.lock": "yarn up {name}@{version}",
    "yarn.lock v1": "yarn upgrade {name}@{version}",
    "pnpm-lock.yaml": "pnpm update {name}@{version}",
    "poetry.lock": "poetry update {name}",
    "uv.lock": "uv lock --upgrade-package {name}=={version}",
    "pdm.lock": "pdm update {name}",
    "Pipfile.lock": "pipenv upgrade {name}=={version}",
    "go.mod": "go get {name}@{version}",
    "go.sum": "go get {name}@{version}",
    "Gemfile.lock": "bundle update --conservative {name}",
    "gems.locked": "bundle update --conservative {name}",
    "Cargo.lock": "cargo update -p {name} --precise {version}",
    "composer.lock": "composer update {name}",
    "packages.lock.json": "dotnet restore --force-evaluate",
    "gradle.lockfile": "./gradlew dependencies --update-locks {name}",
    "pip-compile": "pip-compile --upgrade-package {name}=={version}",
    "uv": "uv pip compile --upgrade-package {name}=={version}",
}
# What brings a package up to date that others need.
_NEEDED = {
    **_DIRECT,
    "package-lock.json": "npm update {name}",
    "npm-shrinkwrap.json": "npm update {name}",
    "yarn.lock": "yarn up -R {name}",
    "yarn.lock v1": "yarn upgrade {name}",
    "pnpm-lock.yaml": "pnpm update {name} --depth Infinity",
    "composer.lock": "composer update {name} --with-dependencies",
}
# What writes the lock file again after its manifest was changed.
_AGAIN = {
    "package-lock.json": "npm install",
    "npm-shrinkwrap.json": "npm install",
    "yarn.lock": "yarn install",
    "yarn.lock v1": "yarn install",
    "pnpm-lock.yaml": "pnpm install",
    "poetry.lock": "poetry lock",
    "uv.lock": "uv lock",
    "pdm.lock": "pdm lock",
    "Pipfile.lock": "pipenv lock",
    "go.mod": "go mod tidy",
    "go.sum": "go mod tidy",
    "Gemfile.lock": "bundle install",
    "gems.locked": "bundle install",
    "Cargo.lock": "cargo update -p {name}",
    "composer.lock": "composer update {name}",
    "packages.lock.json": "dotnet restore --force-evaluate",
    "gradle.lockfile": "./gradlew dependencies --write-locks",
    "pip-compile": "pip-compile",
    "uv": "uv pip compile",
}


def raising(tool: str, name: str, version: str) -> str:
    """Return what raises a dependency that a project asks for, "" where no command does."""
    return _filled(_DIRECT, tool, name, version)


def updating(tool: str, name: str, version: str) -> str:
    """Return what brings a dependency of dependencies up to date, within what those allow."""
    return _filled(_NEEDED, tool, name, version)


def locking(tool: str, name: str, version: str) -> str:
    """Return what writes the lock file after the manifest was changed."""
    return _filled(_AGAIN, tool, name, version)


def _filled(table: dict[str, str], tool: str, name: str, version: str) -> str:
    # What a report calls a package is put before a person to type: nothing that a shell would act on.
    if tool not in table or not _SAFE(name) or not _SAFE(version) or name.startswith("-"):
        return ""
    return table[tool].format(name=name, version=version)
