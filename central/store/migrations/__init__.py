"""The revisions of the schema, in order, and how Alembic runs them. ``central.store.schema`` says when."""
