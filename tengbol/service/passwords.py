"""Passwords by argon2, one-time codes by TOTP (RFC 6238), secrets that are shown once and kept as hashes."""

from __future__ import annotations

import hashlib
import secrets
import time
import unicodedata
from functools import cache
from typing import Final

import argon2
from pyotp import random_base32
from pyotp.totp import TOTP
from pyotp.utils import strings_equal

from tengbol.errors import UnusableInputError

_HASHER: Final = argon2.PasswordHasher()
#: As NIST SP 800-63B asks of passwords that are the only factor for somebody.
_LEAST, _MOST = 12, 256
#: Seconds for which a code holds, and by how many steps clocks may differ.
_STEP, _LENIENCE = 30, 1


def hashed(password: str) -> str:
    """A password's hash, with its parameters and salt."""
    return _HASHER.hash(_same(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one kept; takes as long where there is none."""
    try:
        return _HASHER.verify(kept or _nobody(), _same(password)) and kept is not None
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def refuse_weak(password: str, login: str) -> None:
    """Raise `UnusableInputError` where a password is too short or is the login."""
    if not _LEAST <= len(_same(password)) <= _MOST or len(set(password)) < 5 or login.casefold() in password.casefold():
        raise UnusableInputError(
            "A password has {least} to {most} characters, five different ones, and not the login in it.",
            least=_LEAST,
            most=_MOST,
        )


def drawn_password() -> str:
    """A password to be shown once: 20 letters and digits, none of them like another."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def drawn() -> str:
    """A secret of 256 bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret that was drawn: it cannot be guessed, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def totp_drawn() -> str:
    """A new key for one-time codes."""
    return random_base32()


def totp_uri(key: str, login: str) -> str:
    """What an authenticator reads."""
    return TOTP(key).provisioning_uri(name=login, issuer_name="tengbol")


def totp_step(key: str, code: str, last: int | None, now: float | None = None) -> int | None:
    """The time step of a code that is right and later than the `last` one used; else None."""
    at = int((time.time() if now is None else now) // _STEP)
    for step in range(at - _LENIENCE, at + _LENIENCE + 1):
        if step > (last or 0) and strings_equal(TOTP(key).generate_otp(step), code.strip()):
            return step
    return None


@cache
def _nobody() -> str:
    return _HASHER.hash(drawn())


def _same(password: str) -> str:
    return unicodedata.normalize("NFC", password)
