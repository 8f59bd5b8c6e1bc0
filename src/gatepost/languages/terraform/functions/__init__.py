"""Terraform's functions on values: the same result as Terraform's, or an honest unknown; never side effects."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeAlias, cast

from gatepost.languages.terraform.frame import Frame
from gatepost.model.values import Value

Function: TypeAlias = Callable[[list[Value], Frame], Value]

# Which module beside this one holds a function: loaded when the first of them is called.
_HOMES = {
    "text": "chomp endswith format formatlist indent join lower regex regexall replace split startswith strcontains"
    " strrev substr title trim trimprefix trimspace trimsuffix upper",
    "collections": "alltrue anytrue coalesce coalescelist compact concat contains distinct element flatten"
    " index length one range reverse slice"
    " sort sum",
    "maps": "keys lookup merge values zipmap",
    "sets": "chunklist matchkeys setintersection setproduct setsubtract setunion transpose",
    "conversion": "ephemeralasnull issensitive nonsensitive sensitive tobool tolist tomap tonumber toset tostring type",
    "numbers": "abs ceil floor log max min parseint pow signum",
    "encoding": "base64decode base64encode base64gzip jsondecode jsonencode"
    " textdecodebase64 textencodebase64 urlencode yamldecode yamlencode csvdecode",
    "hashes": "base64sha256 base64sha512 bcrypt md5 plantimestamp rsadecrypt sha1 sha256 sha512 timestamp uuid uuidv5",
    "dates": "formatdate timeadd timecmp",
    "networks": "cidrhost cidrnetmask cidrsubnet cidrsubnets",
    "files": "abspath basename dirname file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5 fileset"
    " filesha1 filesha256 filesha512 pathexpand templatefile templatestring",
}
# What a call gives that cannot be worked out, where that is one thing whatever the arguments.
_GIVES = {
    "string": "abspath base64decode base64encode base64gzip base64sha256 base64sha512 basename bcrypt chomp cidrhost"
    " cidrnetmask cidrsubnet dirname file filebase64 filebase64sha256 filebase64sha512 filemd5 filesha1 filesha256"
    " filesha512 format formatdate indent join jsonencode lower md5 pathexpand plantimestamp replace rsadecrypt sha1"
    " sha256 sha512 strrev substr textdecodebase64 textencodebase64 timeadd timestamp title tostring trim trimprefix"
    " trimspace trimsuffix upper urlencode uuid uuidv5 yamlencode",
    "number": "abs ceil floor length log max min parseint pow signum sum timecmp tonumber",
    "bool": "alltrue anytrue can contains endswith fileexists issensitive startswith strcontains tobool",
}
GIVES: dict[str, Any] = {name: type for type, names in _GIVES.items() for name in names.split()}
GIVES.update(dict.fromkeys(("cidrsubnets", "compact", "formatlist", "sort", "split"), ("list", "string")))
GIVES["range"] = ("list", "number")
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}


def find(name: str) -> Function | None:
    """Return the function of that name, None when it is not worked out here."""
    home = _HOME.get(name)
    if home is None:
        return None
    module = import_module(f"gatepost.languages.terraform.functions.{home}")
    return cast("Function | None", module.FUNCTIONS.get(name))
