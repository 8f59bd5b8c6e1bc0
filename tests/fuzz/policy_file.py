"""Entry point for fuzzing the loader of policies: any text loads, or is a UsageError that says where."""

from __future__ import annotations

from gatepost.gate import load
from gatepost.gate.cases import run_cases
from gatepost.model.places import Source
from gatepost.model.problems import UsageError

SHIPPED = "version: 1\ngate: [{name: a, when: {severity: critical}, decide: block}]\n"


def fuzz(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    try:
        policy = load(Source("gatepost.yaml", text, "policy"), lambda name: Source(name, SHIPPED, "policy"), None)
    except UsageError as fault:
        assert fault.message
        assert fault.location is not None
        return
    run_cases(policy, "2026-11-21")
