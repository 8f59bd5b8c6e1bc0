"""Audit logs of the three clouds: who created what, and that it is only a guess."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepost.context.audit_logs import BadLog, Creations, entries_of, lines_of, read_log
from gatepost.model.policy import Whose

ROOT = "root of account 1"
SSO = {
    "type": "AssumedRole",
    "arn": "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_1/ann@example.com",
    "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "AWSReservedSSO_Admin_1"}},
}
ROLE = {**SSO, "arn": "arn:aws:sts::111122223333:assumed-role/deploy/run-7",
        "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "deploy"}}}  # fmt: skip
BUCKET = {
    "eventVersion": "1.09",
    "eventTime": "2026-03-01T10:00:00Z",
    "eventSource": "s3.amazonaws.com",
    "eventName": "CreateBucket",
    "userIdentity": SSO,
    "requestParameters": {"bucketName": "acme-logs", "Host": "s3.amazonaws.com"},
    "responseElements": None,
}
INSTANCE = {
    "eventTime": "2026-03-02T10:00:00Z",
    "eventName": "RunInstances",
    "userIdentity": ROLE,
    "requestParameters": {"instancesSet": {"items": [{"imageId": "ami-1"}]}, "subnetId": "subnet-1"},
    "responseElements": {"instancesSet": {"items": [{"instanceId": "i-0abc", "subnetId": "subnet-1"}]}},
}
AZURE = {
    "caller": "bob@example.com",
    "operationName": {"value": "Microsoft.Storage/storageAccounts/write", "localizedValue": "Create"},
    "resourceId": "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/acmelogs",
    "status": {"value": "Succeeded"},
    "eventTimestamp": "2026-03-01T10:00:00Z",
}
GOOGLE = {
    "timestamp": "2026-03-01T10:00:00Z",
    "protoPayload": {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
        "authenticationInfo": {"principalEmail": "eve@example.com"},
        "methodName": "storage.buckets.create",
        "resourceName": "projects/_/buckets/acme-logs",
    },
}


def creators(entries: Any, *names: str) -> list[str]:
    creations = Creations()
    read_log(entries_of(entries), "log.json", creations)
    return [one.name for one in creations.creators(Whose("a.tf", names=names))]


def with_who(event: dict[str, Any], who: str, time: str) -> dict[str, Any]:
    return {**event, "userIdentity": {"type": "IAMUser", "userName": who}, "eventTime": time}


@pytest.mark.parametrize(
    ("entries", "name", "expected"),
    [
        ({"Records": [BUCKET]}, "acme-logs", ["ann@example.com"]),
        ({"Records": [INSTANCE]}, "i-0abc", ["role deploy"]),
        ({"Records": [INSTANCE]}, "subnet-1", []),
        ({"Records": [{**BUCKET, "errorCode": "BucketAlreadyExists"}]}, "acme-logs", []),
        ({"Records": [{**BUCKET, "eventName": "DeleteBucket"}]}, "acme-logs", []),
        ({"Records": [{**BUCKET, "userIdentity": {"type": "AWSService", "invokedBy": "x"}}]}, "acme-logs", []),
        ({"Records": [{**BUCKET, "userIdentity": {"type": "Root", "accountId": "1"}}]}, "acme-logs", [ROOT]),
        ([AZURE], AZURE["resourceId"], ["bob@example.com"]),
        ({"value": [AZURE]}, str(AZURE["resourceId"]).upper(), ["bob@example.com"]),
        ([{**AZURE, "status": {"value": "Failed"}}], AZURE["resourceId"], []),
        ([{**AZURE, "operationName": "Microsoft.Storage/storageAccounts/delete"}], AZURE["resourceId"], []),
        ([GOOGLE], "acme-logs", ["eve@example.com"]),
        ([GOOGLE], "projects/_/buckets/acme-logs", ["eve@example.com"]),
        ([GOOGLE], "https://www.googleapis.com/storage/v1/projects/_/buckets/acme-logs", ["eve@example.com"]),
    ],
)  # fmt: skip
def test_who_created_a_resource(entries: Any, name: str, expected: list[str]) -> None:
    assert creators(entries, name) == expected


def test_instances_of_google_are_known_by_their_link() -> None:
    payload = {**GOOGLE["protoPayload"], "methodName": "v1.compute.instances.insert",  # type: ignore[dict-item]
               "resourceName": "projects/p/zones/z/instances/web"}  # fmt: skip
    link = "https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/web"
    assert creators([{**GOOGLE, "protoPayload": payload}], link) == ["eve@example.com"]


def test_the_earliest_creation_of_one_thing_counts() -> None:
    arn = "arn:aws:sns:eu:1:t"
    event = {**BUCKET, "eventName": "CreateTopic", "requestParameters": {}, "responseElements": {"topicArn": arn}}
    events = [with_who(event, "late", "2026-05-01"), with_who(event, "early", "2026-01-01")]
    assert creators({"Records": events}, arn) == ["early"]


def test_a_plain_name_that_several_have_created_tells_nothing() -> None:
    events = [with_who(BUCKET, "a", "2026-01-01"), with_who(BUCKET, "b", "2026-01-02")]
    assert creators({"Records": events}, "acme-logs") == []


def test_a_creator_is_a_guess_with_the_day_and_the_event() -> None:
    creations = Creations()
    read_log([BUCKET], "trail.json", creations)
    (claim,) = creations.creators(Whose("a.tf", names=("acme-logs",)))
    assert claim == ("ann@example.com", "created it on 2026-03-01 (CreateBucket, trail.json)", "guess")


def test_a_log_with_an_entry_on_each_line_is_read() -> None:
    creations = Creations()
    read_log(lines_of(json.dumps(BUCKET) + "\n\n" + json.dumps(GOOGLE) + "\n"), "log", creations)
    assert creations.events == 2


@pytest.mark.parametrize("entries", [[], [1, "a", None], [{"a": 1}], {"Records": "x"}, 7])
def test_what_is_no_log_says_so(entries: Any) -> None:
    with pytest.raises(BadLog, match="no audit log"):
        read_log(entries_of(entries), "log", Creations())


_KEYS = (
    "userIdentity", "eventName", "requestParameters", "name", "arn", "protoPayload", "caller", "resourceId", "type",
    "operationName", "responseElements", "methodName", "sessionContext", "resources",
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(_KEYS), inner),
)


@settings(max_examples=40)
@given(st.lists(_JSON))
def test_no_entry_is_too_strange(entries: list[Any]) -> None:
    strange = [{**BUCKET, **one} if isinstance(one, dict) else one for one in entries]
    for some in (entries, strange):
        with suppress(BadLog):
            read_log(some, "log", Creations())
