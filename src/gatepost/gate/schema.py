"""The JSON Schema of the policy file, for editors, made from what the loader knows; never used to load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatepost.gate import destinations, inference, owner_sections, sections, taking_in, waiver_sections
from gatepost.gate.attributes import ATTRIBUTES, GROUPS
from gatepost.gate.policy import KEYS, MODES, SHIPPED, VERSION
from gatepost.gate.routes import NOT_ROUTED, OF_ROUTES
from gatepost.model import shared_settings
from gatepost.model.decisions import ACTIONS
from gatepost.model.findings import SEVERITIES

_OPERATORS = (
    "in", "exists", "known", "like", "matches", "at_least", "at_most", "includes", "covers", "within", "some", "every",
    "count", "of", "origin", "not",
)  # fmt: skip
_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_TEXTS: dict[str, Any] = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]}
_ACTION: dict[str, Any] = {"enum": list(ACTIONS)}
_SEVERITY: dict[str, Any] = {"enum": list(sections.RATED)}
_AGE: dict[str, Any] = {"type": "string", "pattern": r"^\d{1,5}[dw]$"}
_DATE: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def _mapping(properties: dict[str, Any], required: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False, **more}
    if required:
        found["required"] = list(required)
    return found


def _listed(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def policy_schema() -> dict[str, Any]:
    """Return the schema of `gatepost.yaml`."""
    properties = _sections()
    if tuple(properties) != KEYS:
        raise AssertionError("the schema and the loader know different keys")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Gatepost policy",
        **_mapping(properties, ("version",), anyOf=[{"required": ["gate"]}, {"required": ["extends"]}]),
        "$defs": {"condition": _condition(), "given": _given(), "routing": _routing(), "test": _test()},
    }


def _sections() -> dict[str, Any]:
    condition = {"$ref": "#/$defs/condition"}
    line = _mapping({"name": _TEXT, "when": condition, "decide": _ACTION}, ("name", "when", "decide"))
    return {
        "version": {"const": VERSION},
        "extends": {"enum": list(SHIPPED), "description": "a shipped policy whose lines come after these"},
        "mode": {
            "enum": list(MODES),
            "description": "observe decides and reports everything and never fails the build",
        },
        "exclude": _TEXTS,
        "environments": _environments(),
        "baseline": {**_TEXT, "description": "a file of what counts as old, written by gatepost baseline update"},
        "gate": {**_listed(line), "description": "top to bottom, the first line that matches decides"},
        "deadlines": _one_or_more(_deadline(condition)),
        "budgets": {**_listed(_budget(condition)), "description": "how many there may be of something"},
        "rules": {
            "type": "object",
            "properties": {
                sections.AUDIENCE: {"enum": list(sections.AUDIENCES), "description": "whose rules are judged"}
            },
            "additionalProperties": {
                "type": "object",
                "properties": {"enabled": {"type": "boolean"}, "severity": _SEVERITY},
            },
        },
        "settings": _settings(),
        "routes": _listed(_route()),
        "waivers": _listed(_waiver()),
        "waiver_files": {**_TEXTS, "description": "globs of files with waivers, relative to the policy"},
        "waiver_rules": _waiver_rules(),
        "honour": _listed({"enum": list(sections.HONOURED)}),
        "inline_waivers": _mapping(
            {
                "accept": {"type": "boolean"},
                "accept_new": {"type": "boolean"},
                "refuse_above": _SEVERITY,
                "refuse_in": _TEXTS,
            }
        ),
        "feeds": _mapping({"path": _TEXT, "max_age": _AGE}, minProperties=1),
        "owners": _owners(),
        "reports": _mapping({"max_age": _AGE}, ("max_age",)),
        "images": _mapping({"tags": _TEXTS}, ("tags",)),
        "detectors": _detectors(),
        "cases": _listed(_case()),
    }


def _settings() -> dict[str, Any]:
    given = {"$ref": "#/$defs/given"}
    providers = {provider for one in shared_settings.VOCABULARY.values() for provider in one.forms if provider}
    own = dict.fromkeys(sorted(providers), given)
    return {**given, "properties": own, "description": "what fixes need, for all rules at once"}


def _given() -> dict[str, Any]:
    """What has a sort in the vocabulary is held to it; a rule of one's own may take other names."""
    values: dict[str, dict[str, Any]] = {"text": _TEXT, "texts": _TEXTS, "number": {"type": "number"}}
    known = {
        name: {**values[one.sort], "description": one.what}
        for name, one in shared_settings.VOCABULARY.items()
        if one.everywhere
    }
    return {"type": "object", "properties": known}


