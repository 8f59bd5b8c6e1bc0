"""Compiles the policies into the wheel when it is built; never imported by the package itself."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface  # pyright: ignore[reportMissingImports, reportUnknownVariableType]


class CompiledPolicies(BuildHookInterface):  # pyright: ignore[reportUntypedBaseClass]
    """Puts the compiled catalogue beside the package; an editable install reads the checkout's YAML instead."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into a temporary folder and name its files to the builder."""
        if version == "editable":
            return
        root = str(self.root)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        sys.path.insert(0, os.path.join(root, "src"))
        from gatepost.rules.compiled_writing import compile_gates, compile_shipped, compile_standards

        out = tempfile.mkdtemp(prefix="gatepost-rules-")
        policies = os.path.join(root, "policies")
        gates = compile_gates(os.path.join(policies, "gates"), out)
        standards = compile_standards(os.path.join(policies, "standards"), out)
        for name in (*compile_shipped(policies, out), gates, standards):
            build_data["force_include"][os.path.join(out, name)] = f"gatepost/rules/data/{name}"
