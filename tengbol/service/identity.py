"""Signing in by an identity provider that the chamber has already: OpenID Connect, by its code flow with PKCE.

An account is matched by the subject or e-mail that the administrator gave it; nobody gets an account, or a right, by
having an identity. What a sign-in under way needs is kept in the store, so that any server of a book can end it.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tengbol.book import desk
from tengbol.errors import UnusableInputError
from tengbol.service import passwords
from tengbol.service.watch import log

if TYPE_CHECKING:
    from pathlib import Path

    from tengbol.book.store import Store

#: Claims by which an account may be matched, and what is asked for besides.
CLAIMS: Final = {"sub": "openid", "email": "openid email"}
#: Seconds for a sign-in at the provider, for one of its answers, and for which what it says of itself is kept.
UNDER_WAY: Final = 600.0
_ANSWER: Final = 10.0
_KEPT: Final = 3600.0
#: Algorithms by which a provider may sign; never none, nor one whose key is the client's secret.
_SIGNED: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
_NAMES: Final = {"issuer", "client_id", "secret_file", "claim", "name"}


class UnknownError(Exception):
    """A sign-in that lets nobody in: why stands in the log, without whose it was."""


@dataclass
class Provider:
    """issuer: its address, as it stands in its tokens. claim: by which accounts are matched. name: of the button."""

    issuer: str
    client_id: str
    secret: str
    claim: str
    name: str
    _told: dict[str, Any] = field(default_factory=dict)
    _until: float = 0.0

    def metadata(self, *, fresh: bool = False) -> dict[str, Any]:
        """What the provider says of itself, and its keys. Raises `UnknownError` where it does not answer rightly."""
        if fresh or time.monotonic() > self._until:
            told = _asked(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != self.issuer:
                raise UnknownError("issuer")
            self._told = {**told, "jwks": _asked(told["jwks_uri"])}
            self._until = time.monotonic() + _KEPT
        return self._told


def provider_from(place: Path) -> Provider:
    """The provider that a file of settings names. Raises `UnusableInputError`."""
    import tomllib

    try:
        told = tomllib.loads(place.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UnusableInputError("{place}: cannot be read ({reason}).", place=place, reason=error) from error
    texts = all(isinstance(value, str) and value for value in told.values())
    if not texts or not set(told) <= _NAMES or not {"issuer", "client_id", "secret_file"} <= set(told):
        raise UnusableInputError(
            "{place}: issuer, client_id and secret_file are needed, claim and name may be given; each is a text.",
            place=place,
        )
    if told.get("claim", "sub") not in CLAIMS:
        raise UnusableInputError("{place}: claim: one of {claims} is accepted.", place=place, claims=", ".join(CLAIMS))
    parts = urlsplit(told["issuer"])
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise UnusableInputError("{place}: issuer: an address that begins with https:// is needed.", place=place)
    secret = _secret(place.parent / told["secret_file"])
    return Provider(told["issuer"], told["client_id"], secret, told.get("claim", "sub"), told.get("name", parts.netloc))


def _secret(place: Path) -> str:
    from tengbol.io import private

    try:
        secret = place.read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as error:
        raise UnusableInputError("{place}: cannot be read ({reason}).", place=place, reason=error) from error
    if not secret or private.readable([place], group=False):
        raise UnusableInputError("{place}: is empty, or others can read it: chmod 600 closes it.", place=place)
    return secret


def begin(store: Store, provider: Provider, back: str) -> tuple[str, str]:
    """Where to send somebody who signs in, and the secret that his browser brings back. back: the address of return."""
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    state, nonce, verifier = passwords.drawn(), passwords.drawn(), secrets.token_urlsafe(48)
    with store.writing():
        store.execute("DELETE FROM identities WHERE ends_at < :now", now=desk.moment())
        digest, ends = passwords.digest(state), desk.moment(UNDER_WAY)
        desk.put(store, "identities", digest=digest, nonce=nonce, verifier=verifier, ends_at=ends)
    with _client(provider, back) as client:
        url, _ = client.create_authorization_url(
            provider.metadata()["authorization_endpoint"],
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
    return url, state


def begun(store: Store, state: str, kept: str | None) -> dict[str, Any]:
    """The sign-in that comes back with a state, which serves once. kept: by the browser. Raises `UnknownError`."""
    if not kept or not secrets.compare_digest(kept.encode(), state.encode()):
        raise UnknownError("state")
    digest = passwords.digest(state)
    row = desk.one(store, "identities", "digest = :digest", digest=digest)
    if row is None or not store.execute("DELETE FROM identities WHERE digest = :digest", digest=digest):
        raise UnknownError("state")
    if row["ends_at"] < desk.moment():
        raise UnknownError("too late")
    return row


def account_of(store: Store, provider: Provider, claims: dict[str, Any]) -> dict[str, Any]:
    """The account of whom a provider's claims name. Raises `UnknownError` where there is none."""
    identity = folded(str(claims.get(provider.claim) or ""))
    if not identity or (provider.claim == "email" and claims.get("email_verified") is not True):
        raise UnknownError(provider.claim)
    found = desk.one(store, "accounts", "identity = :identity AND closed_at IS NULL", identity=identity)
    if found is None:
        raise UnknownError("no account")
    return found


