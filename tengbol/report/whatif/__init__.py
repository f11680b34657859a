"""The variants of a scenario beside its base, for people: a sentence for each finding, and a page with charts."""

from tengbol.report.whatif.findings import findings
from tengbol.report.whatif.page import page

__all__ = ["findings", "page"]
