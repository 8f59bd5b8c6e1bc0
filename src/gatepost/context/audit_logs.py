"""Exports of clouds' audit logs: who created a resource, which is a guess at whose it is; never a request.

Sources: "CloudTrail record contents" (AWS), "Azure Activity Log event schema" (Azure), "AuditLog" and "LogEntry"
(Google Cloud).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from gatepost.context.owner_names import folded_id
from gatepost.model.decisions import Claim
from gatepost.model.policy import Whose
from gatepost.model.records import NamedTuple

MOST_BYTES = 512 * 1024 * 1024
MOST_EVENTS = 2_000_000
MOST_NAMES = 2_000_000  # identifiers that are kept of all events
_MOST_OF_ONE = 60  # identifiers that are taken from one event
_LONGEST = 2_000
_DEEPEST = 5
_CREATES = re.compile(r"(?:Create|Run|Register|Allocate|Import|Restore|Launch|Provision)[A-Z]")
_GOOGLE_CREATES = re.compile(r"(?:^|[./])(?:create|insert)|\.(?:Create|Insert)[A-Z]|[Cc]reate$", re.ASCII)
# Fields by which CloudTrail tells what came to be: bucketName, dBInstanceIdentifier, groupId, functionArn …
_NAMES = re.compile(r"(?:name|arn|identifier|id)\Z", re.IGNORECASE)
# Fields of that shape that name what a resource is put into or made from, or the request.
_OTHERS = frozenset(
    """requestid clienttoken clientrequesttoken vpcid subnetid imageid keyname availabilityzoneid ownerid accountid
    kmskeyid kmskeyarn rolearn iaminstanceprofilearn principalid reservationid dhcpoptionsid hostid enginename
    parametergroupname dbparametergroupname dbsubnetgroupname cachesubnetgroupname targetgrouparn loadbalancerarn
    policyarn certificatearn associationid callerreference databasename masterusername requesterid""".split()  # noqa: SIM905  a list of words
)


class BadLog(Exception):
    """A log that cannot be read; `what` is a sentence without a full stop, `hint` what to do."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class Creation(NamedTuple):
    """Somebody made something: `who` as a name, `time` as the log writes it, `event` what was called."""

    time: str
    who: str
    event: str


class Creations:
    """Who created what, by the identifiers that logs give it."""

    __slots__ = ("_by", "_several", "events")

    def __init__(self) -> None:
        self.events = 0
        self._by: dict[str, tuple[Creation, str]] = {}
        self._several: set[str] = set()

    def add(self, creation: Creation, names: Iterable[str], log: str) -> None:
        """Add what an event says of the things that it names; of one thing the earliest creation stands."""
        for name in names:
            key = folded_id(name)
            before = self._by.get(key)
            if before is None:
                if len(self._by) < MOST_NAMES:
                    self._by[key] = (creation, log)
                continue
            if before[0].who != creation.who:
                self._several.add(key)
            if creation < before[0]:
                self._by[key] = (creation, log)

    def creators(self, whose: Whose) -> list[Claim]:
        """Return who created something, by its ids and names; a plain name that several have created tells nothing."""
        for name in (*whose.names, whose.resource):
            key = folded_id(name) if name else ""
            found = self._by.get(key)
            if found is None or (key in self._several and not _is_unique(key)):
                continue
            creation, log = found
            when = f" on {creation.time[:10]}" if creation.time else ""
            return [Claim(creation.who, f"created it{when} ({creation.event}, {log})", "guess")]
        return []


def _is_unique(key: str) -> bool:
    """Whether an identifier is one of all the world: an ARN or a path of a cloud."""
    return key.startswith("arn:") or "/" in key


def read_log(entries: Iterable[Any], log: str, into: Creations) -> None:
    """Add the creations that the entries of a log tell; `log` is its file's name. Raises `BadLog`.

    An entry of a shape that is none of the three clouds' is passed over; a log without any is no audit log.
    """
    known = 0
    for number, one in enumerate(entries):
        if number >= MOST_EVENTS:
            raise BadLog(f"there are more than {MOST_EVENTS} events", "export those that create something")
        if not isinstance(one, dict):
            continue
        entry = cast("dict[str, Any]", one)
        read = _reader(entry)
        if read is None:
            continue
        known += 1
        found = read(entry)
        if found is not None:
            into.add(found[0], found[1], log)
    into.events += known
    if not known:
        raise BadLog(
            "this is no audit log of AWS, Azure or Google Cloud",
            "give CloudTrail's JSON, or what az monitor activity-log list or gcloud logging read prints",
        )


def entries_of(data: Any) -> Iterable[Any]:
    """Return the entries of a log that is one JSON value."""
    if isinstance(data, dict):
        given = cast("dict[str, Any]", data)
        for key in ("Records", "records", "value", "events", "entries"):
            if isinstance(given.get(key), list):
                return given[key]
        return [given]
    return cast("list[Any]", data) if isinstance(data, list) else ()


