"""How alembic comes to the store: called by `upgrade`, never by alembic's own command line."""

from __future__ import annotations

import sqlalchemy as sa
import sqlalchemy.event
from alembic import context


def _session():
    # By the same door as at work: what a URL may say, and that no password is told, is decided there.
    from tengbol.book.postgresql import connected

    session = connected(url)
    session.autocommit = False
    return session


url = context.config.attributes["url"]
in_file = url.startswith("sqlite:///")
engine = sa.create_engine(url) if in_file else sa.create_engine("postgresql+psycopg://", creator=_session)
if engine.dialect.name == "sqlite":
    # The driver would commit before each statement that makes a table; so a step is one transaction, as elsewhere.
    @sqlalchemy.event.listens_for(engine, "connect")
    def _by_hand(connection, _record):
        connection.isolation_level = None

    @sqlalchemy.event.listens_for(engine, "begin")
    def _begin(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.connect() as connection:
    context.configure(connection=connection, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