def folded(identity: str) -> str:
    """An identity as accounts have it: of e-mails, capital letters mean nothing."""
    return identity.strip().casefold() if "@" in identity else identity.strip()


def claims(provider: Provider, back: str, code: str, row: dict[str, Any]) -> dict[str, Any]:
    """What the provider's token says, once its signature, issuer, audience, times and nonce are right.

    row: of the sign-in (`begun`). Raises `UnknownError`.
    """
    from authlib.common.errors import AuthlibBaseError
    from authlib.oidc.core import CodeIDToken
    from joserfc import errors, jwt
    from joserfc.jwk import KeySet

    try:
        with _client(provider, back) as client:
            endpoint = provider.metadata()["token_endpoint"]
            token = client.fetch_token(endpoint, code=code, code_verifier=row["verifier"], timeout=_ANSWER)
        signed = token["id_token"]
        try:
            read = jwt.decode(signed, KeySet.import_key_set(provider.metadata()["jwks"]), algorithms=list(_SIGNED))
        except (errors.InvalidKeyIdError, errors.BadSignatureError):
            # Its keys may have changed since.
            keys = KeySet.import_key_set(provider.metadata(fresh=True)["jwks"])
            read = jwt.decode(signed, keys, algorithms=list(_SIGNED))
        due = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        }
        asked = {"nonce": row["nonce"], "client_id": provider.client_id, "access_token": token.get("access_token")}
        told = CodeIDToken(read.claims, read.header, due, asked)
        told.validate(leeway=60)
    except UnknownError:
        raise
    except (AuthlibBaseError, errors.JoseError, KeyError, ValueError, OSError) as error:
        raise UnknownError(type(error).__name__) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("httpx", "httpx2"):
            raise
        raise UnknownError(type(error).__name__) from error
    return dict(told)


def _client(provider: Provider, back: str) -> Any:
    import warnings

    with warnings.catch_warnings():
        # It says that httpx has a successor; both will do.
        warnings.simplefilter("ignore", DeprecationWarning)
        from authlib.integrations.httpx_client import OAuth2Client

    return OAuth2Client(
        provider.client_id, provider.secret, scope=CLAIMS[provider.claim], redirect_uri=back, timeout=_ANSWER
    )


def _asked(address: str) -> dict[str, Any]:
    import httpx

    try:
        told = httpx.get(address, timeout=_ANSWER, follow_redirects=False).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        log("identity provider", address=address, fault=type(error).__name__)
        raise UnknownError(type(error).__name__) from error
    if not isinstance(told, dict):
        raise UnknownError("metadata")
    return told
