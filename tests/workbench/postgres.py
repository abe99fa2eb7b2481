"""A PostgreSQL server for a run of the tests, with the programs that the system has of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

#: The programs refuse to run for root, who lends them the user that Debian's package makes.
_USER = "postgres"


def programs() -> Path | None:
    """Return the folder of ``initdb`` and ``pg_ctl``, which Debian does not put on the path."""
    beside = shutil.which("initdb")
    folders = [*([Path(beside).parent] if beside else []), *sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    return next((each for each in reversed(folders) if (each / "initdb").exists()), None)


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """Run a server in a folder of its own; yields its address, to which a database's name is added."""
    user = _USER if hasattr(os, "geteuid") and os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory() as folder:
        if user is not None:
            shutil.chown(folder, user)
        with _started(Path(folder), programs, user) as address:
            yield address


@contextmanager
def _started(folder: Path, programs: Path, user: str | None) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    def run(program: str, *options: str) -> None:
        subprocess.run([programs / program, "--pgdata", folder, *options], user=user, cwd=folder, check=True)

    run("initdb", "--auth", "trust", "--username", "workbench", "--no-sync", "--no-instructions")
    settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
    run("pg_ctl", "start", "--wait", "--log", str(folder / "log"), "--options", settings)
    try:
        yield f"postgresql://workbench@127.0.0.1:{port}"
    finally:
        run("pg_ctl", "stop", "--mode", "immediate")


@contextmanager
def database(address: str) -> Iterator[str]:
    """Make a database, and take it away again; yields its address."""
    name = f"workbench_{uuid.uuid4().hex}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield f"{address}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def text_of(address: str) -> str:
    """Return every value that stands in a database, as text."""
    found: list[str] = []
    with psycopg.connect(address) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(f"SELECT t::text FROM {table} t".encode()).fetchall()  # noqa: S608 - a name that the server quoted
            found += [row for (row,) in rows]
    return "\n".join(found)


def disconnect_everybody(address: str) -> None:
    """End all connections to a database, as a server that is restarted does."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
