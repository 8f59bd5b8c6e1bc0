"""The order of the steps from paths to verdict, which nobody else knows; never a detail of any step."""

from gatepost.pipeline.request import Request as Request
from gatepost.pipeline.steps import check as check
