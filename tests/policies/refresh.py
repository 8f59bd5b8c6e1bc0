"""Writes what is made from the catalogue: `python tests/policies/refresh.py` after rules have changed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from gatepost.rules.catalogue import load
from gatepost.rules.folders import policy_files
from gatepost.rules.schema_resource import resource_schema
from gatepost.rules.schema_rule import rule_schema

ROOT = Path(__file__).parent.parent.parent
POLICIES = ROOT / "policies"
DOCS = ROOT / "docs"
LIST_HEAD = """\
# The rules that come with Gatepost

Made from `policies/rules/` by `python tests/policies/refresh.py`; the tests see that it is current. A fix is *safe*
when it cannot stop anything that works today; *unsafe* ones are written only when asked for. Both are offered
only when they are proved on the file at hand. `gatepost explain ID` tells a rule in full.
"""
LANGUAGES = {"terraform": "Terraform", "cloudformation": "CloudFormation", "dockerfile": "Dockerfile"}
NAMES = {
    "any": "In any file", "aws": "AWS", "azure": "Azure", "cloudformation": "CloudFormation", "docker": "Dockerfile",
    "google": "Google Cloud", "kubernetes": "Kubernetes", "terraform": "Terraform",
}  # fmt: skip


def catalogue():
    return load(*policy_files(str(POLICIES)))


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def rule_list(rules):
    providers = {}
    for rule in rules:
        providers.setdefault(rule.id.partition("/")[0], []).append(rule)
    counts = ", ".join(f"{NAMES.get(name, name)} {len(found)}" for name, found in providers.items())
    parts = [LIST_HEAD, f"{len(rules)} rules: {counts}.\n"]
    for name, found in providers.items():
        parts.append(f"## {NAMES.get(name, name)}\n")
        parts.append("| rule | what is wrong | severity | fix | in |\n|---|---|---|---|---|")
        for rule in found:
            fix = rule.fix["safety"] if rule.fix else "none"
            spoken = ", ".join(LANGUAGES[one] for one in LANGUAGES if rule.types().get(one))
            link = f"[{rule.id}](../policies/rules/{rule.id}.yaml)"
            parts.append(f"| {link} | {cell(rule.title)} | {rule.severity} | {fix} | {spoken} |")
        parts.append("")
    return "\n".join(parts)


def schema_text(schema):
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def made():
    """Return every file that is made, by its path below docs/."""
    return {
        "rule-list.md": rule_list(catalogue().rules()),
        "schemas/rule.schema.json": schema_text(rule_schema()),
        "schemas/resource.schema.json": schema_text(resource_schema()),
    }


def main():
    for name, text in made().items():
        path = DOCS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")


if __name__ == "__main__":
    sys.exit(main())
