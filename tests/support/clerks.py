"""Workbooks as clerks make them, each with the tables that it means: invented people, whose numbers nobody can have.

`made(seed)` draws a small chamber, and how a clerk would have written it: in which words, with what around it, as a
workbook of Excel or LibreOffice, or as files of a Russian Excel.
"""

from __future__ import annotations

import datetime as dt
import random
import zipfile
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import xlsxwriter

from tengbol.io.aliases import BESIDE_ALIASES, COLUMN_ALIASES, TABLE_ALIASES
from tengbol.io.clerks.codes import FLAGS, WORDS
from tengbol.parameters import categories, claims

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, Any]
MONTHS = {
    "kk": "қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан",
    "ru": "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря",
}
PLACES = ("Ойтас қаласы", "Көкжар ауданы", "Сарыбел ауданы", "Жаңатоғай ауданы")
PEOPLE = (
    "Сәрсенов Ерлан Болатұлы",
    "Ким Анна Сергеевна",
    "Әбдіқадыр Гүлнұр",
    "Петров-Иванов О.",
    "Ғани Мөлдір Өтегенқызы",
)
COURTS = ("Ойтас қалалық соты", "Суд № 2 г. Ойтас", "Нотариус Қ. Үсенова", "СМЭС Акмолинской области")


def number(random_: random.Random, *, zeros: int = 0) -> str:
    """A number of twelve digits with its check digit, of a month that no year has."""
    while True:
        year = "0" * min(zeros, 2) if zeros else f"{random_.randrange(1, 100):02}"
        eleven = f"{year}{random_.randrange(13, 20)}{random_.randrange(1, 29):02}{random_.randrange(3, 7)}" + "".join(
            random_.choice("0123456789") for _ in range(4)
        )
        total = sum(int(digit) * weight for digit, weight in zip(eleven, range(1, 12), strict=True)) % 11
        if total < 10:
            return eleven + str(total)


def meant(draw: random.Random) -> dict[str, list[Row]]:
    """The tables of a small chamber, as their contract columns hold them; of the Order's categories.

    What is drawn for a seed was saved by other programs (`libreoffice`), so it must stay whatever the law gets later.
    """
    districts = [
        {"district_id": f"1110{n}0000", "name": name, "chamber_id": "KZ-11"} for n, name in enumerate(PLACES, 1)
    ]
    enforcers = [
        {
            "enforcer_id": f"JSO-{n:03}",
            "name": draw.choice(PEOPLE),
            "district_id": draw.choice(districts)["district_id"],
            "licensed_from": dt.date(2015, 1, 1) + dt.timedelta(draw.randrange(3000)),
            "licensed_to": None,
        }
        for n in range(1, 7)
    ]
    writs = []
    for n in range(1, draw.randrange(6, 16)):
        received = dt.datetime(2026, 11, draw.randrange(2, 24), draw.randrange(9, 18), draw.randrange(60))
        form, claim = draw.choice(("paper", "electronic")), draw.choice(claims(dt.date.min))
        origin = draw.choice(("new", "new", "new", "returned", "forwarded", "redistributed"))
        writs.append(
            {
                "writ_id": f"26/{n:04}-{draw.randrange(100)}",
                "received_at": received,
                "form": form,
                "issued_by": draw.choice(COURTS),
                "number": f"{draw.randrange(100, 9999)}-26-00-2/{n}",
                "issued_on": received.date() - dt.timedelta(draw.randrange(1, 300)),
                "subject": draw.choice(("Берешек, айыппұл", "Взыскание долга", "О сносе; о выселении")),
                "claim": claim,
                "amount": round(draw.uniform(1000, 4_000_000), 2) if claim == "money" else None,
                "creditor_id": number(draw),
                "creditor_kind": draw.choice(("individual", "legal_entity", "state")),
                "debtor_id": number(draw, zeros=draw.choice((0, 0, 0, 2))),
                "debtor_district_id": draw.choice(districts)["district_id"],
                "case_id": draw.choice((None, f"2-{n}/2026")),
                "immediate": draw.random() < 0.1,
                "state_interest": draw.random() < 0.1,
                "signature": draw.choice(("valid", "invalid", "absent")) if form == "electronic" else None,
                "original_attached": draw.random() < 0.9 if form == "paper" else None,
                "origin": origin,
                "previous_enforcer_id": None if origin == "new" else draw.choice(enforcers)["enforcer_id"],
                "debtor_name": draw.choice(PEOPLE),
                "creditor_name": draw.choice((None, *PEOPLE)),
            }
        )
    absences = [
        {
            "enforcer_id": enforcer["enforcer_id"],
            "reason": draw.choice(list(WORDS["reason"])),
            "start": dt.date(2026, 11, draw.randrange(1, 28)),
            "end": draw.choice((None, dt.date(2026, 12, 20))),
            "reference": draw.choice((None, "Бұйрық № 15")),
        }
        for enforcer in enforcers[:3]
    ]
    balances = [
        {
            "enforcer_id": enforcer["enforcer_id"],
            "category": category,
            "received": draw.randrange(90),
            "share": f"{draw.randrange(90)}.{draw.choice(('5', '25', '333333333'))}",
        }
        for enforcer in enforcers
        for category in draw.sample(categories(dt.date.min), 2)
    ]
    return {"districts": districts, "enforcers": enforcers, "absences": absences, "writs": writs, "balances": balances}


