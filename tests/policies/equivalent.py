"""Mutants that change nothing that a case could show, with the reason; never those for which a case is missing."""

from __future__ import annotations

GUARD = "the rest of the condition says it too; by the program rules are picked, so that others cost nothing"
ONLY = "no other program that is known has this subcommand"

EQUIVALENT = {
    ("aws/acm/certificate-key-weak", "forbid: any 2: certificate.key_bits: at_most: -1"): "no curve has 223 bits",
    ("aws/ec2/instance-in-public-subnet", "forbid: subnet.associations: some: turned"): "a subnet has one table",
    ("aws/transfer/ssh-policy-outdated", "require: year: at_least: -1"): "there is no policy of 2019",
    ("docker/apt-lists-kept", "forbid: commands: some: not: any 2: after: some: program dropped"): ONLY,
    ("docker/cd-in-run", "forbid: program dropped"): GUARD,
    ("docker/download-in-the-clear", "forbid: not: any 2: after: some: any 2: program dropped"): ONLY,
    ("docker/git-clone-moving", "forbid: program dropped"): ONLY,
}
