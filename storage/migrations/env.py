"""Runs migrations on the connection the store hands over, inside its one transaction."""

from alembic import context

from storage.schema import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata)
with context.begin_transaction():
    context.run_migrations()
