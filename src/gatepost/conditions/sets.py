"""Sets in whatever notation: ports, networks, patterns; never where they were written."""

from gatepost.conditions.intervals import NetworkSet as NetworkSet
from gatepost.conditions.intervals import PortSet as PortSet
from gatepost.conditions.patterns import PatternSet as PatternSet
