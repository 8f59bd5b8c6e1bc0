"""Tells templates from other YAML and JSON by a look at the text; never parses it."""

from __future__ import annotations

import re
from functools import cache


@cache
def _signs() -> tuple[re.Pattern[str], ...]:
    key = r"""^(?:\ufeff)?(?:\{[ \t]*)?["']?%s["']?[ \t]*:"""
    return (
        re.compile(key % "AWSTemplateFormatVersion", re.MULTILINE),
        re.compile(key % "Resources", re.MULTILINE),
        re.compile(r"""^[ \t{,]*"(?:AWSTemplateFormatVersion|Resources)"[ \t]*:""", re.MULTILINE),
        re.compile(r"""["']?Type["']?[ \t\r\n]*:[ \t\r\n]*["']?(?:AWS|Alexa|Custom)::"""),
        re.compile(r"\{\{-? *(?!resolve:)[.$\w\"]"),
        re.compile(r"^apiVersion[ \t]*:", re.MULTILINE),
        re.compile(r"^Transform[ \t]*:[^\n]*(?:\n[ \t]*-[^\n]*)*?AWS::", re.MULTILINE),
    )


def is_template(text: str, path: str = "") -> bool:
    """Tell whether a text is a CloudFormation or SAM template, from its content.

    Kubernetes manifests, Helm templates, pipelines, compose files and other data are not.
    """
    if "Resources" not in text and "AWSTemplateFormatVersion" not in text:
        return False
    if path.endswith((".tf.json", ".tfvars.json")):
        return False
    version, resources, in_json, typed, helm, manifest, transform = _signs()
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        one_line = "\n" not in text.strip() and ('"Resources"' in text or '"AWSTemplateFormatVersion"' in text)
        if not (one_line or in_json.search(text)):
            return False
        if '"AWSTemplateFormatVersion"' not in text and typed.search(text) is None:
            return False
        return _is_at_top(text)
    if version.search(text):
        return not (helm.search(text) and manifest.search(text))
    if not resources.search(text) or manifest.search(text) or helm.search(text):
        return False
    return typed.search(text) is not None or transform.search(text) is not None


def _is_at_top(text: str) -> bool:
    """Tell whether the sections of a template are keys of the outermost object, and not of one inside it."""
    depth = 0
    for token in _json_token().finditer(text):
        mark = token[0][0]
        if mark == '"':
            if depth == 1 and token[1] and token[0].startswith(('"Resources"', '"AWSTemplateFormatVersion"')):
                return True
        else:
            depth += 1 if mark in "{[" else -1
    return False


@cache
def _json_token() -> re.Pattern[str]:
    return re.compile(r'"(?:[^"\\]|\\.)*+"(?:[ \t\r\n]*+(:))?|[{}\[\]]', re.DOTALL)