def _deadline(condition: dict[str, Any]) -> dict[str, Any]:
    days = {"anyOf": [_TEXT, {"type": "integer", "minimum": 0}], "description": "30 days, 2 weeks, 7d"}
    starts = _one_or_more({"enum": ["first_seen", "published"]})
    return _mapping({**dict.fromkeys(SEVERITIES, days), "from": starts, "only": condition}, minProperties=1)


def _budget(condition: dict[str, Any]) -> dict[str, Any]:
    limits = {"at_most": {"type": "integer", "minimum": 0}, "never_more_than_base": {"type": "boolean"}}
    more = {"count": {"enum": ["findings", "groups"]}, "decide": {"enum": ["warn", "block"]}}
    anyof = [{"required": [name]} for name in limits]
    return _mapping({"name": _TEXT, "when": condition, **limits, **more}, ("name", "when"), anyOf=anyof)


def _owners() -> dict[str, Any]:
    columns = _mapping(dict.fromkeys(owner_sections.COLUMNS, _TEXTS), patternProperties={r"^tag\..+": _TEXTS})
    properties: dict[str, Any] = {
        "tags": _mapping(dict.fromkeys(owner_sections.TAGS, _TEXTS), minProperties=1),
        "order": {**_listed({"enum": list(owner_sections.ORDER)}), "minItems": 1, "uniqueItems": True},
        "directories": {"type": "object", "additionalProperties": _TEXTS, "minProperties": 1},
        "cmdb": {"anyOf": [_TEXT, _mapping({"file": _TEXT, "columns": columns}, minProperties=1)]},
        "audit_log": _TEXTS,
        "history": {"type": "boolean"},
    }
    return _mapping(properties, minProperties=1, description="where owners are told")


def _detectors() -> dict[str, Any]:
    seconds = {"type": "integer", "minimum": 1, "maximum": taking_in.MOST_SECONDS}
    settings = {"anyOf": [_mapping({"config": _TEXT, "seconds": seconds}), {"type": "null"}]}
    named = _mapping(dict.fromkeys(taking_in.DETECTORS, settings))
    return {"anyOf": [_listed({"enum": list(taking_in.DETECTORS)}), named], "description": "scanners to run"}


def _environments() -> dict[str, Any]:
    accounts = {
        "type": "object",
        "additionalProperties": _TEXT,
        "propertyNames": {"pattern": f"^(?:{inference.ACCOUNT.replace('a-f', 'a-fA-F')})$"},
        "minProperties": 1,
        "description": "the environment of each account, subscription or project",
    }
    infer = {"type": "boolean", "description": "from names, backends, accounts and tags, where no clause matches"}
    return {
        "type": "object",
        "properties": {"infer": infer, "accounts": accounts},
        "additionalProperties": _one_or_more(_clause()),
    }


