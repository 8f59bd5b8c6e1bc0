"""What the transform makes of events: permissions, rules, subscriptions and mappings; never of what receives them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from gatepost.languages.cloudformation.intrinsics import call_of
from gatepost.languages.cloudformation.layout import Entry, shaped
from gatepost.languages.cloudformation.serverless.building import (
    Origin,
    attribute,
    beside,
    later,
    node_of,
    plain_text,
    ref,
)
from gatepost.languages.positioned import Node
from gatepost.model.records import NamedTuple

_INVOKE = "lambda:InvokeFunction"
_SOURCES = {
    "SQS": "Queue",
    "Kinesis": "Stream",
    "DynamoDB": "Stream",
    "MSK": "Stream",
    "MQ": "Broker",
    "DocumentDB": "Cluster",
}
_RENAMED = {"Queue", "Stream", "Broker", "Cluster", "DatabaseName", "CollectionName", "FullDocument"}


class Event(NamedTuple):
    """An event of a function: its name, where it stands, its properties, and the function or alias it invokes."""

    origin: Origin
    called: str
    name: str
    at: tuple[Node, Node]
    properties: Node

    @property
    def id(self) -> str:
        """The beginning of the logical ids of what is made of it."""
        return self.origin.name + self.name

    @property
    def arn(self) -> dict[str, Any]:
        """The ARN of what it invokes: an alias is named by it already."""
        return attribute(self.called, "Arn") if self.called == self.origin.name else ref(self.called)

    def get(self, name: str) -> Node | None:
        """Return a property."""
        return self.properties.get(name)

    def make(self, suffix: str, type_: str, properties: dict[str, Any]) -> Entry:
        """Return a resource that is made of the event."""
        return beside(self.origin, self.id + suffix, type_, "event", properties, self.at)

    def permission(self, principal: str, suffix: str = "Permission", **more: Any) -> Entry:
        """Return the permission that lets a service invoke the function."""
        named = {"Action": _INVOKE, "FunctionName": ref(self.called), "Principal": principal, **more}
        return self.make(suffix, "AWS::Lambda::Permission", named)


class Apis:
    """What events need besides: APIs that no resource declares, notifications of buckets; and the stages of APIs."""

    def __init__(self, stages: dict[str, str]) -> None:
        self.stages = stages
        self.implicit: dict[str, list[Event]] = {}
        self.notifying: dict[str, list[Event]] = {}
        self.covered: dict[str, bool] = {}


Maker: TypeAlias = "Callable[[Event, Apis], Iterator[Entry]]"


def entries_of(origin: Origin, called: str, name: str, at: tuple[Node, Node], apis: Apis) -> Iterator[Entry]:
    """Yield what is made of one event of a function; nothing for a type that is not known."""
    value = at[1]
    kind = plain_text(value.get("Type"))
    properties = value.get("Properties")
    if properties is None or properties.kind != "map":
        properties = Node("map", value.start, value.end, [])
    event = Event(origin, called, name, at, properties)
    if kind in _SOURCES:
        yield _polled(event, _SOURCES[kind])
    elif kind in _MAKERS:
        yield from _MAKERS[kind](event, apis)


def _polled(event: Event, source: str) -> Entry:
    same = {key: value for key, _, value in event.properties.items() if key not in _RENAMED}
    properties: dict[str, Any] = {**same, "EventSourceArn": event.get(source), "FunctionName": ref(event.called)}
    documents = {name: event.get(name) for name in ("DatabaseName", "CollectionName", "FullDocument")}
    if any(documents.values()):
        properties["DocumentDBEventSourceConfig"] = documents
    written = event.get("DestinationConfig")
    if written is not None and written.kind == "map":
        properties["DestinationConfig"] = {
            key: {"Destination": value.get("Destination")} for key, _, value in written.items() if value.kind == "map"
        }
    return event.make("", "AWS::Lambda::EventSourceMapping", properties)


def _api(event: Event, apis: Apis) -> Iterator[Entry]:
    api, stage = _named_api(event.get("RestApiId"), event, apis, "ServerlessRestApi")
    yield event.permission(
        "apigateway.amazonaws.com",
        f"Permission{stage}",
        SourceArn=_called_by(api, event, "arn:${AWS::Partition}:execute-api"),
    )


def _http_api(event: Event, apis: Apis) -> Iterator[Entry]:
    api, _ = _named_api(event.get("ApiId"), event, apis, "ServerlessHttpApi")
    if _is_covered(event, apis):
        return
    yield event.permission(
        "apigateway.amazonaws.com", SourceArn=_called_by(api, event, "arn:${AWS::Partition}:execute-api")
    )


def _is_covered(event: Event, apis: Apis) -> bool:
    """Tell whether a default route of the same function, on the API that nobody declares, has the one permission."""
    if event.get("Path") is None or event.get("ApiId") is not None or event.called != event.origin.name:
        return False
    found = apis.covered.get(event.origin.name)
    if found is None:
        listed = event.origin.get("Events")
        events = [other for _, _, other in listed.items()] if listed is not None else []
        found = apis.covered[event.origin.name] = any(map(_is_default, events))
    return found


def _is_default(event: Node) -> bool:
    properties = event.get("Properties")
    plain = properties is None or (properties.get("Path") is None and properties.get("ApiId") is None)
    return plain and plain_text(event.get("Type")) == "HttpApi"


def notified(bucket: Entry, events: list[Event]) -> Entry:
    """Return a bucket that tells functions what happens in it."""
    node = bucket.node
    assert node is not None
    properties = node.get("Properties") or Node("map", node.start, node.end, [], "", "flow")
    if properties.kind != "map" or call_of(properties) is not None:
        return bucket
    made: list[Any] = []
    for event in events:
        named = event.get("Events")
        for one in named.elements() if named is not None and named.kind == "list" else [named]:
            made.append({"Function": event.arn, "Event": one, "Filter": event.get("Filter")})
    written = properties.get("NotificationConfiguration")
    before = written.get("LambdaConfigurations") if written is not None else None
    listed = [*(before.elements() if before is not None else []), *made]
    others = {key: value for key, _, value in written.items()} if written is not None else {}
    pairs = [(key, value) for key, value in properties.value if key.value != "NotificationConfiguration"]
    at = events[0].at
    key = Node("text", at[0].start, at[0].end, "NotificationConfiguration")
    pairs.append((key, node_of({**others, "LambdaConfigurations": listed}, written or at[1])))
    new = Node("map", properties.start, properties.end, pairs, "", properties.style)
    rest = [(key, value) for key, value in node.value if key.value != "Properties"]
    place = Node("text", node.start, node.start, "Properties")
    whole = Node("map", node.start, node.end, [*rest, (place, new)], "", node.style)
    return shaped(bucket._replace(node=whole), bucket.made)


def _named_api(node: Node | None, event: Event, apis: Apis, implicit: str) -> tuple[Any, str]:
    """Return the reference to an event's API and the name of its stage."""
    if node is None:
        apis.implicit.setdefault(implicit, []).append(event)
        return ref(implicit), "Prod"
    name = plain_text(node)
    if not name and node.tag == "!Ref":
        name = str(node.value)
    inner = node.get("Ref")
    name = name or (plain_text(inner) if inner is not None else "")
    return node, apis.stages.get(name, "Stage")


