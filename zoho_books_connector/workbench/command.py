"""The command ``zoho-books workbench``: starts the pages and says where they are."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys
import threading
from contextlib import ExitStack
from typing import Final
from urllib.parse import urlsplit

import uvicorn

from zoho_books_connector.boundary import HttpSettings
from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.cli.home import Home, files_are_for_people
from zoho_books_connector.cli.settings import http_settings
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.settings import Settings
from zoho_books_connector.workbench.web.app import create_app

PASSWORD: Final = "ZOHO_BOOKS_WORKBENCH_PASSWORD"  # noqa: S105 - a variable's name
_LEAST_PASSWORD: Final = 12
#: Seconds that pages which are being answered have after Ctrl-C.
_PATIENCE: Final = 3
#: Seconds that everything else has then; what waits for an answer would hold the process for a minute.
_LONGEST: Final = 12.0
#: The exit code of a command that Ctrl-C ends.
_INTERRUPTED: Final = 130
#: Addresses to listen at that nobody can open.
_EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 - what is looked for
_USUAL_PORTS: Final = {"http": ":80", "https": ":443"}
_POSTGRESQL: Final = ("postgresql", "postgresql+psycopg")


def workbench(options: argparse.Namespace) -> int:
    """Serve the workbench until Ctrl-C."""
    settings = _settings(options, Home.of(options), http_settings(options))
    with ExitStack() as closing:
        listener = closing.enter_context(_listen(settings))
        with files_are_for_people():
            bench = closing.enter_context(Workbench(settings))
        config = uvicorn.Config(
            create_app(bench),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_PATIENCE,
        )
        sys.stderr.write(f"The workbench is at {settings.url}\nCtrl-C stops it.\n")
        closing.push(_leave_calls_behind)
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def _leave_calls_behind(kind: type[BaseException] | None, *_: object) -> None:
    """End the process soon after Ctrl-C, although a run waits for an answer: it is resumed at the next start."""
    if kind is KeyboardInterrupt:
        end = threading.Timer(_LONGEST, os._exit, [_INTERRUPTED])
        end.daemon = True
        end.start()


def _settings(options: argparse.Namespace, home: Home, http: HttpSettings) -> Settings:
    """Return the settings; raises ``UsageError`` for a workbench that others could reach without a password."""
    settings = Settings(
        home=home.folder,
        host=options.host,
        port=options.port,
        sandbox=not options.real,
        origin=_origin(options.origin) if options.origin else None,
        password=os.environ.get(PASSWORD) or None,
        database=_database(options.database) if options.database else None,
        http=http,
    )
    if settings.password is None and not (settings.is_private and settings.origin is None):
        raise UsageError(
            "password_missing",
            "Other machines could use this workbench without a password.",
            f"Set {PASSWORD} to one of at least {_LEAST_PASSWORD} characters, or listen on 127.0.0.1.",
        )
    if settings.password is not None and len(settings.password) < _LEAST_PASSWORD:
        raise UsageError(
            "password_short",
            f"The password has fewer than {_LEAST_PASSWORD} characters.",
            f"Set {PASSWORD} to a longer one.",
        )
    if settings.host in _EVERYWHERE and settings.origin is None:
        raise UsageError(
            "origin_missing",
            f"Nobody reaches a workbench by the address {settings.host}.",
            f"Say with --origin how people reach it, such as http://192.168.1.20:{settings.port}.",
        )
    return settings


def _origin(text: str) -> str:
    """Return an origin as browsers write it."""
    try:
        parts = urlsplit(text)
        is_origin = parts.scheme in _USUAL_PORTS and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_origin = False
    if not is_origin or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise UsageError(
            "origin_wrong",
            "The option --origin takes the beginning of an address, without a path.",
            "Write it like https://books.example.com or http://192.168.1.20:8780.",
        )
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(_USUAL_PORTS[parts.scheme])}"


def _database(text: str) -> str:
    """Return the address of a database; never repeats it, for it may hold a password."""
    if text.partition("://")[0] not in _POSTGRESQL:
        raise UsageError(
            "database_wrong",
            "The option --database takes the address of a PostgreSQL database.",
            "Write it like postgresql://user@host/name; without the option a file is used.",
        )
    return text


def _listen(settings: Settings) -> socket.socket:
    """Return the listening socket; raises ``UsageError`` when there is none to be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise UsageError(
                "address_unusable",
                f"The workbench cannot listen at {settings.host}, for this machine has no such address.",
                "Name one that it has with --host, or leave the option out.",
            ) from error
        raise UsageError(
            "port_unusable",
            f"The workbench cannot listen at {settings.host}, port {settings.port}.",
            "Choose another one with --port; perhaps a workbench runs already.",
        ) from error
