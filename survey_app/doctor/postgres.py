"""Checks of an intake in PostgreSQL: its tables, what its server writes down, and what our role may do.

It reads the catalogue only, no row of ours.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import SQLAlchemyError

from survey_app.doctor.finding import Check, Findings, failed, untried, warned
from survey_app.doctor.schema import columns_made, extra_column, extra_object, missing, odd_table
from survey_app.tables import fault_kind, metadata, open_engine

PATIENCE = 2.0

KINDS = {"r": "table", "p": "table", "i": "index", "S": "sequence", "v": "view", "m": "view", "f": "table"}

_OBJECTS = (
    "SELECT c.relkind::text, c.relname::text FROM pg_class c"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r','p','i','S','v','m','f')"
    " UNION ALL SELECT 'trigger', t.tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal"
    " UNION ALL SELECT 'rule', r.rulename::text FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
)
_COLUMNS = (
    "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),"
    " a.atthasdef OR a.attidentity <> '' FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
    " AND a.attnum > 0 AND NOT a.attisdropped"
)
_SETTINGS = "SELECT name, setting FROM pg_settings WHERE name = ANY(:names)"
_RIGHTS = (
    "SELECT t.name || ' ' || r.name FROM unnest(ARRAY['ballots','letters']) AS t(name),"
    " unnest(ARRAY['SELECT','UPDATE','DELETE','TRUNCATE','TRIGGER']) AS r(name)"
    " WHERE has_table_privilege(t.name, r.name)"
)

# Name of the setting -> the values that keep nothing down; what happens otherwise.
QUIET = {
    "track_commit_timestamp": ({"off"}, "keeps the time of each transaction"),
    "log_statement": ({"none", "ddl"}, "logs each statement with its time"),
    "log_min_duration_statement": ({"-1"}, "logs statements with their time"),
    "log_min_duration_sample": ({"-1"}, "logs statements with their time"),
}
BETTER = {
    "log_min_error_statement": ({"panic"}, "may quote a sealed row in the log"),
    "log_error_verbosity": ({"terse"}, "may quote a sealed row in the log"),
    "archive_mode": ({"off"}, "keeps the order in which sealed rows came"),
}


def schema(url: str) -> Findings:
    """Nothing but the two tables and the indexes of their keys."""
    return _ask(url, _schema)


def records(url: str) -> Findings:
    """What PostgreSQL itself would write down of each ballot."""
    return _ask(url, _records)


def rights(url: str) -> Findings:
    """The web process's role may insert and nothing else."""
    return _ask(url, _rights)


CHECKS = (
    Check(
        "postgres-schema",
        "The intake holds sealed rows only: no time, no address, no order.",
        schema,
        at_start=True,
    ),
    Check("postgres-records", "PostgreSQL writes down no time of a ballot.", records, at_start=True),
    Check("postgres-rights", "The web process's role may only insert.", rights),
)


def _ask(url: str, question: Callable[[Connection], Findings]) -> Findings:
    try:
        engine = open_engine(url, PATIENCE)
        with engine.connect() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            yield from tuple(question(connection))
    except (SQLAlchemyError, ImportError) as error:
        yield untried(
            f"the intake's PostgreSQL does not answer: {fault_kind(error)}.",
            "See that it runs, that the address in YOURVOICE_INTAKE is right, and that psycopg is installed.",
        )


def _schema(connection: Connection) -> Findings:
    objects = {(KINDS.get(kind, kind), name) for kind, name in connection.execute(text(_OBJECTS))}
    wanted = {pair for table in metadata.tables for pair in (("table", table), ("index", f"{table}_pkey"))}
    for kind, name in sorted(objects - wanted):
        yield extra_object(kind, name)
    for kind, name in sorted(wanted - objects):
        yield missing(f"{kind} {name}")
    for table, column, kind, filled in connection.execute(text(_COLUMNS)):
        if table not in metadata.tables:
            continue
        if column not in columns_made()[table]:
            yield extra_column(table, column, kind)
        elif filled or kind != _kind(table, column):
            yield odd_table(table)


def _kind(table: str, column: str) -> str:
    made = metadata.tables[table].columns[column].type
    return str(made.compile(dialect=postgresql.dialect())).lower()  # type: ignore[no-untyped-call]


def _records(connection: Connection) -> Findings:
    rows = connection.execute(text(_SETTINGS), {"names": [*QUIET, *BETTER]})
    for name, setting in sorted((str(name), str(setting)) for name, setting in rows):
        for wishes, say in ((QUIET, failed), (BETTER, warned)):
            values, does = wishes.get(name, ({setting}, ""))
            if setting not in values:
                wanted = sorted(values, reverse=True)[0]
                yield say(f"PostgreSQL's {name} is {setting}: it {does}.", f"Set {name} = {wanted} there.")


def _rights(connection: Connection) -> Findings:
    found = [str(right) for (right,) in connection.execute(text(_RIGHTS))]
    if found:
        yield failed(
            f"The role in YOURVOICE_INTAKE may do more than insert: {', '.join(found)}.",
            "Give the web process a role of its own that may only insert.",
        )
