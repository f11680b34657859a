"""The same, said by `verify`."""

from tengbol.verify.wording import TEMPLATES

TEMPLATES["claims"]["alimony_debtor"] = ["already has this debtor", "already has this debtor"]
