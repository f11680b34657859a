"""Headers that name a party of a writ, or a person: whether his number stands under them, or his name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

#: Headers whose meaning is remembered.
_REMEMBERED: Final = 4096

#: Words of a header that names the IIN or BIN of a party and nothing else.
_IDS: Final = frozenset({"иин", "бин", "жсн", "бсн", "жсні", "бсні", "iin", "bin"})
_BESIDE_IDS: Final = frozenset({"и", "мен", "номер", "нөмірі", "№", "і"})
_PARTIES: Final = {
    "иин/бин должника": re.compile(r"должник(?:а|у)?|борышкер(?:дің|дин|і)?"),
    "иин/бин взыскателя": re.compile(r"взыскател(?:ь|я|ю)|өндіріпалушы(?:ның|сы)?"),
}
#: Words of a header that names a party and nothing else of it.
_CALLED: Final = frozenset(
    {"фио", "ф", "и", "о", "имя", "фамилия", "отчество", "наименование", "название", "полное", "или"}
    | {"аты", "жөні", "тегі", "әкесінің", "атауы", "толық", "т", "а", "ә", "таә", "немесе"}
)


def number_of(name: str) -> str:
    """«борышкердің жсн і» → `иин/бин должника`: any header of these words alone is that party's number."""
    parts = [part for part in re.split(r"[\s/(),.:|–—]+", name.replace("өндіріп алушы", "өндіріпалушы")) if part]
    others = [part for part in parts if part not in _IDS | _BESIDE_IDS]
    if len(others) == 1 and _IDS & set(parts):
        return next((known for known, party in _PARTIES.items() if party.fullmatch(others[0])), "")
    return ""


def names_in_bracket(name: str) -> bool:
    """Whether the bracket at a header's end says that names stand under it."""
    found = re.search(r"\(([^()]+)\)$", name)
    return found is not None and set(re.findall(r"\w+", found[1])) <= _CALLED


@lru_cache(maxsize=_REMEMBERED)
def name_of(name: str) -> str | None:
    """«Должник: Ф.И.О./наименование» → `debtor_name`: any header of these words alone is that party's name."""
    parts = [part for part in re.split(r"[\s/(),.:|–—]+", name.replace("өндіріп алушы", "өндіріпалушы")) if part]
    others = [part for part in parts if part not in _CALLED]
    if len(others) != 1 or len(parts) == 1:
        return None
    named = zip(("debtor_name", "creditor_name"), _PARTIES.values(), strict=True)
    return next((name for name, party in named if party.fullmatch(others[0])), None)
