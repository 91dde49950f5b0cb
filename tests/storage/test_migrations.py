"""The migrations make the tables the schema says, there and back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from storage import store as store_module
from storage.filters import WORDS
from storage.schema import Table
from storage.store import NEWEST_REVISION, Store

OURS = sorted(Table.metadata.tables)


@pytest.fixture
def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(store_module.__file__).parent / "migrations"))
    return made


@pytest.fixture
def migrate(store: Store, config: Config) -> Callable[..., None]:
    """Run one of alembic's commands on the store."""

    def run(verb: Callable[[Config, str], None], revision: str) -> None:
        with store.engine.execution_options(writes=True).begin() as connection:
            config.attributes["connection"] = connection
            verb(config, revision)

    return run


def tables(store: Store) -> list[str]:
    """Our tables as they stand in the database."""
    with store.engine.connect() as connection:
        found = connection.scalars(text("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"))
        return [name for name in found if name != "alembic_version" and not name.startswith(WORDS.name)]


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """All but the full-text index, which is no table SQLAlchemy knows."""
    return kind != "table" or not str(name).startswith(WORDS.name)


def differences(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        opts = {"compare_type": True, "compare_server_default": True, "include_name": is_ours}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, Table.metadata))


class TestMigrations:
    def test_make_the_schema(self, store: Store):
        """The migrated database is the one the schema describes, types and indexes included."""
        assert [] == differences(store)

    def test_difference_would_show(self, store: Store):
        """A column the schema does not know is told: the comparison is no empty one."""
        with store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE alert ADD COLUMN raw TEXT")

        assert "raw" == differences(store)[0][-1].name

    def test_there_and_back(self, store: Store, migrate: Callable[..., None]):
        """Down to nothing and up again: the same tables, and nothing is left in between."""
        migrate(command.downgrade, "base")
        between = tables(store)
        migrate(command.upgrade, "head")

        assert [] == between
        assert OURS == tables(store)
        assert [] == differences(store)

    @pytest.mark.parametrize("table", OURS)
    def test_strict(self, store: Store, table: str):
        """Every table is strict in the database itself: SQLite refuses a value of another type."""
        with store.engine.connect() as connection:
            found = connection.execute(text("SELECT strict FROM pragma_table_list WHERE name = :name"), {"name": table})

            assert [(1,)] == [tuple(row) for row in found]

    def test_newest(self, config: Config):
        """The version the store demands is the last the migrations make, and there is one line of them."""
        assert [NEWEST_REVISION] == ScriptDirectory.from_config(config).get_heads()

    def test_versions_sort(self, config: Config):
        """Versions sort as text: that is how a store of a newer program is known."""
        made = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions("base", "head")]

        assert sorted(made, reverse=True) == made

    def test_failed_upgrade_leaves_nothing(self, store: Store, migrate: Callable[..., None]):
        """A migration that fails half-way leaves the store as it was."""
        migrate(command.downgrade, "base")
        with store.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE quantity (somebody TEXT)")  # the last table of 0001

        with pytest.raises(Exception, match="quantity already exists"):
            migrate(command.upgrade, "head")

        assert ["quantity"] == tables(store)
