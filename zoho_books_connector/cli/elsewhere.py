"""Hands over to the parts that have a command line of their own, and imports only the one that is asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Final

from zoho_books_connector.cli.errors import MissingExtraError, UnreadableFileError
from zoho_books_connector.cli.terminal import Terminal

_PASSED_ON: Final = ("home", "sandbox", "proxy", "ca_bundle")


def sandbox(options: argparse.Namespace, _: Terminal) -> int:
    """Run the sandbox as a server."""
    return _status(_part("sandbox.server_command", "serve")(options.rest))


def demo(_: argparse.Namespace, __: Terminal) -> int:
    """Show the whole way against a sandbox."""
    return _status(_part("demo")())


def workbench(options: argparse.Namespace, _: Terminal) -> int:
    """Serve the workbench."""
    return _status(_part("workbench.command", "workbench", extra="workbench")(options))


def probe(options: argparse.Namespace, _: Terminal) -> int:
    """Settle open questions about Zoho's behaviour with a real account."""
    return _status(_part("probe")([*_given_before(options), *options.rest]))


def _given_before(options: argparse.Namespace) -> list[str]:
    """The options of every command that were given before the probe's own."""
    given = vars(options)
    words = [word for name in _PASSED_ON if given.get(name) for word in (f"--{name.replace('_', '-')}", given[name])]
    return words + [word for code in given.get("enable_region", ()) for word in ("--enable-region", code)]


def manifest(options: argparse.Namespace, _: Terminal) -> int:
    """Check a manifest."""
    try:
        return _status(_part("manifest")([options.what, *([options.file] if options.file else [])]))
    except OSError as error:
        raise UnreadableFileError(
            "manifest_unreadable",
            f"The file {options.file or 'connector.yaml'} cannot be read.",
            "Give the path of a manifest in YAML.",
        ) from error


def _part(name: str, function: str = "main", *, extra: str = "cli") -> Callable[..., object]:
    module = f"zoho_books_connector.{name}"
    try:
        found: Callable[..., object] | None = getattr(import_module(module), function, None)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise MissingExtraError(
                "extra_missing",
                f"The command needs the package {error.name}, which is not installed.",
                f'Install it with: pip install "zoho-books-connector[{extra}]"',
                params={"package": error.name},
            ) from error
        found = None
    if found is None:
        raise MissingExtraError(
            "part_missing", f"This installation comes without {name!r}.", "Install a newer version of the connector."
        )
    return found


def _status(answer: object) -> int:
    return answer if isinstance(answer, int) else 0
