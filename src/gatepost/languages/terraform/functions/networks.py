"""Terraform's functions on networks; never a look at a real one."""

from __future__ import annotations

from typing import Any

from gatepost.languages.terraform.conversions import Fails
from gatepost.languages.terraform.functions import Function
from gatepost.languages.terraform.functions.calling import on_plain, whole


def _network(prefix: str) -> Any:
    import ipaddress

    address, slash, length = prefix.partition("/")
    octets = address.split(".")
    if not slash or not length.isdigit() or (len(octets) == 4 and any(o != "0" and o.startswith("0") for o in octets)):
        raise Fails("text that is no network is used as one")
    try:
        return ipaddress.ip_network(prefix, strict=False)
    except ValueError:
        raise Fails("text that is no network is used as one") from None


def _inside(network: Any, bits: int, number: int) -> str:
    import ipaddress

    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen or not 0 <= number < 1 << bits:
        raise Fails("a network is divided into more parts than it has")
    start = int(network.network_address) + (number << (network.max_prefixlen - length))
    kind = ipaddress.IPv4Address if network.version == 4 else ipaddress.IPv6Address
    return f"{kind(start)}/{length}"


def _cidrsubnet(prefix: Any, bits: Any, number: Any) -> str:
    return _inside(_network(prefix), whole(bits), whole(number))


def _cidrhost(prefix: Any, number: Any) -> str:
    network, host = _network(prefix), whole(number)
    size = network.num_addresses
    if host < 0:
        host += size
    if not 0 <= host < size:
        raise Fails("a host number is outside its network")
    return str(network.network_address + host)


def _cidrnetmask(prefix: Any) -> str:
    network = _network(prefix)
    if network.version != 4:
        raise Fails("a netmask of an IPv6 network is asked for")
    return str(network.netmask)


def _cidrsubnets(prefix: Any, *bits: Any) -> list[str]:
    network = _network(prefix)
    position = int(network.network_address)
    end = position + network.num_addresses
    found: list[str] = []
    for added in bits:
        length = network.prefixlen + whole(added)
        if not network.prefixlen < length <= network.max_prefixlen:
            raise Fails("a network is divided into more parts than it has")
        size = 1 << (network.max_prefixlen - length)
        position = -(-position // size) * size
        if position + size > end:
            raise Fails("a network is divided into more parts than it has")
        found.append(f"{network.network_address.__class__(position)}/{length}")
        position += size
    return found


FUNCTIONS: dict[str, Function] = {
    "cidrhost": on_plain("string, number", _cidrhost),
    "cidrnetmask": on_plain("string", _cidrnetmask),
    "cidrsubnet": on_plain("string, number, number", _cidrsubnet),
    "cidrsubnets": on_plain("string, ...number", _cidrsubnets, "list(string)"),
}
