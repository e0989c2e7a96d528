"""Tables whose rows are added and never changed: the database itself refuses anything else."""

from sqlalchemy import DDL, Table, event


def only_added(table: Table) -> None:
    """Let rows of a table be neither changed nor deleted. A revision that makes the table runs the same statements."""
    name = table.name
    said = f"{name} is only added to"
    statements = [
        ("sqlite", f"CREATE TRIGGER {name}_{word} BEFORE {when} ON {name} BEGIN SELECT RAISE(ABORT, '{said}'); END")
        for word, when in (("kept", "DELETE"), ("unchanged", "UPDATE"))
    ]
    function = f"CREATE FUNCTION {name}_kept() RETURNS trigger LANGUAGE plpgsql AS"
    statements += [
        ("postgresql", f"{function} $$ BEGIN RAISE EXCEPTION '{said}'; END $$"),
        (
            "postgresql",
            f"CREATE TRIGGER {name}_kept BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION {name}_kept()",
        ),
    ]
    for dialect, statement in statements:
        ddl = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
        event.listen(table, "after_create", ddl)
