"""Shows the set-up guide of the manifest: in full for a region, or in short while connecting."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

from zoho_books_connector.cli.callback import callback_url
from zoho_books_connector.cli.errors import UsageError
from zoho_books_connector.cli.host import Host
from zoho_books_connector.cli.settings import SANDBOX_PREFIX, http_settings
from zoho_books_connector.cli.terminal import Terminal

BROWSER: Final = "browser"
SELF_CLIENT: Final = "self_client"

Region = dict[str, Any]


def guide(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print every step, with its links and what usually goes wrong."""
    settings = http_settings(options)
    with closing(Host(settings)) as host:
        manifest = host.manifest()
        region = region_named(options.region, regions(host, manifest)) if options.region else {}
    values = {
        "region": options.region or "",
        "callback_url": callback_url(options.port),
        "scope": default_scope(manifest),
    }
    path = _path(manifest, SELF_CLIENT if options.self_client else BROWSER)
    where = f" ({region['title']})" if region else ""
    terminal.out(f"{path['title']}{where}. {path['description']}")
    for number, step in enumerate(path["steps"], 1):
        optional = " (if you need it)" if step.get("optional") else ""
        terminal.out(f"\n{number:>2}. {step['title']}{optional}")
        for line in _body(step, region, values):
            terminal.out(
                "\n".join(textwrap.wrap(line, terminal.width, initial_indent="    ", subsequent_indent="    "))
            )
    return 0


def short_guide(manifest: dict[str, Any], region: Region, code: str, port: int, *, self_client: bool) -> Iterator[str]:
    """Yield the steps in short, for somebody who is just about to connect."""
    if code.startswith(SANDBOX_PREFIX):
        yield "The sandbox shows Client ID and Client Secret of its demo client when it starts. It must know the"
        yield f"Callback URL: zoho-books sandbox --redirect-uri {callback_url(port)}"
        return
    console = f" ({region['console_url']})" if region.get("console_url") else ""
    yield f"Once, in the API console of {region['title']}{console}:"
    steps = _path(manifest, SELF_CLIENT if self_client else BROWSER)["steps"]
    for step in steps:
        if not step.get("optional") and step["id"] not in ("region", "authorize", "grant", "redeem", "organization"):
            yield f"  - {step['title']}"
    yield f"Every step in full: zoho-books guide --region {code}{' --self-client' if self_client else ''}"


def regions(host: Host, manifest: dict[str, Any]) -> dict[str, Region]:
    """Return the regions that may be chosen: confirmed, enabled for this run, or a sandbox."""
    http = host.runtime.http
    zoho = {code: row for code, row in manifest["regions"].items() if row["enabled"] or code in http.enabled_regions}
    return zoho | {each.code: {"title": each.title} for each in http.sandboxes}


def region_named(code: str, known: dict[str, Region]) -> Region:
    """Return a region; raises ``UsageError`` that lists what may be chosen."""
    if code in known:
        return known[code]
    raise UsageError(
        "unknown_region",
        f"There is no region {code!r} here.",
        f"Choose one of: {', '.join(known)}. A sandbox needs --sandbox, an unconfirmed region --enable-region.",
        params={"region": code},
    )


def default_scope(manifest: dict[str, Any]) -> str:
    """Return what the API Access Scope field is pre-filled with."""
    return str(manifest["credential"]["schema"]["properties"]["scope"]["default"])


def _path(manifest: dict[str, Any], path_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in manifest["setup"]["paths"] if each["id"] == path_id)
    return found


def _body(step: dict[str, Any], region: Region, values: dict[str, str]) -> Iterator[str]:
    yield step["text"]
    link = step.get("link") or region.get(step.get("link_by_region", ""))
    if link:
        yield f"Link: {link}"
    if value := values.get(step.get("fills", "")):
        yield f"Value: {value}"
    for mistake in step.get("mistakes", ()):
        yield f"Mind: {mistake}"
