"""Where what a report found is mended: the line and the edit that clear it; never whether it must be."""

from gatepost.causes.finding_causes import with_causes as with_causes
