"""What is answered when something was done, for the document of the API; `verbs.told` makes what acts answer."""

from __future__ import annotations

from pydantic import BaseModel


class BalanceChange(BaseModel):
    """By how much an enforcer's balance changed. received: writs; share: billionths of a writ."""

    enforcer_id: str
    category: str
    received: int
    share: int


class Effected(BaseModel):
    """said: what was done, in sentences. tried: whether it was only shown (`dry_run`)."""

    said: list[str]
    balances: list[BalanceChange]
    tried: bool


class SentBack(BaseModel):
    """waiting_again: writs that wait for a batch. without_writ: proceedings whose writ has to be imported to wait."""

    waiting_again: list[str]
    without_writ: list[str]


class Rows(BaseModel):
    """rows: how many were changed."""

    rows: int


class Holder(BaseModel):
    """previous_enforcer_id: who returned the writ."""

    previous_enforcer_id: str


class Nothing(BaseModel):
    """There is nothing to tell but that it was done."""


class OfLogin(BaseModel):
    """login: the account that was changed."""

    login: str


class OfToken(BaseModel):
    """token_id: the token that was revoked."""

    token_id: str


class OfHook(BaseModel):
    """hook_id: the webhook that was ended."""

    hook_id: str


class OfDelivery(BaseModel):
    """delivery_id: what is told again."""

    delivery_id: str


class OfProposal(BaseModel):
    """proposal_id: what was rejected."""

    proposal_id: str


class Announced(BaseModel):
    """source: the public value on which the seed of the chamber's next batch depends."""

    chamber_id: str
    source: str


class Proof(BaseModel):
    """public: what `link` is the hash of (docs/public.md)."""

    batch_id: str
    link: str
    public: dict[str, object]


class Health(BaseModel):
    """status: ok. book: the version of the book's tables."""

    status: str
    book: str | None = None
