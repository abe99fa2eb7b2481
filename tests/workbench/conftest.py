"""A workbench for a test, with a sandbox beside it: in the process, or served for a browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.workbench.bench import Workbench
from zoho_books_connector.workbench.settings import Settings
from zoho_books_connector.workbench.web.app import create_app


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """An open workbench that listens on a port of its own, with a sandbox beside it."""
    with serving(Settings(home=tmp_path)) as opened:
        yield opened


@contextmanager
def serving(settings: Settings, sandbox: Sandbox | None = None) -> Iterator[Workbench]:
    """Open a workbench and serve its pages, on a free port whatever the settings say."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = replace(settings, port=listener.getsockname()[1])
        opened = Workbench(settings, sandbox)
        _beside(opened.__enter__)
        try:
            server = uvicorn.Server(uvicorn.Config(create_app(opened), log_level="warning", access_log=False))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
            thread.start()
            yield opened
            server.should_exit = True
            thread.join(10)
        finally:
            _beside(partial(opened.__exit__, None, None, None))


def _beside(function: Callable[[], object]) -> None:
    """Call in a thread of its own: a browser's test keeps a loop in this one, in which the durable runtime refuses."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(function).result()


@pytest.fixture
def client(bench: Workbench) -> Iterator[httpx.Client]:
    """A person without a browser, who keeps cookies and follows redirects."""
    with visiting(bench) as opened:
        yield opened


def visiting(bench: Workbench) -> httpx.Client:
    """Return a client at a workbench's pages."""
    return httpx.Client(base_url=bench.settings.url, follow_redirects=True, trust_env=False)


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    """The run's browser, under the name that the pages' tests have for it."""
    return chromium


@pytest.fixture
def page(browser: Browser, bench: Workbench) -> Iterator[Page]:
    """A browser's page at the workbench; any error in its console fails the test."""
    context = browser.new_context(base_url=bench.settings.url)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors
