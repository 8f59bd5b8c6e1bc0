"""The JSON Schema of a rule file, for editors, made from what the loader knows; never used to load."""

from __future__ import annotations

from gatepost.languages.dockerfile.attributes import INSTRUCTIONS
from gatepost.model.findings import CONFIDENCES, SEVERITIES
from gatepost.rules.loading import AUDIENCES, CASE_KEYS, FIX_KEYS, RULE_KEYS
from gatepost.rules.rule import EVERY_VALUE
from gatepost.rules.schema_condition import (
    CONDITION,
    DIALECT_TEXTS,
    DRAFT,
    LINE,
    TEXT,
    TEXTS,
    JsonSchema,
    case_texts,
    condition_parts,
    described,
    exactly_one,
    fixed_text,
    mapping,
)

_NEEDED = ("title", "severity", "category", "why", "applies_to")
_NAME = r"[A-Za-z_][\w-]*"


def rule_schema() -> JsonSchema:
    """Return the schema of a rule file."""
    properties = _properties()
    if set(properties) != set(RULE_KEYS):
        raise AssertionError("the schema and the loader know different keys")
    return {
        "$schema": DRAFT,
        "title": "Gatepost rule",
        **mapping({name: properties[name] for name in RULE_KEYS}, _NEEDED, **exactly_one(("require", "forbid"))),
        "$defs": condition_parts(),
    }


def _properties() -> JsonSchema:
    names: JsonSchema = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    return {
        "title": described(LINE, "what is wrong, in one line"),
        "severity": {"enum": list(SEVERITIES)},
        "confidence": described({"enum": list(CONFIDENCES)}, "how sure a finding is; high where it is not written"),
        "audience": described(
            {"enum": list(AUDIENCES)},
            "regular: what a reviewer would act on; thorough: hygiene, judged where a policy asks for it",
        ),
        "category": described(TEXT, "one or two words: network, encryption, access, logging, secret, supply chain …"),
        "why": described(TEXT, "why it matters, to somebody who is busy"),
        "standards": described(_standards(), "the clauses of standards, by the standard's name"),
        "also_known_as": described({"type": "array", "items": _known_as()}, "the same rule in other tools: tool/rule"),
        "references": {"type": "array", "items": {"type": "string", "format": "uri"}},
        "applies_to": described(_applies_to(), "a concept, a list of elements of one, or a raw subject of a language"),
        "when": described(CONDITION, "false: the rule does not apply; not known: undecided"),
        "require": described(CONDITION, "a finding unless all of it holds"),
        "forbid": described(CONDITION, "a finding when all of it holds"),
        "leaves_undecided_to": described(
            names, "rules that ask the same: where one of them is undecided, this is not told"
        ),
        "points_at": described(names, "attributes, best first; the first that is written is shown"),
        "message": described(LINE, "one line with ${…}; without it, the title"),
        "settings": described({"type": "object"}, "defaults that a policy overrides; null: the policy has to give it"),
        "fix": _fix(),
        "no_fix": described(TEXT, "why no fix can be written, in one sentence"),
        "cases": {"type": "array", "items": _case(), "minItems": 1},
    }


def _standards() -> JsonSchema:
    return {
        "type": "object",
        "properties": {"cwe": {"type": "array", "items": {"type": "integer", "minimum": 1}}},
        "additionalProperties": TEXTS,
        "propertyNames": {"pattern": r"^[a-z][a-z0-9_]*$"},
    }


def _known_as() -> JsonSchema:
    return {"type": "string", "pattern": r"^[a-z_-]+/[\w.:-]+$"}


def _applies_to() -> JsonSchema:
    docker = "|".join((*INSTRUCTIONS, "stage", "document"))
    patterns = (
        rf"^{EVERY_VALUE.replace('.', '[.]')}$",
        rf"^docker\.({docker})(\.{_NAME})*$",
        rf"^terraform\.((data|provider)\.)?{_NAME}(\.{_NAME})*$",
        rf"^cloudformation\.({_NAME}|[A-Za-z0-9]+(::[A-Za-z0-9]+)+)(\.{_NAME})*$",
        rf"^(?!(any|docker|terraform|cloudformation)\.){_NAME}(\.{_NAME})+$",
    )
    return {"type": "string", "anyOf": [{"pattern": pattern} for pattern in patterns]}


def _fix() -> JsonSchema:
    values: JsonSchema = {"type": "object", "minProperties": 1}
    removed: JsonSchema = {"anyOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]}
    properties: JsonSchema = {
        "title": LINE,
        "set": described(values, "attribute: value"),
        "add": described(values, "list: element"),
        "remove": described(removed, "an attribute, or `this`: the subject itself"),
        "safety": described({"enum": ["safe", "unsafe"]}, "safe: it cannot stop anything that works today"),
        "why": described(TEXT, "why it is not safe"),
    }
    if set(properties) != set(FIX_KEYS):
        raise AssertionError("the schema and the loader know different keys of a fix")
    return mapping(properties, ("safety",), anyOf=[{"required": [verb]} for verb in ("set", "add", "remove")])


def _case() -> JsonSchema:
    properties: JsonSchema = {
        "name": described(LINE, "unique in the file"),
        **case_texts(),
        "fixed": fixed_text(),
        "settings": described({"type": "object"}, "what the policy would give; `today` too"),
        "no_fix": described(TEXT, "why no fix is offered here, or a part of the reason"),
    }
    if set(properties) != set(CASE_KEYS):
        raise AssertionError("the schema and the loader know different keys of a case")
    return mapping(properties, ("name",), **exactly_one(DIALECT_TEXTS))
