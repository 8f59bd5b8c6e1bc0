"""Changes to what a transform makes, in the terms of what it is made of; never where those terms cannot say it."""

from __future__ import annotations

from collections.abc import Mapping

from gatepost.languages.cloudformation.bodies import Body
from gatepost.languages.cloudformation.intrinsics import call_of
from gatepost.languages.cloudformation.layout import Entry, Made
from gatepost.languages.cloudformation.parts import Part
from gatepost.languages.cloudformation.targets import Target
from gatepost.languages.cloudformation.writing import Writer
from gatepost.model.changes import Append, Change, Create, Remove, RemoveResource, Set, Step, Written
from gatepost.model.problems import CannotWrite

# What a serverless resource becomes: the properties that it has under the same name, and those under another.
_SAME: Mapping[str, str] = {
    "lambda": (
        "CodeSigningConfigArn Description Environment EphemeralStorage FunctionName Handler ImageConfig KmsKeyArn"
        " Layers LoggingConfig MemorySize RecursiveLoop ReservedConcurrentExecutions Role Runtime SnapStart Timeout"
        " VpcConfig"
    ),
    "role": "PermissionsBoundary AssumeRolePolicyDocument",
    "state_machine_role": "PermissionsBoundary",
    "rest_api": "ApiKeySourceType Description DisableExecuteApiEndpoint MinimumCompressionSize Name",
    "stage": (
        "AccessLogSetting CacheClusterEnabled CacheClusterSize CanarySetting MethodSettings TracingEnabled Variables"
    ),
    "http_stage": "AccessLogSettings DefaultRouteSettings RouteSettings StageVariables",
    "implicit_stage": "AccessLogSetting CacheClusterEnabled MethodSettings TracingEnabled Variables",
    "implicit_http_stage": "AccessLogSettings DefaultRouteSettings RouteSettings StageVariables",
    "table": "PointInTimeRecoverySpecification ProvisionedThroughput SSESpecification TableName",
    "layer": "CompatibleRuntimes Description LayerName LicenseInfo",
    "stack": "Parameters NotificationARNs TimeoutInMinutes",
}
_OTHER: Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]] = {
    "lambda": {
        ("TracingConfig", "Mode"): ("Tracing",),
        ("DeadLetterConfig", "TargetArn"): ("DeadLetterQueue", "TargetArn"),
    },
    "role": {("Path",): ("RolePath",)},
    "state_machine": {
        ("LoggingConfiguration",): ("Logging",),
        ("TracingConfiguration",): ("Tracing",),
        ("StateMachineName",): ("Name",),
        ("RoleArn",): ("Role",),
    },
    "url": {
        ("AuthType",): ("FunctionUrlConfig", "AuthType"),
        ("Cors",): ("FunctionUrlConfig", "Cors"),
    },
    "public": {("FunctionUrlAuthType",): ("FunctionUrlConfig", "AuthType")},
    "domain": {("SecurityPolicy",): ("Domain", "SecurityPolicy")},
}
# The APIs that no resource declares take what Globals says of all.
_GLOBAL = {"implicit_stage": "Api", "implicit_http_stage": "HttpApi"}


def write_made(part: Part, writer: Writer, entry: Entry, change: Change) -> Written | None:
    """Return the edits of a change to a made entry; None where what is written can be changed as it stands."""
    made = entry.made
    assert made is not None
    if made.kind == "include":
        raise CannotWrite("it stands in a file that the template includes")
    if made.kind == "loop":
        if isinstance(change, Create | RemoveResource):
            raise CannotWrite("a loop makes it, which would have to make the change in each round")
        return None
    if isinstance(change, Create):
        return None
    if isinstance(change, RemoveResource):
        raise CannotWrite(f"the serverless transform makes it out of {made.of}")
    body = change.container.literal
    if isinstance(body, Body) and body.is_beside:
        if entry.name == made.of:
            return None
        raise CannotWrite(f"the serverless transform makes it out of {made.of}")
    return _translated(part, writer, made, change)


def _translated(part: Part, writer: Writer, made: Made, change: Set | Append | Remove) -> Written:
    steps = _steps(made, change.steps)
    if made.kind in _GLOBAL:
        target = _globals(part, _GLOBAL[made.kind])
        path: tuple[Step, ...] = steps
    else:
        inherited = {name for name, _ in made.inherited}
        written = part.written
        raw = next((e for e in written.entries if e.section == "Resources" and e.name == made.of), None)
        if raw is None or raw.node is None:
            raise CannotWrite(f"{made.of} is not written in the template")
        if steps[0] in inherited:
            target = _globals(part, raw.shape.type.rpartition("::")[2])
            path = steps
        else:
            target = Target(raw, (), raw.node)
            path = ("Properties", *steps)
    shared = target.entry.name == "Globals"
    found = writer.finder.down(target, path)
    if isinstance(change, Remove):
        done = writer.remove_target(found)
    else:
        done = writer.write_target(found, change)
    return done._replace(shared=done.shared or shared)


def _globals(part: Part, kind: str) -> Target:
    entry = next((e for e in part.written.entries if not e.section and e.name == "Globals"), None)
    if entry is None or entry.node is None or entry.node.kind != "map" or call_of(entry.node) is not None:
        raise CannotWrite(f"no resource of the template declares it; what it has is set by Globals.{kind}")
    return Target(entry, (kind,), entry.node.get(kind))


def _steps(made: Made, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps in the terms of what it is made of; raises `CannotWrite` where there are none."""
    for theirs, ours in _OTHER.get(made.kind, {}).items():
        if steps[: len(theirs)] == theirs:
            return (*ours, *steps[len(theirs) :])
    if steps and steps[0] in _SAME.get(made.kind, "").split():
        return steps
    what = ".".join(str(step) for step in steps[:2])
    raise CannotWrite(f"the serverless transform makes it out of {made.of}, which has no property for {what}")
