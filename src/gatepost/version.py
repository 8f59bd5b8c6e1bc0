"""The version of Gatepost; never anything else, so that every part may name it without naming the package's API."""

__version__ = "0.1.0"