class Hand:
    """How one clerk writes: his language, and a habit for each kind of cell, drawn once or cell by cell."""

    def __init__(self, draw: random.Random, *, text_only: bool) -> None:
        self.draw, self.text_only = draw, text_only
        self.language = draw.choice(("kk", "ru"))

    def day(self, day: dt.date) -> Any:
        month, year = MONTHS[self.language].split("|")[day.month - 1], {"kk": "ж.", "ru": "г."}[self.language]
        ways = [
            day.isoformat(),
            f"{day:%d.%m.%Y}",
            f"{day.day}.{day.month}.{day.year}",
            f"{day:%d.%m.%Y} г.",
            f"{day.day} {month} {day.year} {year}",
        ]
        return self.draw.choice(ways if self.text_only else [*ways, day, day])

    def moment(self, moment: dt.datetime) -> Any:
        ways = [f"{moment:%d.%m.%Y %H:%M}", moment.isoformat(), f"{moment:%d.%m.%Y}, {moment.hour}:{moment:%M}"]
        return self.draw.choice(ways if self.text_only else [*ways, moment, moment])

    def sum(self, tenge: float) -> Any:
        whole, rest = f"{tenge:.2f}".split(".")
        spaced = f"{int(whole):,}".replace(
            ",", self.draw.choice((" ", "\u00a0") if self.text_only else ("\u202f", " "))
        )
        ways = [f"{spaced},{rest}", f"{whole}.{rest}", f"{spaced},{rest} тг", f"{spaced}.{rest} теңге"]
        if not self.text_only:  # not every file's encoding has the sign
            ways.append(f"{whole},{rest} ₸")
        return self.draw.choice(ways if self.text_only else [*ways, tenge, tenge])

    def person(self, number_: str) -> Any:
        ways = [
            number_,
            f"{number_[:6]} {number_[6:]}",
            f"ИИН {number_}",
            f"ЖСН: {number_}",
            f"'{number_}",
            f"{number_}.0",
            f" {number_}\u00a0",
            number_.lstrip("0"),
        ]
        return self.draw.choice(ways if self.text_only else [*ways, int(number_)])

    def place(self, district: Row) -> Any:
        name, kind = district["name"].split()
        told = f"г. {name}" if kind == "қаласы" else f"{name} район"
        return self.draw.choice((district["district_id"], district["name"], told))

    def cell(self, column: str, value: Any, districts: dict[str, Row], *, own: bool) -> Any:
        if value is None:
            return None
        if column in ("debtor_id", "creditor_id"):
            return self.person(value)
        if column.endswith("district_id") and not own:
            return self.place(districts[value])
        if isinstance(value, bool):
            key = "yes" if value else "no"
            return self.draw.choice([*FLAGS["every"][key], *FLAGS.get(column, {}).get(key, [])])
        if isinstance(value, dt.datetime):
            return self.moment(value)
        if isinstance(value, dt.date):
            return self.day(value)
        if column == "amount":
            return self.sum(value)
        if column == "share":
            return value.replace(".", self.draw.choice((",", "."))) if "333" not in value else value
        if column in WORDS:
            word = self.draw.choice(WORDS[column][value])
            return self.draw.choice((word, word.capitalize(), word.upper()))
        if column.endswith("enforcer_id") and not own:
            return self.draw.choice((value, value.lower(), value.replace("-", "–"), f" {value} "))
        return value


def headers(draw: random.Random, table: str, columns: list[str]) -> dict[str, str]:
    """A word for each column that no other column of the table has."""
    names = {**COLUMN_ALIASES[table], **BESIDE_ALIASES}
    every = [word for column in (*COLUMN_ALIASES[table], *BESIDE_ALIASES) for word in names[column]]
    chosen = {}
    for column in columns:
        alone = [word for word in names[column] if every.count(word) == 1 and word not in ("№", "с", "по", "до")]
        word = draw.choice(alone)
        chosen[column] = draw.choice((word, word.capitalize(), word.upper(), f"{word}:"))
    return chosen