def _called_by(api: Any, event: Event, arn: str) -> Any:
    method, path = plain_text(event.get("Method")), plain_text(event.get("Path"))
    verb = "*" if method.lower() in ("any", "") or method == "*" else method.upper()
    place = re.sub(r"\{[^{}]*\}", "*", path.split("$default")[0]) if path else ""
    if event.get("Path") is None:
        verb, place = "", "*"
    text = f"{arn}:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/${{__Stage__}}/{verb}{place}"
    return {"Fn::Sub": [text, {"__ApiId__": api, "__Stage__": "*"}]}


def _s3(event: Event, apis: Apis) -> Iterator[Entry]:
    bucket = event.get("Bucket")
    call = call_of(bucket) if bucket is not None else None
    if call is not None and call.name == "Ref":
        apis.notifying.setdefault(plain_text(call.argument), []).append(event)
    yield event.permission("s3.amazonaws.com", SourceAccount=ref("AWS::AccountId"))


def _sns(event: Event, apis: Apis) -> Iterator[Entry]:
    del apis
    topic = event.get("Topic")
    yield event.permission("sns.amazonaws.com", SourceArn=topic)
    same = {name: event.get(name) for name in ("Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy")}
    yield event.make(
        "", "AWS::SNS::Subscription", {"Endpoint": event.arn, "Protocol": "lambda", "TopicArn": topic, **same}
    )


def _rule(event: Event, apis: Apis) -> Iterator[Entry]:
    del apis
    names = ("Description", "Name", "EventBusName", "State")
    target = {"Arn": event.arn, "Id": f"{event.id}LambdaTarget", "Input": event.get("Input")}
    properties = {
        **{name: event.get(name) for name in names},
        **_state(event),
        "ScheduleExpression": event.get("Schedule"),
        "EventPattern": event.get("Pattern"),
        "Targets": [{**target, "InputPath": event.get("InputPath")}],
    }
    yield event.make("", "AWS::Events::Rule", properties)
    yield event.permission("events.amazonaws.com", SourceArn=attribute(event.id, "Arn"))


def _state(event: Event) -> dict[str, Any]:
    enabled = event.get("Enabled")
    if enabled is None:
        return {}
    text = plain_text(enabled).lower()
    return {"State": later(enabled) if text not in ("true", "false") else "ENABLED" if text == "true" else "DISABLED"}


