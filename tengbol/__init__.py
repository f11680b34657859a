"""Tengbol, "тең бөл", divide equally: writs among private court enforcers, as evenly as the rules allow, proven."""

__version__ = "0.1.0"
