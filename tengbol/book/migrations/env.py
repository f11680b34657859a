"""How alembic comes to the store: called by `upgrade`, never by alembic's own command line."""

from __future__ import annotations

import sqlalchemy as sa
import sqlalchemy.event
from alembic import context

engine = sa.create_engine(context.config.attributes["url"])
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
