"""Gatepost, a policy gate for infrastructure code and scan reports; the version lives here, logic never does."""

__version__ = "0.1.0"
