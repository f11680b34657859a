"""When two numbers of a case are one to whoever reads them (contract 0.2), told a second time."""

from __future__ import annotations

from functools import cache
from typing import Final

#: Letters of the other alphabet by the Latin ones they look like; every dash; both slashes.
_READ_AS: Final = str.maketrans(
    {
        **{ord(letter): latin for letter, latin in zip("авекмнорстхуіѕјһ", "abekmhopctxyisjh", strict=True)},
        **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212), "-"),
        **dict.fromkeys((0x5C, 0x2044, 0x2215), "/"),
    }
)


@cache
def as_read(number: str) -> str:
    """Return what is left of a case's number when all that only looks different is taken away."""
    text = "".join(number.split()).lower().translate(_READ_AS)
    for sign in ("№", "n°", "no."):
        text = text.replace(sign, "")
    while "--" in text:
        text = text.replace("--", "-")
    while "//" in text:
        text = text.replace("//", "/")
    return text
