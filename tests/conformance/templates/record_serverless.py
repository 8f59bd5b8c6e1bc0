"""Asks the real transform (the package aws-sam-translator) what it makes of each sample, and keeps its answers.

`python tests/conformance/templates/record_serverless.py` writes serverless_recorded.json; it wants aws-sam-translator.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RECORDED = HERE / "serverless_recorded.json"
# The transform looks for the ARNs of managed policies that it does not know in an account; this one it is told.
MANAGED = {"AmazonDynamoDBFullAccess": "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"}


def samples() -> list[Path]:
    """The templates, by name."""
    return sorted((HERE / "serverless").glob("*.yaml"))


def ask(text: str) -> dict[str, Any]:
    """What the transform makes of a template."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    os.environ.setdefault("SAM_CLI_TELEMETRY", "0")
    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.yaml_helper import yaml_parse

    session = boto3.session.Session(region_name="us-east-1")
    made = Translator(dict(MANAGED), Parser(), boto_session=session).translate(yaml_parse(text), {}, None)
    return json.loads(json.dumps(made, default=str))


if __name__ == "__main__":
    answers = {path.stem: ask(path.read_text()) for path in samples()}
    RECORDED.write_text(json.dumps(answers, indent=1, sort_keys=True) + "\n")
