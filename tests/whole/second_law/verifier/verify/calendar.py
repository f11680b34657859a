"""Whose working days `verify` counts."""

COUNTRY = "lithuania", "Lithuania"
