"""The book's tables, step by step: alembic migrations, shipped with the package and run by `book init`."""

from __future__ import annotations

from pathlib import Path

from tengbol.book.access import connect
from tengbol.book.schema import VERSION


def upgrade(url: str) -> None:
    """Bring the store at a URL to the version that this code needs; a step is done whole or not at all."""
    # The store makes its file as it makes all of them: for its owner alone.
    store = connect(url)
    from alembic import command
    from alembic.config import Config
    from sqlalchemy.exc import DBAPIError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["url"] = url
    try:
        command.upgrade(config, VERSION)
    except DBAPIError as error:
        with store.heard():
            raise error.orig or error from error
    finally:
        store.close()
