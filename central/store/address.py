"""The ``[store]`` of the configuration: where the data is."""

from msgspec import Struct


class StoreConfig(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``url`` is an SQLAlchemy URL, as ``postgresql+psycopg://centre@db.example/centre``.

    Without one the data is in ``central.db`` in the directory of ``--data``.
    """

    url: str = ""
