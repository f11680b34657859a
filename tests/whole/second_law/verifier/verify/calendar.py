"""Whose working days `verify` counts."""

COUNTRY = "LT"
