"""How a batch read the order where it is open, as its settings say, and what `docs/law/readings.md` names."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from tengbol.phrase import Phrase

#: The values of each reading; the first is what is done where a batch does not say.
VALUES: Final = {
    # A batch that knows no such setting was made when short absences freed a writ.
    "short_absence_binds": ("free", "holder", "wait"),
    "index_day": ("received", "issued", "distributed"),
    "attached_when": ("nobody_present", "nobody_registered"),
    "case_binds": ("all", "collection"),
    "office_binds": ("free", "holder"),
}


class Readings(NamedTuple):
    """Of ¶11 to ¶14, ¶4, ¶9, ¶14 and ¶17, in this order."""

    short_absence_binds: str = "wait"
    index_day: str = "received"
    attached_when: str = "nobody_present"
    case_binds: str = "all"
    office_binds: str = "free"


#: What is done without settings.
USUAL: Final = Readings()


def readings_of(config: dict[str, Any]) -> Readings:
    """Read a manifest's settings. Raises `ValueError` for a value that is none."""
    given = {name: config.get(name, values[0]) for name, values in VALUES.items()}
    for name, value in given.items():
        if value not in VALUES[name]:
            raise ValueError(
                Phrase(
                    "{name} is {value}, none of {names}", name=name, value=f"{value!r}", names=", ".join(VALUES[name])
                )
            )
    return Readings(**given)
