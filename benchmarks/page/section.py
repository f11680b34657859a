"""What a page is made of: sections of sentences, tables and charts, and how they are written as Markdown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table of text; the first column reads from the left, the others from the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""

    def __str__(self) -> str:
        lines = [
            *([f"**{self.title}**", ""] if self.title else []),
            "| " + " | ".join(self.columns) + " |",
            "|---|" + "---:|" * (len(self.columns) - 1),
            *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in self.rows),
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Chart:
    """A picture in a file of its own. about: what it shows, for who cannot see it."""

    name: str
    about: str
    svg: str

    def __str__(self) -> str:
        return self.linked()

    def linked(self, folder: str = "") -> str:
        """The picture on a page, its file in `folder` (which ends with a slash) beside that page."""
        return f"![{self.about}]({folder}{self.name}.svg)"


@dataclass(frozen=True)
class Listing:
    """Sentences, one a line."""

    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(f"- {sentence}" for sentence in self.sentences)


@dataclass(frozen=True)
class Judged:
    """An aim and what was measured. met: null when it was not measured. why: the reason it was missed, where known."""

    aim: str
    measured: str
    met: bool | None
    why: str = ""


@dataclass(frozen=True)
class Section:
    """A titled part of the page. judged: aims that only this section can measure."""

    title: str
    parts: tuple[str | Table | Chart | Listing, ...]
    judged: tuple[Judged, ...] = ()

    def __str__(self) -> str:
        return "\n\n".join([f"## {self.title}", *map(str, self.parts)])

    @property
    def charts(self) -> list[Chart]:
        """The pictures of this section."""
        return [part for part in self.parts if isinstance(part, Chart)]

    @property
    def tables(self) -> list[Table]:
        """The tables of this section."""
        return [part for part in self.parts if isinstance(part, Table)]


def percent(share: float | None) -> str:
    """A share as text: fine where it is small."""
    if share is None:
        return "–"
    if share == 0:
        return "0"
    return f"{share:,.0%}" if share >= 10 else f"{share:.2%}" if share >= 1e-4 else f"{share:.1e}"


def mega(size: int) -> str:
    """Bytes in MB."""
    return f"{size / 10**6:,.0f}"
