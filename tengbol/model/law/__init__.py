"""The law as one value: what a batch is distributed by, besides the tables.

The rules are applied in the order of `docket`; each cites its paragraph. What the order leaves to other acts (the index
of ¶4, the calendar of ¶7), and how it is read where it is open, are the values below, whose defaults stand
in `parameters.toml` with their sources; `docs/law/readings.md` says for each reading what the text leaves open, what is
done without a setting, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tengbol.model.codes import BOUND_BASES
from tengbol.parameters import READINGS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tengbol.choices import AttachedWhen, CaseBinds, IndexDay, OfficeBinds, ShortAbsence
    from tengbol.config import Calendar, Config


@dataclass(frozen=True)
class Law:
    """What the rules ask that no table says.

    mci: tenge, by the first day each value is in force. calendar: decrees that move working days. The readings are
    those of `Config`. binds: by which claims on the record a writ is bound (`codes.BOUND_BASES`); all of them, save
    where somebody asks what the rules bring.
    """

    mci: Mapping[dt.date, int]
    calendar: Calendar
    index_day: IndexDay
    attached_when: AttachedWhen
    short_absence_binds: ShortAbsence
    case_binds: CaseBinds
    office_binds: OfficeBinds
    binds: tuple[str, ...] = BOUND_BASES


def law_of(config: Config) -> Law:
    """Read the settings of a batch as a law."""
    return Law(config.mci, config.calendar, **{name: getattr(config, name) for name in READINGS})
