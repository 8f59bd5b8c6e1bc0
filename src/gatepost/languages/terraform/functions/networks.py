"""Terraform's functions on networks; never a look at a real one."""

from __future__ import annotations

from typing import Any

from gatepost.languages.terraform.conversions import Fails, NotComputed
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import on_plain, whole


def _network(written: str) -> Any:
    import ipaddress

    address, slash, length = written.partition("/")
    if not slash or not (length.isascii() and length.isdigit()) or len(length) > 3:
        raise Fails("a text is no network such as 10.0.0.0/8")
    if ":" not in address:
        octets = address.split(".")
        if not all(octet.isascii() and octet.isdigit() and len(octet) < 9 for octet in octets):
            raise Fails("a text is no network such as 10.0.0.0/8")
        address = ".".join(str(int(octet)) for octet in octets)
    elif "." in address or "%" in address or address.lower().startswith("::ffff:"):
        raise NotComputed("an IPv4 address written as IPv6")
    try:
        return ipaddress.ip_network(f"{address}/{int(length)}", strict=False)
    except ValueError:
        raise Fails("a text is no network such as 10.0.0.0/8") from None


def _cidrsubnet(prefix: str, bits: Any, number: Any) -> str:
    network, added, position = _network(prefix), whole(bits), whole(number)
    length = network.prefixlen + added
    if added < 0 or position < 0:
        raise NotComputed("a part of a network with a negative number")
    if length > network.max_prefixlen or position >= 1 << added:
        raise Fails("the network is divided into more parts than it has")
    start = int(network.network_address) + (position << (network.max_prefixlen - length))
    return f"{network.network_address.__class__(start)}/{length}"


def _cidrhost(prefix: str, number: Any) -> str:
    network, host = _network(prefix), whole(number)
    size = network.num_addresses
    if not -size <= host < size:
        raise Fails("the network has no host of this number")
    return str(network.network_address + (host + size if host < 0 else host))


def _cidrnetmask(prefix: str) -> str:
    network = _network(prefix)
    if network.version != 4:
        raise Fails("there is no netmask of an IPv6 network")
    return str(network.netmask)


def _cidrsubnets(prefix: str, *bits: Any) -> list[str]:
    network = _network(prefix)
    if not network.prefixlen:
        raise NotComputed("parts of the whole internet")
    position = int(network.network_address)
    end = position + network.num_addresses
    found: list[str] = []
    for added in bits:
        extra = whole(added)
        length = network.prefixlen + extra
        if extra < 1 or extra > 32 or length > network.max_prefixlen:
            raise Fails("a network is divided into parts that it cannot have")
        size = 1 << (network.max_prefixlen - length)
        position = -(-position // size) * size
        if position + size > end:
            raise Fails("the network is divided into more parts than it has")
        found.append(f"{network.network_address.__class__(position)}/{length}")
        position += size
    return found


FUNCTIONS: dict[str, Function] = {
    "cidrhost": on_plain("string, number", _cidrhost),
    "cidrnetmask": on_plain("string", _cidrnetmask),
    "cidrsubnet": on_plain("string, number, number", _cidrsubnet),
    "cidrsubnets": on_plain("string, ...number", _cidrsubnets, "list(string)"),
}
