"""What the transform makes of AWS::Serverless::Function: the function, its alias and URL; never a single event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatepost.languages.cloudformation.intrinsics import call_of, scalar_of
from gatepost.languages.cloudformation.layout import Entry
from gatepost.languages.cloudformation.serverless.building import (
    Origin,
    attribute,
    beside,
    itself,
    later,
    plain_text,
    ref,
    same_names,
    tags_of,
)
from gatepost.languages.cloudformation.serverless.events import Apis, entries_of
from gatepost.languages.cloudformation.serverless.roles import managed, polling_policies, role_of
from gatepost.languages.positioned import Node

# Properties that AWS::Lambda::Function has under the same name.
SAME = (
    "Architectures",
    "CodeSigningConfigArn",
    "Description",
    "DurableConfig",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "FunctionName",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "RecursiveLoop",
    "ReservedConcurrentExecutions",
    "Role",
    "Runtime",
    "RuntimeManagementConfig",
    "SnapStart",
    "TenancyConfig",
    "Timeout",
    "VpcConfig",
)
_CREATED_BY = "lambda:createdBy"
# The policy that the role is given for each type of event source. Source: AWS SAM, generated resources.
_POLLED = {
    "DynamoDB": "AWSLambdaDynamoDBExecutionRole",
    "Kinesis": "AWSLambdaKinesisExecutionRole",
    "SQS": "AWSLambdaSQSQueueExecutionRole",
    "MSK": "AWSLambdaMSKExecutionRole",
}


def function(origin: Origin, apis: Apis) -> Iterator[Entry]:
    """Yield everything that is made of a function; `apis` takes the events that need one."""
    name = origin.name
    own_role = origin.get("Role")
    properties = same_names(origin, SAME)
    made: dict[str, Any] = {
        "Code": _code(origin),
        "DeadLetterConfig": _dead_letters(origin.get("DeadLetterQueue")),
        **properties,
        "Role": own_role or attribute(f"{name}Role", "Arn"),
        "Tags": tags_of(origin, _CREATED_BY),
    }
    capacity = origin.get("CapacityProviderConfig")
    if capacity is not None:
        made["CapacityProviderConfig"] = later(capacity)
    tracing = origin.get("Tracing")
    if tracing is not None and scalar_of(tracing) != "Disabled":
        made["TracingConfig"] = Node("map", tracing.start, tracing.end, [(_key("Mode", tracing), tracing)])
    yield itself(origin, "AWS::Lambda::Function", "lambda", made)
    alias = origin.text("AutoPublishAlias")
    called = f"{name}Alias{alias}" if alias else name
    if alias:
        yield from _alias(origin, alias, called)
    yield from _url(origin, called)
    config = origin.get("EventInvokeConfig")
    if config is not None and config.kind == "map":
        retries = {key: value for key, _, value in config.items() if key.startswith("Maximum")}
        destinations = {
            key: {"Destination": value.get("Destination")}
            for key, value in destinations_of(config)
            if value.kind == "map"
        }
        invoked = {
            "FunctionName": ref(name),
            "Qualifier": alias or "$LATEST",
            **retries,
            "DestinationConfig": destinations,
        }
        yield beside(origin, f"{name}EventInvokeConfig", "AWS::Lambda::EventInvokeConfig", "made", invoked)
    events = origin.get("Events")
    listed = events.items() if events is not None and call_of(events) is None else []
    call = call_of(own_role) if own_role is not None else None
    if own_role is None or (call is not None and call.name == "Fn::If"):
        yield _role(origin, {event: value for event, _, value in listed})
    for event, key, value in listed:
        yield from entries_of(origin, called, event, (key, value), apis)


def _key(name: str, at: Node) -> Node:
    return Node("text", at.start, at.end, name, "", '"')


def _code(origin: Origin) -> Any:
    inline, uri, image = (origin.get(part) for part in ("InlineCode", "CodeUri", "ImageUri"))
    if inline is not None:
        return {"ZipFile": inline}
    if uri is not None:
        return location(uri, ("S3Bucket", "S3Key", "S3ObjectVersion"))
    return {"ImageUri": image} if image is not None else later(origin.properties)


def location(uri: Node, names: tuple[str, str, str]) -> Any:
    """Return where something lies in S3; what lies in a local folder is packaged later."""
    if uri.kind == "map" and call_of(uri) is None:
        return dict(zip(names, (uri.get("Bucket"), uri.get("Key"), uri.get("Version")), strict=True))
    text = plain_text(uri)
    if not text.startswith("s3://"):
        return later(uri)
    bucket, _, key = text[5:].partition("/")
    return {names[0]: bucket, names[1]: key}


def _dead_letters(queue: Node | None) -> Any:
    return {"TargetArn": queue.get("TargetArn")} if queue is not None and queue.kind == "map" else None


def _alias(origin: Origin, alias: str, called: str) -> Iterator[Entry]:
    """Yield the version and the alias; the real name of the version ends in a hash of the code."""
    name = origin.name
    version = f"{name}Version"
    described = {"FunctionName": ref(name), "Description": origin.get("VersionDescription")}
    yield beside(origin, version, "AWS::Lambda::Version", "made", described)
    properties = {"Name": alias, "FunctionName": ref(name), "FunctionVersion": attribute(version, "Version")}
    yield beside(origin, called, "AWS::Lambda::Alias", "made", properties)


def _url(origin: Origin, called: str) -> Iterator[Entry]:
    config = origin.get("FunctionUrlConfig")
    if config is None or config.kind != "map":
        return
    at = (origin.entry.key, config)
    names = {name: config.get(name) for name in ("AuthType", "Cors", "InvokeMode")}
    properties = {"TargetFunctionArn": ref(called), **names}
    yield beside(origin, f"{origin.name}Url", "AWS::Lambda::Url", "url", properties, at)
    kind = plain_text(config.get("AuthType"))
    if kind == "AWS_IAM":
        return
    public = {"FunctionName": ref(called), "Principal": "*"}
    invoke = {"Action": "lambda:InvokeFunctionUrl", **public, "FunctionUrlAuthType": config.get("AuthType")}
    yield beside(origin, f"{origin.name}UrlPublicPermissions", "AWS::Lambda::Permission", "public", invoke, at)
    through = {"Action": "lambda:InvokeFunction", **public, "InvokedViaFunctionUrl": True}
    yield beside(origin, f"{origin.name}URLInvokeAllowPublicAccess", "AWS::Lambda::Permission", "public", through, at)


def _role(origin: Origin, events: dict[str, Node]) -> Entry:
    durable = "BasicDurableExecutionRolePolicy" if origin.get("DurableConfig") is not None else "BasicExecutionRole"
    policies: list[Any] = [managed(f"AWSLambda{durable}")]
    if origin.get("VpcConfig") is not None:
        policies.append(managed("AWSLambdaVPCAccessExecutionRole"))
    if origin.text("Tracing") in ("Active", "PassThrough"):
        policies.append(managed("AWSXrayWriteOnlyAccess"))
    inline: list[Any] = []
    queue = origin.get("DeadLetterQueue")
    if queue is not None and queue.kind == "map":
        action = "sns:Publish" if plain_text(queue.get("Type")) == "SNS" else "sqs:SendMessage"
        statement = {"Action": action, "Resource": queue.get("TargetArn"), "Effect": "Allow"}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        inline.append({"PolicyName": "DeadLetterQueuePolicy", "PolicyDocument": document})
    inline += _sending(f"{origin.name}EventInvokeConfig", origin.get("EventInvokeConfig"))
    polled = sorted({_POLLED[kind] for event in events.values() if (kind := plain_text(event.get("Type"))) in _POLLED})
    behind = [managed(name) for name in polled]
    read = [policy for event in events.values() for policy in polling_policies(event)]
    for name, event in events.items():
        properties = event.get("Properties")
        if properties is not None:
            read += _sending(f"{origin.name}{name}", properties, with_key=False)
    return role_of(origin, "lambda", policies, inline, _CREATED_BY, behind=behind, inline_behind=read)


def destinations_of(config: Node | None) -> list[tuple[str, Node]]:
    """Return where an invocation or a batch goes that succeeded or failed, by "OnSuccess" and "OnFailure"."""
    written = config.get("DestinationConfig") if config is not None and config.kind == "map" else None
    found = [(name, written.get(name)) for name in ("OnSuccess", "OnFailure")] if written is not None else []
    return [(name, node) for name, node in found if node is not None]


# What the role may do with a destination, by its type. Source: AWS SAM, EventInvokeDestinationConfiguration.
_SENDING = {
    "EventBridge": "events:PutEvents",
    "Lambda": "lambda:InvokeFunction",
    "SNS": "sns:publish",
    "SQS": "sqs:SendMessage",
}


def _sending(prefix: str, config: Node | None, with_key: bool = True) -> Iterator[Any]:
    for key, value in destinations_of(config):
        kind = plain_text(value.get("Type"))
        if kind in _SENDING and value.get("Destination") is not None:
            statement = {"Action": _SENDING[kind], "Effect": "Allow", "Resource": value.get("Destination")}
            name = f"{prefix}{key if with_key else ''}{kind}Policy"
            yield {"PolicyName": name, "PolicyDocument": {"Statement": [statement]}}
