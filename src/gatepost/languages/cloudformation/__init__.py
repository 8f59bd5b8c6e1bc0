"""CloudFormation templates in YAML and JSON: text to document and back; never knows a rule."""

from __future__ import annotations

from gatepost.languages.cloudformation.document import CloudFormationDocument, read_template
from gatepost.languages.cloudformation.recognition import is_template

__all__ = ["CloudFormationDocument", "is_template", "read_template"]
