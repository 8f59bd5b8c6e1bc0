"""The name under which a template looks a value up when it is deployed; never what is found there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gatepost.conditions.sorts import Sort
from gatepost.model.regexes import regex
from gatepost.model.values import Value

SORT = Sort("text")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html; a parameter of the type
# AWS::SSM::Parameter::Value<…> has the name alone.
_NAME = regex(r"(?:\{\{resolve:ssm:)?(/[\w./-]{1,1000})(?::\d{1,9})?(?:\}\})?", re.ASCII)


def read(value: Value, options: Mapping[str, Any]) -> Value:
    """Return a known value as it is, the name in the parameter store of one that is not, else that nothing is there."""
    del options
    if value.unknown is None:
        return value
    written = value.set_at
    found = _NAME.fullmatch(written.text.strip("\"' \t")) if written is not None else None
    return value._replace(literal=found[1] if found is not None else None)