def started(origin: Origin, name: str, at: tuple[Node, Node]) -> Iterator[Entry]:
    """Yield what is made of one event of a state machine: a rule or schedule, and the role that starts it."""
    value = at[1]
    kind, properties = plain_text(value.get("Type")), value.get("Properties")
    if kind not in ("Schedule", "EventBridgeRule", "CloudWatchEvent") or properties is None:
        return
    event = Event(origin, origin.name, name, at, properties)
    names = ("Description", "Name", "EventBusName", "State")
    target = {"Arn": ref(origin.name), "Id": f"{event.id}StepFunctionsTarget", "Input": event.get("Input")}
    made = {
        **{one: event.get(one) for one in names},
        **_state(event),
        "ScheduleExpression": event.get("Schedule"),
        "EventPattern": event.get("Pattern"),
        "Targets": [{**target, "RoleArn": attribute(f"{event.id}Role", "Arn"), "InputPath": event.get("InputPath")}],
    }
    yield event.make("", "AWS::Events::Rule", made)
    trusted = {"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": ["events.amazonaws.com"]}}
    allowed = {"Action": "states:StartExecution", "Effect": "Allow", "Resource": ref(origin.name)}
    policy = {"PolicyName": f"{event.id}RoleStartExecutionPolicy", "PolicyDocument": {"Statement": [allowed]}}
    role = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trusted]}, "Policies": [policy]}
    yield event.make("Role", "AWS::IAM::Role", role)


def _schedule(event: Event, apis: Apis) -> Iterator[Entry]:
    del apis
    names = ("ScheduleExpression", "Description", "GroupName", "KmsKeyArn", "State", "StartDate", "EndDate")
    target = {
        "Arn": event.arn,
        "RoleArn": event.get("RoleArn") or attribute(f"{event.id}Role", "Arn"),
        "Input": event.get("Input"),
    }
    yield event.make(
        "",
        "AWS::Scheduler::Schedule",
        {
            **{name: event.get(name) for name in names},
            "FlexibleTimeWindow": event.get("FlexibleTimeWindow") or {"Mode": "OFF"},
            "Name": event.get("Name") or event.id,
            "Target": target,
        },
    )
    if event.get("RoleArn") is None:
        yield _scheduler_role(event)


def _scheduler_role(event: Event) -> Entry:
    trusted = {"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": ["scheduler.amazonaws.com"]}}
    allowed = {"Action": _INVOKE, "Effect": "Allow", "Resource": event.arn}
    properties = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trusted]},
        "Policies": [{"PolicyName": f"{event.id}LambdaPolicy", "PolicyDocument": {"Statement": [allowed]}}],
        "PermissionsBoundary": event.get("PermissionsBoundary"),
    }
    return event.make("Role", "AWS::IAM::Role", properties)


def _logs(event: Event, apis: Apis) -> Iterator[Entry]:
    del apis
    arn = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*"
    group = event.get("LogGroupName")
    yield event.permission(
        "logs.amazonaws.com",
        SourceArn={"Fn::Sub": [arn, {"__LogGroupName__": group or node_of("", event.at[1])}]},
    )
    properties = {
        "LogGroupName": group,
        "FilterPattern": event.get("FilterPattern"),
        "DestinationArn": event.arn,
    }
    yield event.make("", "AWS::Logs::SubscriptionFilter", properties)


def _iot(event: Event, apis: Apis) -> Iterator[Entry]:
    del apis
    arn = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/${RuleName}"
    yield event.permission(
        "iot.amazonaws.com",
        SourceAccount={"Fn::Sub": "${AWS::AccountId}"},
        SourceArn={"Fn::Sub": [arn, {"RuleName": ref(event.id)}]},
    )
    payload = {
        "Sql": event.get("Sql"),
        "AwsIotSqlVersion": event.get("AwsIotSqlVersion"),
        "RuleDisabled": False,
        "Actions": [{"Lambda": {"FunctionArn": event.arn}}],
    }
    yield event.make("", "AWS::IoT::TopicRule", {"TopicRulePayload": payload})


def _alexa(event: Event, apis: Apis) -> Iterator[Entry]:
    del apis
    yield event.permission("alexa-appkit.amazon.com", EventSourceToken=event.get("SkillId"))


_MAKERS: dict[str, Maker] = {
    "Api": _api,
    "HttpApi": _http_api,
    "S3": _s3,
    "SNS": _sns,
    "Schedule": _rule,
    "EventBridgeRule": _rule,
    "CloudWatchEvent": _rule,
    "ScheduleV2": _schedule,
    "CloudWatchLogs": _logs,
    "IoTRule": _iot,
    "AlexaSkill": _alexa,
}