def sheets(seed: int, *, text_only: bool) -> tuple[dict[str, list[list[Any]]], dict[str, list[Row]]]:
    """Sheets by name, each as lines of cells, and what they mean."""
    draw = random.Random(seed)
    tables, hand = meant(draw), Hand(draw, text_only=text_only)
    districts = {row["district_id"]: row for row in tables["districts"]}
    found: dict[str, list[list[Any]]] = {}
    for table, rows in tables.items():
        columns = list(rows[0])
        draw.shuffle(columns)
        words = headers(draw, table, columns)
        numbered, noted = draw.random() < 0.5, draw.random() < 0.5
        own = {"districts": "district_id", "enforcers": "enforcer_id", "writs": "writ_id"}.get(table)
        lines: list[list[Any]] = [[draw.choice(("Өңірлік палата", "Реестр", None))] for _ in range(draw.randrange(4))]
        head: list[Any] = [*(["№ п/п"] if numbered else []), *words.values(), *(["Ескертпе"] if noted else [])]
        lines.append(head)
        for n, row in enumerate(rows, 1):
            cells = [hand.cell(column, row[column], districts, own=column == own) for column in words]
            lines.append([*([n] if numbered else []), *cells, *([draw.choice((None, "тексерілсін"))] if noted else [])])
            if draw.random() < 0.1:
                lines.append([None] * len(head))
            if draw.random() < 0.05:
                lines.append(head)
        if numbered and draw.random() < 0.5:
            lines.append([draw.choice(("Итого", "Барлығы:", "Жиыны"))])
        name = draw.choice([*TABLE_ALIASES[table], f"Лист{len(found) + 1}"])
        found[name[:31].replace("/", " ")] = lines
    return found, tables


def made(seed: int, folder: Path) -> tuple[Path, dict[str, list[Row]]]:
    """Write the workbook of a seed, or its files; returns where, and what it means."""
    kind = ("xlsx", "xlsx", "ods", "csv")[seed % 4]
    pages, tables = sheets(seed, text_only=kind == "csv")
    if kind == "csv":
        place = folder / "files"
        place.mkdir()
        encoding = ("utf-8-sig", "utf-8", "kz1048", "utf-16")[seed // 4 % 4]
        for name, lines in pages.items():
            width = max(map(len, lines))
            whole = [[*line, *[None] * (width - len(line))] for line in lines]
            rows = "\r\n".join(";".join(map(_quoted, line)) for line in whole)
            (place / f"{name}.csv").write_bytes((rows + "\r\n").encode(encoding, errors="replace"))
    else:
        place = folder / f"book.{kind}"
        (_xlsx if kind == "xlsx" else ods)(place, pages)
    return place, tables


def _quoted(cell: Any) -> str:
    text = "" if cell is None else str(cell)
    return f'"{text}"' if any(sign in text for sign in ';"\n') else text


def _xlsx(place: Path, pages: dict[str, list[list[Any]]]) -> None:
    with xlsxwriter.Workbook(place, {"strings_to_numbers": False}) as book:
        moment, day = (book.add_format({"num_format": shown}) for shown in ("dd.mm.yyyy hh:mm", "dd.mm.yyyy"))
        for name, lines in pages.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if isinstance(cell, dt.datetime):
                        sheet.write_datetime(row, column, cell, moment)
                    elif isinstance(cell, dt.date):
                        sheet.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), day)
                    elif isinstance(cell, int | float):
                        sheet.write_number(row, column, cell)
                    elif cell is not None:
                        sheet.write_string(row, column, cell)
        book.add_worksheet("Пусто").hide()


def ods(place: Path, pages: dict[str, list[list[Any]]]) -> None:
    """Write sheets as an OpenDocument workbook, days as such."""

    def shown(cell: Any) -> str:
        match cell:
            case None:
                return "<table:table-cell/>"
            case dt.datetime() | dt.date():
                kind = 'table:style-name="d" office:value-type="date"'
                return f'<table:table-cell {kind} office:date-value="{cell.isoformat()}"/>'
            case int() | float():
                kind = f'office:value-type="float" office:value="{cell}"'
            case _:
                kind = 'office:value-type="string"'
        return f"<table:table-cell {kind}><text:p>{escape(str(cell))}</text:p></table:table-cell>"

    names = {"office": "office", "table": "table", "text": "text", "style": "style", "number": "datastyle"}
    # A program shows, and keeps, as a day only what has a style of days.
    day = "".join(f"<number:{part}/>" for part in ("year", "month", "day"))
    styles = (
        f'<office:automatic-styles><number:date-style style:name="N">{day}</number:date-style>'
        '<style:style style:name="d" style:family="table-cell" style:data-style-name="N"/></office:automatic-styles>'
    )
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}:1.0"' for name, of in names.items())
    body = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(shown, line))}</table:table-row>" for line in lines)
        + "</table:table>"
        for name, lines in pages.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3">'
        f"{styles}<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    named = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{named}" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(place, "w") as file:
        file.writestr("mimetype", kind)
        file.writestr("content.xml", content)
        file.writestr("META-INF/manifest.xml", manifest)
