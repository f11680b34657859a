"""The book's tables, step by step: alembic migrations, shipped with the package and run by `book init`."""

from __future__ import annotations

from pathlib import Path

from tengbol.book.schema import VERSION


def upgrade(url: str) -> None:
    """Bring the store at a URL to the version that this code needs; a step is done whole or not at all."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["url"] = url
    command.upgrade(config, VERSION)
