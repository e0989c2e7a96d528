"""What Alembic runs around every revision: our connection, inside the transaction that is open there already."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from central.store.tables import Moment, metadata


def _rendered(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """A moment as the plain type that it is kept in: a revision must not change when our code does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_rendered,
    # True of SQLite too, for we begin our transactions ourselves (central.store.database).
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