def lines_of(text: str) -> Iterator[Any]:
    """Yield the entries of a log that has one on each line; raises `BadLog` for a line that is no JSON."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                raise BadLog(f"line {number} is not JSON", "export the log again") from None


_Read = Callable[[Mapping[str, Any]], "tuple[Creation, list[str]] | None"]


def _reader(entry: Mapping[str, Any]) -> _Read | None:
    if "eventName" in entry and "userIdentity" in entry:
        return _cloudtrail
    if "protoPayload" in entry:
        return _google
    if "operationName" in entry and ("caller" in entry or "identity" in entry) and _either(entry, _RESOURCE):
        return _azure
    return None


_RESOURCE = ("resourceId", "resourceUri")


def _either(entry: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((entry[name] for name in names if entry.get(name)), None)


def _map(value: Any) -> Mapping[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return ""


def _value(value: Any) -> str:
    """Return text that Azure gives plainly, or as {"value": ..., "localizedValue": ...}."""
    return _text(_map(value).get("value")) if isinstance(value, dict) else _text(value)


# -- AWS --------------------------------------------------------------------------------------------------------------


def _cloudtrail(entry: Mapping[str, Any]) -> tuple[Creation, list[str]] | None:
    event = _text(entry.get("eventName"))
    if not _CREATES.match(event) or entry.get("errorCode") or entry.get("readOnly") is True:
        return None
    who = _aws_principal(_map(entry.get("userIdentity")))
    if not who:
        return None
    names: dict[str, None] = {}
    resources = entry.get("resources")
    for one in cast("list[Any]", resources)[:_MOST_OF_ONE] if isinstance(resources, list) else ():
        arn = _map(one).get("ARN") or _map(one).get("arn")
        names.update(dict.fromkeys([_text(arn)] if arn else ()))
    _collect(entry.get("responseElements"), names)
    _collect(entry.get("requestParameters"), names)
    return Creation(_text(entry.get("eventTime")), who, event), list(names)[:_MOST_OF_ONE]


def _collect(value: Any, names: dict[str, None], depth: int = 0) -> None:
    """Add the texts of fields that are called like a name or an id; only lists and maps that are near the top."""
    if depth > _DEEPEST or len(names) > _MOST_OF_ONE:
        return
    if isinstance(value, list):
        for one in cast("list[Any]", value)[:_MOST_OF_ONE]:
            _collect(one, names, depth + 1)
        return
    for key, one in _map(value).items():
        if isinstance(one, dict | list):
            if not _is_other(key):
                _collect(one, names, depth + 1)
        elif isinstance(one, str) and 0 < len(one) <= _LONGEST and _NAMES.search(key) and not _is_other(key):
            names[_text(one)] = None


def _is_other(key: str) -> bool:
    return key.replace("_", "").lower() in _OTHERS or key.lower() in ("tagspecificationset", "tagset", "tags")


def _aws_principal(identity: Mapping[str, Any]) -> str:
    """Return a person's name where the session tells it, else the role's."""
    kind = _text(identity.get("type"))
    if kind == "AWSService":
        return ""  # a service did it on its own
    if kind == "Root":
        return f"root of account {_text(identity.get('accountId'))}".rstrip()
    session = _text(identity.get("arn")).rpartition("/")[2]
    if "@" in session:
        return session
    issuer = _map(_map(identity.get("sessionContext")).get("sessionIssuer"))
    role = _text(issuer.get("userName"))
    if kind in ("AssumedRole", "WebIdentityUser", "SAMLUser", "FederatedUser") and role:
        return f"role {role}"
    return _text(identity.get("userName")) or session


# -- Azure ------------------------------------------------------------------------------------------------------------


def _azure(entry: Mapping[str, Any]) -> tuple[Creation, list[str]] | None:
    operation = _value(entry.get("operationName"))
    status = (_value(entry.get("status")) or _text(entry.get("resultType"))).lower()
    # A write makes or changes; the earliest is taken for the one that made it.
    if not operation.lower().endswith("/write") or status in ("failed", "failure"):
        return None
    claims = _map(_map(entry.get("identity")).get("claims"))
    who = _text(entry.get("caller")) or _text(claims.get("name")) or _text(claims.get("appid"))
    resource = _text(_either(entry, _RESOURCE))
    if not who or not resource or len(resource) > _LONGEST:
        return None
    time = _text(entry.get("eventTimestamp") or entry.get("time") or entry.get("submissionTimestamp"))
    return Creation(time, who, operation), [resource]


# -- Google Cloud -----------------------------------------------------------------------------------------------------


def _google(entry: Mapping[str, Any]) -> tuple[Creation, list[str]] | None:
    payload = _map(entry.get("protoPayload"))
    method = _text(payload.get("methodName"))
    failed = _map(payload.get("status")).get("code")
    if not _GOOGLE_CREATES.search(method) or failed:
        return None
    who = _text(_map(payload.get("authenticationInfo")).get("principalEmail"))
    resource, request = _text(payload.get("resourceName")), _map(payload.get("request"))
    if not who or len(resource) > _LONGEST:
        return None
    names = [resource] if resource else []
    name = _text(request.get("name"))
    if name and len(name) <= _LONGEST and not resource.endswith(f"/{name}"):
        names.append(f"{resource}/{name}" if resource else name)
    names += [one.rpartition("/")[2] for one in names if "/" in one]
    return Creation(_text(entry.get("timestamp")), who, method), names
