"""What code hosts demand of reports, from their documentation and schemas; never what our reports happen to do."""

from __future__ import annotations

from typing import Any

SEVERITIES = ("info", "minor", "major", "critical", "blocker")


def codequality_complaints(report: list[dict[str, Any]]) -> list[str]:
    """Return what GitLab would not take: docs.gitlab.com, "Code Quality: report format"."""
    found: list[str] = []
    for row in report:
        path = row["location"]["path"]
        found += [] if row["description"] and row["check_name"] and row["fingerprint"] else [f"{row}: empty"]
        found += [] if row["severity"] in SEVERITIES else [f"{row}: severity"]
        found += [] if path and not path.startswith(("./", "/")) and ".." not in path.split("/") else [f"{row}: path"]
        found += [] if row["location"]["lines"]["begin"] >= 1 else [f"{row}: line"]
    fingerprints = [row["fingerprint"] for row in report]
    return found + ([] if len(set(fingerprints)) == len(fingerprints) else ["two with one fingerprint"])


_WORDS = {"type": "string", "minLength": 1}
_TOOL = {
    "type": "object",
    "required": ["id", "name", "version", "vendor"],
    "properties": {
        **dict.fromkeys(("id", "name", "version"), _WORDS),
        "vendor": {"type": "object", "required": ["name"], "properties": {"name": _WORDS}},
    },
}
_ADDRESS = {"type": "string", "pattern": "^(https?|ftp)://.+"}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"}
_METRIC = (
    "(AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|MAV:[XNALP]"
    "|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH])"
)
_VECTOR = {
    "type": "object",
    "required": ["vendor", "vector"],
    "properties": {
        "vendor": _WORDS,
        "vector": {
            "type": "string",
            "minLength": 32,
            "maxLength": 128,
            "pattern": f"^CVSS:3[.][01]/({_METRIC}/)*{_METRIC}$",
        },
    },
}
_DEPENDENCY = {
    "type": "object",
    "required": ["package", "version"],
    "properties": {
        "package": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
        "version": {"type": "string"},
        "direct": {"type": "boolean"},
    },
}
_PLACES: dict[str, dict[str, Any]] = {
    "sast": {
        "properties": {"file": _WORDS, "start_line": {"type": "number", "minimum": 1}, "end_line": {"type": "number"}}
    },
    "dependency_scanning": {
        "required": ["file", "dependency"],
        "properties": {"file": _WORDS, "dependency": _DEPENDENCY},
    },
    "container_scanning": {
        "required": ["dependency", "operating_system", "image"],
        "properties": {"dependency": _DEPENDENCY, "operating_system": _WORDS, "image": _WORDS},
    },
}
_VULNERABILITY: dict[str, Any] = {
    "id": _WORDS,
    "name": {"type": "string", "maxLength": 255},
    "description": {"type": "string", "maxLength": 1_048_576},
    "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
    "solution": {"type": "string", "maxLength": 7000},
    "identifiers": {
        "type": "array",
        "minItems": 1,
        "maxItems": 20,
        "items": {
            "type": "object",
            "required": ["type", "name", "value"],
            "properties": {**dict.fromkeys(("type", "name", "value"), _WORDS), "url": _ADDRESS},
        },
    },
    "cvss_vectors": {"type": "array", "minItems": 1, "maxItems": 10, "items": _VECTOR},
    "links": {"type": "array", "items": {"type": "object", "required": ["url"], "properties": {"url": _ADDRESS}}},
    "details": {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "required": ["name", "type", "value"],
            "properties": {"name": _WORDS, "type": {"const": "text"}, "value": {"type": "string"}},
        },
    },
    "flags": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["type", "origin", "description"],
            "properties": {
                "type": {"const": "flagged-as-likely-false-positive"},
                "origin": _WORDS,
                "description": _WORDS,
            },
        },
    },
}


def gitlab_secure(kind: str) -> dict[str, Any]:
    """Return what GitLab's schemas of version 15.2.1 demand of a report, as far as ours have it; nothing else."""
    message = {
        "type": "object",
        "required": ["level", "value"],
        "properties": {"level": {"enum": ["info", "warn", "fatal"]}, "value": _WORDS},
    }
    scan = {
        "type": "object",
        "required": ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
        "properties": {
            "analyzer": _TOOL,
            "scanner": _TOOL,
            "start_time": _TIME,
            "end_time": _TIME,
            "status": {"enum": ["success", "failure"]},
            "type": {"const": kind},
            "messages": {"type": "array", "items": message},
        },
        "additionalProperties": False,
    }
    vulnerability = {
        "type": "object",
        "required": ["id", "identifiers", "location"],
        "properties": {**_VULNERABILITY, "location": {"type": "object", **_PLACES[kind]}},
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "required": ["scan", "version", "vulnerabilities"],
        "properties": {
            "scan": scan,
            "schema": {"type": "string", "pattern": "^https?://.+"},
            "version": {"const": "15.2.1"},
            "vulnerabilities": {"type": "array", "items": vulnerability},
        },
        "additionalProperties": False,
    }


