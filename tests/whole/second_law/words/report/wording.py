"""Names of the categories in a report."""

from tengbol.report.wording import CATEGORIES

CATEGORIES.clear()
CATEGORIES |= {
    "persons": "Money for persons",
    "companies": "Money for companies",
    "treasury": "Money for the treasury",
    "maintenance": "Maintenance",
    "acts": "Acts",
}
