"""What the transform AWS::Serverless makes of a template's resources; never a look at what a property means.

Source: AWS Serverless Application Model developer guide, "Generated AWS CloudFormation resources" and the reference of
each resource type.
"""

from __future__ import annotations

from gatepost.languages.cloudformation.serverless.transform import transformed

__all__ = ["transformed"]
