"""Tells templates from other YAML and JSON by a look at the text; never parses it."""

from __future__ import annotations

import re

from gatepost.model.regexes import regex

_KEY = r"""^(?:\ufeff)?(?:\{[ \t]*)?["']?%s["']?[ \t]*:"""
_VERSION = regex(_KEY % "AWSTemplateFormatVersion", re.MULTILINE)
_RESOURCES = regex(_KEY % "Resources", re.MULTILINE)
_IN_JSON = regex(r"""^[ \t{,]*"(?:AWSTemplateFormatVersion|Resources)"[ \t]*:""", re.MULTILINE)
_TYPED = regex(r"""["']?Type["']?[ \t\r\n]*:[ \t\r\n]*["']?(?:AWS|Alexa|Custom)::""")
_HELM = regex(r"\{\{-? *(?!resolve:)[.$\w\"]")
_MANIFEST = regex(r"^apiVersion[ \t]*:", re.MULTILINE)
_TRANSFORM = regex(r"^Transform[ \t]*:[^\n]*(?:\n[ \t]*-[^\n]*)*?AWS::", re.MULTILINE)
_JSON_TOKEN = regex(r'"(?:[^"\\]|\\.)*+"(?:[ \t\r\n]*+(:))?|[{}\[\]]', re.DOTALL)


def is_template(text: str, path: str = "") -> bool:
    """Tell whether a text is a CloudFormation or SAM template, from its content.

    Kubernetes manifests, Helm templates, pipelines, compose files and other data are not.
    """
    if "Resources" not in text and "AWSTemplateFormatVersion" not in text:
        return False
    if path.endswith((".tf.json", ".tfvars.json")):
        return False
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        one_line = "\n" not in text.strip() and ('"Resources"' in text or '"AWSTemplateFormatVersion"' in text)
        if not (one_line or _IN_JSON.search(text)):
            return False
        if '"AWSTemplateFormatVersion"' not in text and _TYPED.search(text) is None:
            return False
        return _is_at_top(text)
    if _VERSION.search(text):
        return not (_HELM.search(text) and _MANIFEST.search(text))
    if not _RESOURCES.search(text) or _MANIFEST.search(text) or _HELM.search(text):
        return False
    return _TYPED.search(text) is not None or _TRANSFORM.search(text) is not None


def _is_at_top(text: str) -> bool:
    """Tell whether the sections of a template are keys of the outermost object, and not of one inside it."""
    depth = 0
    for token in _JSON_TOKEN.finditer(text):
        mark = token[0][0]
        if mark == '"':
            if depth == 1 and token[1] and token[0].startswith(('"Resources"', '"AWSTemplateFormatVersion"')):
                return True
        else:
            depth += 1 if mark in "{[" else -1
    return False
