"""Writes the part of the providers' schemas that the resource files use: `python snapshot_schemas.py FOLDER`.

FOLDER holds terraform-<provider>.json.gz and cloudformation.json.gz. Names and types only, from the packages
 @cdktf/provider-*, cdktn-provider-* (MPL-2.0), pulumi-* (Apache-2.0) and cfn-lint (MIT-0).
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

from gatepost.rules.catalogue import load
from gatepost.rules.folders import policy_files

HERE = Path(__file__).parent
POLICIES = HERE.parent.parent / "policies"


def types_in_use():
    concepts = load(*policy_files(str(POLICIES))).concepts()
    found = {"terraform": set(), "cloudformation": set()}

    def companions(plain, dialect):
        if isinstance(plain, dict):
            if isinstance(plain.get("in"), str) and "joined_by" in plain:
                found[dialect].add(plain["in"])
            for inner in plain.values():
                companions(inner, dialect)
        elif isinstance(plain, list):
            for inner in plain:
                companions(inner, dialect)

    for concept in concepts:
        for entry in concept.plain["found_in"]:
            for dialect in found:
                if dialect in entry:
                    found[dialect].add(entry[dialect])
                    companions(entry["attributes"], dialect)
    return found


def trimmed(item):
    kept = {key: item[key] for key in ("t", "b", "max", "v", "new") if key in item}
    if isinstance(item.get("n"), dict):
        kept["n"] = {name: trimmed(inner) for name, inner in item["n"].items()}
    elif "n" in item:
        kept["n"] = item["n"]
    return kept


def cfn_trimmed(node):
    if isinstance(node, dict):
        names = ("t", "ref", "items", "p", "map")
        return {key: cfn_trimmed(value) if key != "p" else {n: cfn_trimmed(v) for n, v in value.items()}
                for key, value in node.items() if key in names}  # fmt: skip
    return node


def write(path, data):
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
        out.write(json.dumps(data, sort_keys=True, separators=(",", ":")).encode())


def main(folder):
    used = types_in_use()
    terraform = {}
    for path in sorted(Path(folder).glob("terraform-*.json.gz")):
        schema = json.loads(gzip.decompress(path.read_bytes()))
        for section, prefix in (("resources", ""), ("data", "data.")):
            for name, resource in schema[section].items():
                if prefix + name in used["terraform"]:
                    terraform[prefix + name] = {"a": {n: trimmed(i) for n, i in resource["a"].items()}}
    resources = json.loads(gzip.decompress((Path(folder) / "cloudformation.json.gz").read_bytes()))["resources"]
    cloudformation = {
        name: {
            "props": {n: cfn_trimmed(v) for n, v in resources[name].get("props", {}).items()},
            "defs": {n: cfn_trimmed(v) for n, v in resources[name].get("defs", {}).items()},
            "createOnly": resources[name].get("createOnly", []),
            "readOnly": resources[name].get("readOnly", []),
        }
        for name in sorted(used["cloudformation"])
        if name in resources
    }
    (HERE / "schemas").mkdir(exist_ok=True)
    write(HERE / "schemas" / "terraform.json.gz", terraform)
    write(HERE / "schemas" / "cloudformation.json.gz", cloudformation)
    for dialect, known in (("terraform", terraform), ("cloudformation", cloudformation)):
        print(dialect, len(known), "types; not in the schemas:", sorted(used[dialect] - known.keys()))


if __name__ == "__main__":
    main(sys.argv[1])
