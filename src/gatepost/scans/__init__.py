"""Scan reports of other tools read into findings, a file per format; never the network, never a policy."""

from gatepost.scans.report import ScanResult as ScanResult
from gatepost.scans.report import read_report as read_report
from gatepost.scans.table import FORMATS as FORMATS