_POSITION = {
    "type": "object",
    "required": ["line"],
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
    "additionalProperties": False,
}
_RANGE = {
    "type": "object",
    "required": ["start", "end"],
    "properties": {"start": _POSITION, "end": _POSITION},
    "additionalProperties": False,
}
# What reviewdog's schema (proto/rdf/jsonschema/DiagnosticResult.json) demands, and no key that it does not know.
RDJSON: dict[str, Any] = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "properties": {
        "source": {"type": "object", "properties": {"name": _WORDS}, "additionalProperties": False},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location", "severity", "code"],
                "properties": {
                    "message": _WORDS,
                    "location": {
                        "type": "object",
                        "required": ["path"],
                        "properties": {"path": _WORDS, "range": _RANGE},
                        "additionalProperties": False,
                    },
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": {"type": "object", "required": ["value"], "properties": {"value": _WORDS}},
                    "suggestions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["range", "text"],
                            "properties": {"range": _RANGE, "text": {"type": "string"}},
                            "additionalProperties": False,
                        },
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}

_ANNOTATION: dict[str, Any] = {
    "external_id": _WORDS,
    "annotation_type": {"enum": ["VULNERABILITY", "CODE_SMELL", "BUG"]},
    "path": _WORDS,
    "line": {"type": "integer", "minimum": 1},
    "summary": {"type": "string", "minLength": 1, "maxLength": 450},
    "details": {"type": "string", "maxLength": 2000},
    "result": {"enum": ["PASSED", "FAILED", "SKIPPED", "IGNORED"]},
    "severity": {"enum": ["CRITICAL", "HIGH", "MEDIUM", "LOW"]},
}
# What Bitbucket's description of its API demands of a report and of each request with annotations.
BITBUCKET: dict[str, Any] = {
    "type": "object",
    "required": ["report", "annotations"],
    "properties": {
        "report": {
            "type": "object",
            "required": ["title", "details", "report_type"],
            "properties": {
                "title": _WORDS,
                "details": {"type": "string", "minLength": 1, "maxLength": 2000},
                "reporter": _WORDS,
                "report_type": {"enum": ["SECURITY", "COVERAGE", "TEST", "BUG"]},
                "result": {"enum": ["PASSED", "FAILED", "PENDING"]},
                "data": {
                    "type": "array",
                    "maxItems": 10,
                    "items": {
                        "type": "object",
                        "required": ["title", "type", "value"],
                        "properties": {
                            "title": _WORDS,
                            "type": {"enum": ["BOOLEAN", "DATE", "DURATION", "LINK", "NUMBER", "PERCENTAGE", "TEXT"]},
                        },
                    },
                },
            },
            "additionalProperties": False,
        },
        "annotations": {
            "type": "array",
            "maxItems": 10,
            "items": {
                "type": "array",
                "minItems": 1,
                "maxItems": 100,
                "items": {
                    "type": "object",
                    "required": ["external_id", "annotation_type", "summary"],
                    "properties": _ANNOTATION,
                    "additionalProperties": False,
                },
            },
        },
    },
    "additionalProperties": False,
}

_GERRIT_RANGE = {
    "type": "object",
    "required": ["start_line", "start_character", "end_line", "end_character"],
    "properties": {
        **{key: {"type": "integer", "minimum": 1} for key in ("start_line", "end_line")},
        **{key: {"type": "integer", "minimum": 0} for key in ("start_character", "end_character")},
    },
    "additionalProperties": False,
}
_GERRIT_FIX = {
    "type": "object",
    "required": ["description", "replacements"],
    "properties": {
        "description": _WORDS,
        "replacements": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["path", "range", "replacement"],
                "properties": {"path": _WORDS, "range": _GERRIT_RANGE, "replacement": {"type": "string"}},
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
# ReviewInput and CommentInput of Gerrit's documentation, "REST API: changes", as far as they are in use.
GERRIT: dict[str, Any] = {
    "type": "object",
    "required": ["message", "tag"],
    "properties": {
        "message": {"type": "string", "minLength": 1, "maxLength": 16_384},
        "tag": {"type": "string", "pattern": "^autogenerated:"},
        "omit_duplicate_comments": {"type": "boolean"},
        "comments": {
            "type": "object",
            "propertyNames": {"minLength": 1},
            "additionalProperties": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["message", "unresolved"],
                    "properties": {
                        "message": {"type": "string", "minLength": 1, "maxLength": 16_384},
                        "unresolved": {"type": "boolean"},
                        "line": {"type": "integer", "minimum": 1},
                        "range": _GERRIT_RANGE,
                        "fix_suggestions": {"type": "array", "minItems": 1, "items": _GERRIT_FIX},
                    },
                    "additionalProperties": False,
                },
            },
        },
    },
    "additionalProperties": False,
}
