"""``central serve`` with a mistake in it, for the power cuts to find: it never syncs. Arguments as of ``central``."""

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection

from central.cli import main


@event.listens_for(Engine, "checkout")
def _forget_to_sync(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


if __name__ == "__main__":
    main()
