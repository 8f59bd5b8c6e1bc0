"""Asks the real Terraform what the configurations come to; never asks Gatepost.

    python -m tests.conformance.configurations_terraform     records what the suite compares with

A record is {"refused": true}, or {"resources": {address: {attribute: value}}, "outputs": {name: value}}, where a value
that is only known after apply is {"$unknown": true}.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.conformance.configurations import RECORDED, Configuration, configurations
from tests.conformance.provider import ADDRESS, VERSION

UNKNOWN = {"$unknown": True}
_OPTIONS = {"--var": "-var", "--var-file": "-var-file"}


def terraform() -> str | None:
    """Return the path of the binary, None where there is none."""
    return shutil.which("terraform")


def provider_python() -> str | None:
    """Return the Python that runs the suite's provider (see provider.py), None where none is named."""
    return os.environ.get("GATEPOST_PROVIDER_PYTHON")


def _mirror(folder: Path) -> str:
    """Put the suite's provider where Terraform finds it; returns the configuration file that says so."""
    platform = "linux_amd64" if os.uname().machine == "x86_64" else "linux_arm64"
    home = folder / "mirror" / ADDRESS / VERSION / platform
    home.mkdir(parents=True)
    program = home / f"terraform-provider-example_v{VERSION}"
    program.write_text(f'#!/bin/sh\nexec "{provider_python()}" "{Path(__file__).with_name("provider.py")}" "$@"\n')
    program.chmod(0o755)
    settings = folder / "terraform.rc"
    settings.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{folder / "mirror"}"\n  }}\n}}\n'
    )
    return str(settings)


def plan_of(one: Configuration) -> dict[str, Any]:
    """Return what Terraform plans for a configuration."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as beside:
        folder = Path(name)
        one.write(folder)
        command_file = _mirror(Path(beside)) if one.provider else os.devnull
        arguments, workspace = _arguments(one)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": command_file,
            "TF_IN_AUTOMATION": "1",
            **{f"TF_VAR_{key}": text for key, text in one.environment.items()},
        }

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [terraform() or "terraform", *words],
                capture_output=True,
                text=True,
                cwd=folder,
                env=environment,
                timeout=120,
                check=False,
                stdin=subprocess.DEVNULL,
            )

        made = run("init", "-input=false", "-no-color")
        if made.returncode == 0 and workspace:
            run("workspace", "new", workspace)
        done = run("plan", "-input=false", "-no-color", "-out=plan.bin", *arguments) if made.returncode == 0 else made
        if done.returncode:
            return {"refused": True, "why": _reason(done.stderr)}
        return _record(json.loads(run("show", "-json", "plan.bin").stdout))


def _arguments(one: Configuration) -> tuple[list[str], str]:
    words = iter(one.options)
    arguments: list[str] = []
    workspace = ""
    for word in words:
        if word == "--workspace":
            workspace = next(words)
        else:
            arguments.append(f"{_OPTIONS[word]}={next(words)}")
    return arguments, workspace


def _reason(text: str) -> str:
    return next((line.strip(" │") for line in text.splitlines() if "Error:" in line), "")


def _record(plan: dict[str, Any]) -> dict[str, Any]:
    planned = plan["planned_values"]
    unknown = {
        one["address"]: one["change"].get("after_unknown") or {}
        for one in plan.get("resource_changes", ())
        if one["change"]["actions"] != ["delete"]
    }
    resources: dict[str, Any] = {}
    waiting = [planned.get("root_module", {})]
    while waiting:
        module = waiting.pop()
        waiting += module.get("child_modules", ())
        for one in module.get("resources", ()):
            if one["mode"] == "managed":
                address = one["address"]
                resources[address] = _with_unknown(one["values"], unknown.get(address, {}))
    changes = plan.get("output_changes", {})
    outputs = {
        name: _with_unknown(changes[name].get("after"), changes[name].get("after_unknown", False)) for name in changes
    }
    return {"resources": dict(sorted(resources.items())), "outputs": dict(sorted(outputs.items()))}


def _with_unknown(value: Any, unknown: Any) -> Any:
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict):
        value = value or {}
        return {key: _with_unknown(value.get(key), unknown.get(key, False)) for key in {**value, **unknown}}
    if isinstance(unknown, list):
        given = value or [None] * len(unknown)
        longer = [*unknown, *([False] * (len(given) - len(unknown)))]
        return [_with_unknown(inner, mark) for inner, mark in zip(given, longer, strict=False)]
    return value


def main() -> None:
    """Record all configurations."""
    if terraform() is None:
        sys.exit("there is no terraform on the PATH")
    before = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    found: dict[str, Any] = {}
    for one in configurations():
        if not one.provider or provider_python():
            found[one.name] = plan_of(one)
        elif one.name in before:
            found[one.name] = before[one.name]
    RECORDED.write_text(json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    refused = [f"{name}: {record['why']}" for name, record in found.items() if record.get("refused")]
    print(f"{len(found)} configurations recorded, {len(refused)} of them refused", *refused, sep="\n")


if __name__ == "__main__":
    main()
