"""What the transform makes of tables, state machines, layers and nested applications; never of a function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatepost.languages.cloudformation.intrinsics import call_of
from gatepost.languages.cloudformation.layout import Entry
from gatepost.languages.cloudformation.serverless.building import (
    Origin,
    attribute,
    itself,
    later,
    plain_text,
    same_names,
    tags_of,
)
from gatepost.languages.cloudformation.serverless.events import started
from gatepost.languages.cloudformation.serverless.functions import location
from gatepost.languages.cloudformation.serverless.roles import managed, role_of
from gatepost.languages.positioned import Node

TABLE = ("PointInTimeRecoverySpecification", "ProvisionedThroughput", "SSESpecification", "TableName")
LAYER = ("CompatibleArchitectures", "CompatibleRuntimes", "Description", "LicenseInfo")
_KEY_TYPES = {"String": "S", "Number": "N", "Binary": "B"}


def table(origin: Origin) -> Iterator[Entry]:
    """Yield the table that AWS::Serverless::SimpleTable is."""
    key = origin.get("PrimaryKey")
    name: Any = key.get("Name") if key is not None and key.kind == "map" else None
    kind = _KEY_TYPES.get(plain_text(key.get("Type")), "S") if key is not None and key.kind == "map" else "S"
    properties = {
        "AttributeDefinitions": [{"AttributeName": name or "id", "AttributeType": kind}],
        "KeySchema": [{"AttributeName": name or "id", "KeyType": "HASH"}],
        "BillingMode": None if origin.get("ProvisionedThroughput") is not None else "PAY_PER_REQUEST",
        **same_names(origin, TABLE),
        "Tags": tags_of(origin),
    }
    yield itself(origin, "AWS::DynamoDB::Table", "table", properties)


def state_machine(origin: Origin) -> Iterator[Entry]:
    """Yield the state machine that AWS::Serverless::StateMachine is, and its role."""
    uri, definition = origin.get("DefinitionUri"), origin.get("Definition")
    created_by = "stateMachine:createdBy"
    own_role = origin.get("Role")
    place = location(uri, ("Bucket", "Key", "Version")) if uri is not None else None
    properties = {
        "DefinitionS3Location": place,
        "DefinitionString": later(definition) if definition is not None else None,
        "DefinitionSubstitutions": _substitutions(origin, definition),
        "LoggingConfiguration": origin.get("Logging"),
        "RoleArn": own_role or attribute(f"{origin.name}Role", "Arn"),
        "StateMachineName": origin.get("Name"),
        "StateMachineType": origin.get("Type"),
        "Tags": tags_of(origin, created_by),
        "TracingConfiguration": origin.get("Tracing"),
    }
    yield itself(origin, "AWS::StepFunctions::StateMachine", "state_machine", properties)
    if own_role is None:
        tracing = origin.get("Tracing")
        enabled = plain_text(tracing.get("Enabled")) if tracing is not None and tracing.kind == "map" else ""
        policies = [managed("AWSXrayWriteOnlyAccess")] if enabled == "true" else []
        yield role_of(origin, "states", policies, [], created_by, "state_machine_role")

    events = origin.get("Events")
    for name, key, value in events.items() if events is not None and call_of(events) is None else ():
        yield from started(origin, name, (key, value))


def _substitutions(origin: Origin, definition: Node | None) -> Node | None:
    """Return what is put into the definition: its functions, under names that the transform makes up, are too."""
    written = origin.get("DefinitionSubstitutions")
    waiting = [definition] if definition is not None else []
    while waiting:
        node = waiting.pop()
        if call_of(node) is not None:
            return later(written or node)
        if node.kind == "map":
            waiting.extend(value for _, value in node.value)
        elif node.kind == "list":
            waiting.extend(node.value)
    return written


def layer(origin: Origin) -> Iterator[Entry]:
    """Yield the layer that AWS::Serverless::LayerVersion is; its real name ends in a hash."""
    uri = origin.get("ContentUri")
    properties = {
        "Content": location(uri, ("S3Bucket", "S3Key", "S3ObjectVersion")) if uri is not None else None,
        "LayerName": origin.get("LayerName") or origin.name,
        **same_names(origin, LAYER),
    }
    yield itself(origin, "AWS::Lambda::LayerVersion", "layer", properties)


def application(origin: Origin) -> Iterator[Entry]:
    """Yield the nested stack that AWS::Serverless::Application is."""
    place = origin.get("Location")
    published = place is not None and place.kind == "map" and call_of(place) is None
    properties: dict[str, Node | Any] = {
        "TemplateURL": later(place) if published and place is not None else place,
        "Parameters": origin.get("Parameters"),
        "NotificationARNs": origin.get("NotificationARNs"),
        "TimeoutInMinutes": origin.get("TimeoutInMinutes"),
        "Tags": tags_of(origin, "lambda:createdBy"),
    }
    yield itself(origin, "AWS::CloudFormation::Stack", "stack", properties)
