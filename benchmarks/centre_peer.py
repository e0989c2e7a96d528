"""The peer of ``benchmarks.centre``: a service as it is usually written, with a statement and a commit per request.

``python -m benchmarks.centre_peer PORT DSN`` serves ``POST /facts`` and ``POST /heartbeats`` with FastAPI, Pydantic
models and psycopg; a batch is one ``executemany``. It does less than the centre: no kiosk is asked who it is, and no
arrival, change or conflict comes of a fact.
"""

import json
import sys
import threading
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

TABLES = """
CREATE TABLE IF NOT EXISTS fact (id uuid PRIMARY KEY, seq bigint, kind text, at timestamptz, details jsonb);
CREATE TABLE IF NOT EXISTS heartbeat (kiosk text PRIMARY KEY, heard_at timestamptz, body jsonb)
"""
INSERT = "INSERT INTO fact VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
BEAT = """
INSERT INTO heartbeat VALUES (%s, now(), %s)
ON CONFLICT (kiosk) DO UPDATE SET heard_at = now(), body = EXCLUDED.body
"""


class Fact(BaseModel):
    """One fact."""

    id: UUID
    seq: int
    kind: str
    at: datetime
    details: dict[str, str]


class Batch(BaseModel):
    """Several."""

    facts: list[Fact]


class Beat(BaseModel):
    """A heartbeat, with whatever else it holds."""

    kiosk: str = ""
    model_config = {"extra": "allow"}


def service(dsn: str) -> FastAPI:
    """The application over a database."""
    own = threading.local()
    app = FastAPI()

    def connection() -> psycopg.Connection[Any]:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(dsn)
        kept: psycopg.Connection[Any] = own.connection
        return kept

    @app.post("/facts")
    def facts(batch: Batch) -> dict[str, list[str]]:
        rows = [(one.id, one.seq, one.kind, one.at, json.dumps(one.details)) for one in batch.facts]
        opened = connection()
        with opened.transaction(), opened.cursor() as cursor:
            cursor.executemany(INSERT, rows)
        return {"recorded": [str(one.id) for one in batch.facts]}

    @app.post("/heartbeats")
    def heartbeats(beat: Beat) -> dict[str, str]:
        opened = connection()
        with opened.transaction():
            opened.execute(BEAT, (beat.kiosk, beat.model_dump_json()))
        return {"heard": "now"}

    return app


if __name__ == "__main__":
    with psycopg.connect(sys.argv[2]) as once:
        once.execute(TABLES)
    uvicorn.run(service(sys.argv[2]), port=int(sys.argv[1]), log_level="warning", access_log=False)
