"""The variants of a scenario beside its base, for people: a sentence for each finding, a page, a sheet to decide by."""

from tengbol.report.whatif.findings import findings
from tengbol.report.whatif.page import page
from tengbol.report.whatif.sheet import sheet

__all__ = ["findings", "page", "sheet"]
