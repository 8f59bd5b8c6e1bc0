"""The settings that have one name and one meaning in every rule, so that a policy gives each once; never values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from gatepost.model.records import NamedTuple

Sort = Literal["text", "texts", "number"]


class Form(NamedTuple):
    """How the value is written for one provider: an example, and an expression for the whole of it ("": any)."""

    example: str
    pattern: str = ""


class Meaning(NamedTuple):
    """What a setting means. `forms` are by provider, the first part of a rule's id; "" stands for every provider.

    One that is not `everywhere` differs from place to place, and is given for one rule at a time.
    """

    what: str
    sort: Sort
    forms: Mapping[str, Form]
    everywhere: bool = True


class GivenSetting(NamedTuple):
    """A setting that a policy gives for all rules, or for those of one `provider` ("" for all)."""

    name: str
    provider: str
    value: Any


_LONGEST = 1_000
_NETWORK = r"(?:[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)(?:/[0-9]{1,3})?"

# What a null setting of a shipped rule may be called; the tests of the catalogue hold the rules to it.
VOCABULARY: Mapping[str, Meaning] = {
    "kms_key": Meaning(
        "the key of your own that data is encrypted with, by its full name: an alias is not taken everywhere",
        "text",
        {
            "aws": Form("arn:aws:kms:eu-central-1:111122223333:key/1234abcd", r"arn:[\w-]+:kms:\S+"),
            "azure": Form("https://acme.vault.azure.net/keys/data", r"https://\S+|/subscriptions/\S+"),
            "google": Form("projects/acme/locations/eu/keyRings/main/cryptoKeys/data", r"projects/\S+/cryptoKeys/\S+"),
        },
    ),
    "log_bucket": Meaning(
        "the bucket that access logs are put into, by its name",
        "text",
        {
            "aws": Form("acme-logs", r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
            "google": Form("acme-logs", r"[a-z0-9][a-z0-9._-]+"),
        },
    ),
    "log_group": Meaning(
        "the log group that access logs are put into, by its ARN",
        "text",
        {"aws": Form("arn:aws:logs:eu-central-1:111122223333:log-group:access", r"arn:[\w-]+:logs:\S+")},
    ),
    "log_workspace": Meaning(
        "the Log Analytics workspace that logs are sent to, by its id",
        "text",
        {
            "azure": Form(
                "/subscriptions/0000/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/logs",
                r"/subscriptions/\S+",
            )
        },
    ),
    "log_storage": Meaning(
        "the storage account that the records of databases are put into, by the address of its blobs",
        "text",
        {"azure": Form("https://acmelogs.blob.core.windows.net/", r"https://\S+")},
    ),
    "entra_group": Meaning(
        "the group in Entra ID whose members administer databases, by its name",
        "text",
        {"azure": Form("sql-administrators")},
    ),
    "entra_group_id": Meaning(
        "the same group, by its object id",
        "text",
        {"azure": Form("00000000-0000-0000-0000-000000000001", r"[0-9A-Fa-f-]{36}")},
    ),
    "service_account": Meaning(
        "the account that nodes and services act as where they name none, by its address",
        "text",
        {"google": Form("workloads@acme.iam.gserviceaccount.com", r"[^@\s]+@\S+\.gserviceaccount\.com")},
    ),
    "network": Meaning(
        "the network that databases have their private address in",
        "text",
        {"google": Form("projects/acme/global/networks/main", r"(?:https://\S+/)?projects/\S+/global/networks/\S+")},
    ),
    "trusted_networks": Meaning(
        "the networks of your own, from which administrators and other systems of yours come",
        "texts",
        {"": Form("10.20.0.0/16", _NETWORK)},
    ),
    "trusted_members": Meaning(
        "who may be let in, where it is everybody now",
        "texts",
        {"google": Form("group:staff@example.com", r"[A-Za-z]+:\S+")},
    ),
    "security_groups": Meaning(
        "the security groups of the machines that administrators come from, by their ids",
        "texts",
        {"aws": Form("sg-0123456789abcdef0", r"sg-[0-9a-z]+")},
    ),
    "subnet": Meaning(
        "the subnet that machines stand in where they name none",
        "text",
        {"google": Form("projects/acme/regions/europe-west3/subnetworks/machines", r"\S*/regions/\S+/subnetworks/\S+")},
    ),
    "subnets": Meaning(
        "subnets without a way to the internet, by their ids",
        "texts",
        {
            "aws": Form("subnet-0123456789abcdef0", r"subnet-[0-9a-z]+"),
            "azure": Form("/subscriptions/0000/…/subnets/private", r"/subscriptions/\S+"),
            "google": Form("projects/acme/regions/europe-west3/subnetworks/private"),
        },
    ),
    "search_endpoints": Meaning(
        "the endpoints in networks of your own by which OpenSearch Serverless is reached, by their ids",
        "texts",
        {"aws": Form("vpce-0123456789abcdef0", r"vpce-[0-9a-z]+")},
    ),
    "certificate": Meaning(
        "the certificate that servers show",
        "text",
        {
            "aws": Form("arn:aws:acm:eu-central-1:111122223333:certificate/1234abcd", r"arn:[\w-]+:(?:acm|iam):\S+"),
            "azure": Form("https://acme.vault.azure.net/secrets/site", r"https://\S+"),
            "google": Form("projects/acme/global/sslCertificates/site"),
        },
    ),
    "user_pool": Meaning(
        "the pool of Cognito whose users sign in to APIs, by its id",
        "text",
        {"aws": Form("eu-central-1_AbCdEfGhI", r"[\w-]+_[0-9A-Za-z]+")},
    ),
    "waf": Meaning(
        "the web application firewall in front of what the internet reaches",
        "text",
        {
            "aws": Form("arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/main/1234", r"arn:[\w-]+:waf\S+"),
            "azure": Form("/subscriptions/0000/…/webApplicationFirewallPolicies/main", r"/subscriptions/\S+"),
            "google": Form("projects/acme/global/securityPolicies/main"),
        },
    ),
    "retention_days": Meaning("for how many days logs are kept", "number", {"": Form("365")}),
    "backup_days": Meaning("for how many days backups are kept", "number", {"": Form("35")}),
    "memory_limit": Meaning("the memory that a container may take", "text", {"": Form("256Mi")}),
    "user": Meaning("the user that containers run as", "text", {"docker": Form("app"), "kubernetes": Form("10001")}),
    "checksum": Meaning(
        "the checksum of one file that is downloaded", "text", {"docker": Form("sha256:24454f83…")}, everywhere=False
    ),
    "command": Meaning(
        "the command that tells whether a container is well",
        "text",
        {"docker": Form("curl -f http://localhost:8080/")},
        everywhere=False,
    ),
}  # fmt: skip


_LACKING = "the policy gives no value for "


def lacking(name: str) -> str:
    """Return the reason why a fix cannot be offered that needs a setting which has no value."""
    return f"{_LACKING}{name}: write it once, as settings: {{{name}: …}}"


def lacking_for(name: str, rule: str) -> str:
    """Return the same for a setting that is given for one rule at a time."""
    return f"{_LACKING}{name}: write it as rules: {{{rule}: {{{name}: …}}}}"


def lacked(reason: str) -> str:
    """Return the name of the setting that such a reason is about, "" for another reason."""
    return reason.removeprefix(_LACKING).partition(":")[0] if reason.startswith(_LACKING) else ""


def is_shared(name: str, default: Any) -> bool:
    """Whether a policy can give a rule's setting for all rules at once.

    That is so for what the vocabulary has, and for a setting of an own rule whose default is null.
    """
    meaning = VOCABULARY.get(name)
    return default is None if meaning is None else meaning.everywhere


def form_of(name: str, provider: str) -> Form | None:
    """Return how a setting is written for a provider; None where the vocabulary does not say."""
    meaning = VOCABULARY.get(name)
    if meaning is None:
        return None
    return meaning.forms.get(provider) or meaning.forms.get("")


def fits(name: str, provider: str, value: Any) -> bool:
    """Whether a value can be meant for a provider: a key of one cloud is no key of another."""
    form = form_of(name, provider)
    if form is None or not form.pattern:
        return True
    listed: list[Any] = list(value) if isinstance(value, list | tuple) else [value]  # pyright: ignore[reportUnknownArgumentType]
    texts = [str(one) for one in listed]
    return all(len(text) <= _LONGEST and re.fullmatch(form.pattern, text) for text in texts)
