"""What the program says of whoever already has a debtor."""

from tengbol.model.sentences import CLAIMS

CLAIMS["alimony_debtor"] = ("already has this debtor", "already has this debtor")