def _one_or_more(one: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _clause() -> dict[str, Any]:
    keys: dict[str, Any] = dict.fromkeys(sections.CLAUSE_KEYS, _TEXTS)
    return _mapping(keys, minProperties=1, patternProperties={r"^tag\..+": _TEXTS})


def _waiver() -> dict[str, Any]:
    properties: dict[str, Any] = dict.fromkeys(waiver_sections.SCOPE_KEYS, _TEXTS)
    properties |= {"from": _DATE, "until": _DATE, "why": _TEXT, "by": _TEXT, "ticket": _TEXT}
    properties |= {"vex": {"enum": list(waiver_sections.STATUSES)}}
    properties |= {"justification": {"enum": list(waiver_sections.JUSTIFICATIONS)}}
    narrowed = [{"required": [name]} for name in waiver_sections.NARROWING]
    return _mapping(properties, waiver_sections.NEEDED, anyOf=narrowed)


def _waiver_rules() -> dict[str, Any]:
    words = {"enum": list(waiver_sections.REQUIRABLE)}
    require = {"anyOf": [words, {"type": "array", "items": words, "minItems": 1}]}
    properties = {"warn_before": _AGE, "longest": _AGE, "require": require, "by": _TEXTS}
    return _mapping(properties, minProperties=1, description="what is asked of every waiver")


def waiver_file_schema() -> dict[str, Any]:
    """Return the schema of a file that `waiver_files` names."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Gatepost waivers",
        **_mapping({"version": {"const": 1}, "waivers": _listed(_waiver())}),
    }


def _route() -> dict[str, Any]:
    told = {service: _destination(service, keys) for service, keys in destinations.DESTINATIONS.items()}
    required = [{"required": [service]} for service in told]
    condition = {"$ref": "#/$defs/routing"}
    return _mapping({"name": _TEXT, "when": condition, **told}, ("name", "when"), anyOf=required)


def _destination(service: str, keys: Mapping[str, destinations.Key]) -> dict[str, Any]:
    needed = tuple(name for name, key in keys.items() if key.needed)
    found = _mapping({name: {**_told(key), "description": key.what} for name, key in keys.items()}, needed)
    either = destinations.EITHER.get(service, ())
    if either:
        found["oneOf"] = [{"required": [name]} for name in either]
    with_others = {name: [other] for (owner, name), other in destinations.WITH.items() if owner == service}
    if with_others:
        found["dependentRequired"] = with_others
    return found if needed or either else {"anyOf": [found, {"type": "null"}]}


def _told(key: destinations.Key) -> dict[str, Any]:
    if key.words:
        return {"enum": list(key.words)}
    if key.sort == "truth":
        return {"type": "boolean"}
    if key.sort == "by severity":
        return _mapping(dict.fromkeys(SEVERITIES, _SCALAR))
    pattern = destinations.pattern_of(key.sort.removeprefix("texts of "))
    one = {"type": "string", "pattern": f"^{pattern}$"} if pattern else _TEXT
    return _one_or_more(one) if key.sort.startswith("texts") else one


def _case() -> dict[str, Any]:
    attributes: dict[str, Any] = {name: {} for name in ATTRIBUTES if name not in GROUPS}
    given = _mapping(attributes, patternProperties={r"^(tag|package|standard)\..+": {}})
    kinds = ("finding", "undecided", "problem")
    properties = {"name": _TEXT, **dict.fromkeys(kinds, given), "decides": _ACTION, "line": _TEXT}
    properties["routes"] = {"anyOf": [_TEXT, _listed(_TEXT)], "description": "the routes that it takes"}
    return _mapping(properties, ("decides",), oneOf=[{"required": [kind]} for kind in kinds])


def _condition() -> dict[str, Any]:
    """A mapping of attributes to tests, every one of which has to hold."""
    return _asking({name: what for name, (_, what) in ATTRIBUTES.items()}, "condition")


def _routing() -> dict[str, Any]:
    """The same for routes, which are about findings alone and know what was decided."""
    known = {**ATTRIBUTES, **OF_ROUTES}
    return _asking({name: what for name, (_, what) in known.items() if name not in NOT_ROUTED}, "routing")


def _asking(attributes: Mapping[str, str], own: str) -> dict[str, Any]:
    asked = {name: {"$ref": "#/$defs/test", "description": what} for name, what in attributes.items()}
    nested = {"$ref": f"#/$defs/{own}"}
    listed = {"type": "array", "items": nested, "minItems": 1}
    properties = {"any": listed, "all": listed, "not": nested, **asked}
    return _mapping(properties, patternProperties={r"^(tag|package|standard)\..+": {"$ref": "#/$defs/test"}})


def _test() -> dict[str, Any]:
    operators = _mapping({name: {} for name in _OPERATORS}, minProperties=1)
    return {"anyOf": [_SCALAR, operators]}
