"""`book export`: the book as the contract's tables, in a folder that appears whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tengbol.book.acts import head
from tengbol.book.example import marked_example
from tengbol.book.kept import contract_tables
from tengbol.book.naming import names_of
from tengbol.book.store import files_of
from tengbol.io.kinds import EXPORT
from tengbol.io.outputs import Output, refuse_unless_replaceable
from tengbol.io.read import read
from tengbol.io.staging import staging
from tengbol.io.write import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from tengbol.book.store import Store
    from tengbol.io.read import Reading


def export_all(store: Store, out: Path) -> dict[str, int]:
    """Write what the book holds now; returns the rows of each table. Of writs those that are pending."""
    output = Output(out, EXPORT, files_of(store.url), private=True)
    refuse_unless_replaceable(output)
    with store.reading():
        tables = contract_tables(store)
        names = names_of(store, tables["writs"]["writ_id"])
        if names.height:
            tables["writs"] = tables["writs"].join(names, on="writ_id", how="left", maintain_order="left")
        last = head(store)
        example = {"example": True} if marked_example(store) else {}
    manifest = {"book": {"event": last["seq"], "hash": last["hash"]} if last else {}, **example}
    write_whole(output, tables, {}, lambda outputs: {**manifest, "outputs": outputs}, kinds=("csv",))
    return {name: frame.height for name, frame in tables.items()}


def read_book(store: Store) -> Reading:
    """Read what a book holds now, by way of its export, so that it passes the same door as any other tables."""
    with staging() as folder:
        export_all(store, folder / "book")
        return read(folder / "book")
