"""What the centre remembers: the only place with SQL, in SQLAlchemy Core that SQLite and PostgreSQL both take.

Functions of this package work inside a transaction that ``Store`` opens. Those that the service calls while
kiosks wait take a sequence of requests and give as many answers, so that the writer can commit them together.
"""

from sqlalchemy import Connection

from central.store.database import Store, StoreUnavailableError, UnfitDatabaseError
from central.store.schema import UnknownSchemaError

__all__ = ["Connection", "Store", "StoreUnavailableError", "UnfitDatabaseError", "UnknownSchemaError"]
