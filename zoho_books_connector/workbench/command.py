"""The command ``zoho-books workbench``: starts the pages and says where they are."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from typing import Final

import uvicorn

from zoho_books_connector.boundary import HttpSettings
from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.cli.home import Home
from zoho_books_connector.cli.settings import http_settings
from zoho_books_connector.workbench.app import create_app
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.settings import Settings

PASSWORD: Final = "ZOHO_BOOKS_WORKBENCH_PASSWORD"  # noqa: S105 - a variable's name
_LEAST_PASSWORD: Final = 12


def workbench(options: argparse.Namespace) -> int:
    """Serve the workbench until Ctrl-C."""
    settings = _settings(options, Home.of(options), http_settings(options))
    listener = _listen(settings)
    with Workbench(settings) as bench:
        config = uvicorn.Config(create_app(bench), log_level="warning", access_log=False, server_header=False)
        sys.stderr.write(f"The workbench is at {settings.url}\nCtrl-C stops it.\n")
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def _settings(options: argparse.Namespace, home: Home, http: HttpSettings) -> Settings:
    """Return the settings; raises ``UsageError`` for a workbench that others could reach without a password."""
    settings = Settings(
        home=home.folder,
        host=options.host,
        port=options.port,
        sandbox=not options.real,
        origin=options.origin.rstrip("/") if options.origin else None,
        password=os.environ.get(PASSWORD) or None,
        database=options.database,
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
    return settings


def _listen(settings: Settings) -> socket.socket:
    """Return the listening socket; raises ``UsageError`` when the port is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise UsageError(
            "port_unusable",
            f"The workbench cannot listen at {settings.host}, port {settings.port}.",
            "Choose another one with --port; perhaps a workbench runs already.",
        ) from error
