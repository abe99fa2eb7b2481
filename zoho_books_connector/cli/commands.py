"""The commands as a table, each with its options."""

from __future__ import annotations

import argparse
from typing import Final, NoReturn

from zoho_books_connector.cli.command import PROGRAM, Command, port, seconds
from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.cli.trigger.commands import TRIGGER


class _NoSecret(argparse.Action):
    """Refuses a secret as an argument, which every user of the machine could read in the list of processes."""

    def __call__(self, *_: object) -> NoReturn:
        raise UsageError(
            "secret_as_argument",
            "A Client Secret is never given as an argument: other users of this machine could read it.",
            "Leave the option out and be asked, set ZOHO_BOOKS_CLIENT_SECRET, or use --client-secret-file.",
        )


def _connection(
    parser: argparse.ArgumentParser, text: str = "which connection; may be left out for the only one"
) -> None:
    parser.add_argument("--connection", metavar="ID", help=f"{text} (id, its start, or name)")


def _key(text: str) -> str:
    if 0 < len(text) <= 200:
        return text
    raise argparse.ArgumentTypeError("a key has 1 to 200 characters")


def _attempt(text: str) -> int:
    if text.isdecimal() and int(text) >= 1:
        return int(text)
    raise argparse.ArgumentTypeError("attempts are counted from 1")


def _connect(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--region", metavar="CODE", help="data centre of the organization: us, eu, in, au, jp, ca, cn, sa")
    add("--client-id", metavar="ID", help="else ZOHO_BOOKS_CLIENT_ID, or be asked")
    add("--client-secret-file", metavar="FILE", help="else ZOHO_BOOKS_CLIENT_SECRET, or be asked without echo")
    add("--client-secret", action=_NoSecret, nargs="?", help=argparse.SUPPRESS)
    add("--scope", metavar="LIST", help="API Access Scope; by default what the actions need")
    add("--organization", metavar="ID", help="which organization, when the account has several")
    add("--port", type=port, default=8765, help="port of the Callback URL on this machine (8765)")
    add("--no-browser", action="store_true", help="only print the URL of the consent page")
    add("--self-client", metavar="CODE", help="use a self client's grant code, no browser; - reads it")
    add("--name", metavar="LABEL", help="name of the connection; by default the organization's")
    _connection(parser, "authorize this connection again")


def _disconnect(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "connection", metavar="ID", nargs="?", help="which connection; may be left out for the only one"
    )
    parser.add_argument("--forget", action="store_true", help="delete it even when it cannot be revoked")


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", metavar="ACTION", help="see: zoho-books actions")
    inputs = parser.add_mutually_exclusive_group()
    inputs.add_argument("--input", metavar="FILE", help="JSON with the inputs; - reads standard input")
    inputs.add_argument(
        "--set", metavar="NAME=TEXT", action="append", help="one input; NAME:=JSON for what is not text; repeatable"
    )
    _connection(parser)
    parser.add_argument(
        "--json", action="store_true", help="print the whole result, with warnings and calls, as one JSON line"
    )
    parser.add_argument("--verbose", action="store_true", help="show each call and the quota on standard error")
    parser.add_argument("--timeout", metavar="SECONDS", type=seconds, help="send nothing more after this time")
    parser.add_argument(
        "--key", metavar="TEXT", type=_key, help="name of a step that creates; running it again looks first"
    )
    parser.add_argument("--attempt", metavar="N", type=_attempt, help="1 when this is the first run with the key")
    parser.add_argument(
        "--derived-reference", action="store_true", help="let a short mark stand in for a missing reference number"
    )


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", metavar="ACTION", help="see: zoho-books actions")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--output", action="store_true", help="show what it brings instead of what it takes")
    instead.add_argument("--sample", action="store_true", help="print an input and the output it brings, as JSON")
    parser.add_argument("--json", action="store_true", help="print its manifest entry and its schemas")
    parser.add_argument("--module", metavar="NAME", help="of get_record: show what it brings of this module")


