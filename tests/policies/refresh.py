"""Writes what is made from the catalogue: `python tests/policies/refresh.py` after rules have changed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from gatepost.model.shared_settings import VOCABULARY
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
only when they are proved on the file at hand. Rules marked *thorough* are judged where the policy says
`rules: {audience: thorough}`. `gatepost explain ID` tells a rule in full, and `gatepost docs FOLDER` writes a page for
each, with an index that can be searched and filtered by provider, resource, theme, severity, standard and audience.
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
        parts.append("| rule | what is wrong | theme | severity | fix | in |\n|---|---|---|---|---|---|")
        for rule in found:
            fix = rule.fix["safety"] if rule.fix else "none"
            spoken = ", ".join(LANGUAGES[one] for one in LANGUAGES if rule.types().get(one))
            link = f"[{rule.id}](../policies/rules/{rule.id}.yaml)"
            title = cell(rule.title) + (" *(thorough)*" if rule.audience == "thorough" else "")
            parts.append(f"| {link} | {title} | {rule.category} | {rule.severity} | {fix} | {spoken} |")
        parts.append("")
    return "\n".join(parts)


SETTINGS_HEAD = """\
# Settings that a policy names once

Made from the vocabulary in `src/gatepost/model/shared_settings.py` and the rules by
`python tests/policies/refresh.py`; the tests see that it is current. A key, a network, a bucket for logs: what no rule
may invent, and its fix needs. A policy gives each once, and every rule takes it that asks for it
([policy.md](policy.md#settings)); `gatepost init` looks for them in the repository.

| setting | what it is | how it is written | rules that take it |
|---|---|---|---|
"""


def settings_list(rules):
    rows = []
    for name, meaning in VOCABULARY.items():
        forms = "<br>".join(
            (f"{NAMES.get(provider, provider)}: " if provider else "") + f"`{form.example}`"
            for provider, form in meaning.forms.items()
        )
        takers = [rule.id for rule in rules if name in rule.settings]
        if not takers:
            continue
        shown = ", ".join(takers[:3]) + (f" and {len(takers) - 3} more" if len(takers) > 3 else "")
        what = meaning.what if meaning.everywhere else f"{meaning.what}; for one rule at a time, under `rules`"
        rows.append(f"| `{name}` | {cell(what)} | {forms} | {shown} |")
    return SETTINGS_HEAD + "\n".join(rows) + "\n"


def schema_text(schema):
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def made():
    """Return every file that is made, by its path below docs/."""
    return {
        "rule-list.md": rule_list(catalogue().rules()),
        "settings.md": settings_list(catalogue().rules()),
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
