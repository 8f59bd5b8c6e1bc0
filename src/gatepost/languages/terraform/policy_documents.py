"""aws_iam_policy_document data sources as the policy document they make; never judges a policy."""

from __future__ import annotations

from gatepost.languages.terraform.bodies import BodyMap
from gatepost.model.values import Value, unknown


def policy_text(body: BodyMap) -> Value:
    """Return the policy document."""
    return unknown("not yet")