def _quota(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print it as one JSON line")
    _connection(parser)


def _form(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("form", metavar="FORM", help="credential, or an action (see: zoho-books actions)")
    parser.add_argument("--callback-url", metavar="URL", default="", help="shown in the credential form, to be copied")
    parser.add_argument("--edition", metavar="NAME", help="whose fields are usual ones: in, us, uk, gcc, mx, ke, za")
    parser.add_argument("--texts", metavar="FILE", help="JSON with texts in another language, by key")


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("source", metavar="SOURCE", help="what to choose: customer, item, tax, …")
    add("--search", metavar="TEXT", default="", help="only what holds this text")
    add("--depends", metavar="NAME=VALUE", action="append", help="what the choices depend on; repeatable")
    add("--cursor", metavar="CURSOR", help="the next page, as the page before names it")
    add("--json", action="store_true", help="print choices, cursor, warnings, calls and quota as one JSON line")
    _connection(parser)


def _guide(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--region", metavar="CODE", help="adds the links of this data centre")
    parser.add_argument("--self-client", action="store_true", help="the way without a browser")
    parser.add_argument("--port", type=port, default=8765, help="port of the Callback URL on this machine (8765)")


def _manifest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["check"])
    parser.add_argument("file", metavar="FILE", nargs="?", help="by default the connector's own")


def _workbench(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="where it listens (127.0.0.1); any other takes a password, in ZOHO_BOOKS_WORKBENCH_PASSWORD",
    )
    add("--port", metavar="PORT", type=port, default=8780, help="its port (8780)")
    add("--origin", metavar="URL", help="how people reach it, behind a proxy or a tunnel")
    add("--real", action="store_true", help="no sandbox beside it: real accounts only")
    add("--database", metavar="URL", help="PostgreSQL for the durable runtime instead of a file")


def _rest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", nargs="*")


COMMANDS: Final = (
    Command("connect", "connect an account", f"{PROGRAM} connect --region in", "connect:connect", _connect),
    Command("connections", "list the connections", f"{PROGRAM} connections", "connections:connections"),
    Command("check", "test a connection", f"{PROGRAM} check", "connections:check", _connection),
    Command(
        "disconnect",
        "revoke a connection and forget it",
        f"{PROGRAM} disconnect",
        "connections:disconnect",
        _disconnect,
    ),
    Command("actions", "list the actions", f"{PROGRAM} actions", "showing:actions"),
    Command("show", "show what an action takes", f"{PROGRAM} show create_invoice", "showing:show", _show),
    Command(
        "run", "run an action", f'{PROGRAM} run create_contact --set contact_name="Bowman and Co"', "running:run", _run
    ),
    Command("quota", "show what is left of the minute and of the day", f"{PROGRAM} quota", "quota:quota", _quota),
    Command("form", "print a form for react-jsonschema-form", f"{PROGRAM} form create_invoice", "form:form", _form),
    Command(
        "options",
        "show the choices of a form's picker",
        f"{PROGRAM} options customer --search bowman",
        "picking:options",
        _options,
    ),
    TRIGGER,
    Command("guide", "show the set-up guide", f"{PROGRAM} guide --region in", "guide:guide", _guide),
    Command(
        "workbench",
        "open the forms in a browser, with a sandbox beside them",
        f"{PROGRAM} workbench",
        "elsewhere:workbench",
        _workbench,
    ),
    Command("demo", "show the whole way against a sandbox", f"{PROGRAM} demo", "elsewhere:demo"),
    Command(
        "sandbox",
        "run a local stand-in for Zoho Books",
        f"{PROGRAM} sandbox --seed demo",
        "elsewhere:sandbox",
        _rest,
        hands_over=True,
    ),
    Command(
        "probe",
        "settle open questions with a real account",
        f"{PROGRAM} probe --report",
        "elsewhere:probe",
        _rest,
        hands_over=True,
    ),
    Command(
        "manifest", "check a manifest", f"{PROGRAM} manifest check connector.yaml", "elsewhere:manifest", _manifest
    ),
)
