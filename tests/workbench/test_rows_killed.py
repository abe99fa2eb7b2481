"""A file of 1,000 rows whose workbench is killed in the middle, as somebody sees it who leaves the page open."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.workbench.running import connect
from trials.rowing.worker import REGION, opened
from zoho_books_connector.sandbox import Limits, Sandbox

ROWS: Final = 1000
#: Seconds of a minute: the limits let 90 calls through in each, so the rows take eleven.
MINUTE: Final = 1.0
PATIENCE: Final = 120_000.0


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    limits = Limits(minute_seconds=MINUTE, per_day=None, block_seconds=MINUTE * 15)
    with Sandbox(["us"], limits=limits) as running:
        yield running


@pytest.fixture
def home(sandbox: Sandbox, tmp_path: Path) -> Path:
    """Return a folder with a connection, made in a thread: the browser keeps a loop in this one."""

    def connected() -> None:
        with opened(tmp_path, sandbox["us"].accounts_url, MINUTE) as bench:
            connect(bench, sandbox["us"], sandbox.register_client(), region=REGION)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(connected).result()
    return tmp_path


@pytest.fixture
def port() -> int:
    """Return a port that both processes take, so that the page stays where it is."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found: int = listener.getsockname()[1]
        return found


def test_a_file_of_a_thousand_rows_survives_a_kill_without_a_duplicate(
    browser: Browser, sandbox: Sandbox, home: Path, port: int
) -> None:
    file = home / "items.csv"
    file.write_text("\n".join(["name,rate", *(f"Flour {number},{number}" for number in range(ROWS))]), "utf-8")
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}")
    page = context.new_page()
    with serving(home, sandbox, port) as process:
        page.goto("/batches")
        page.get_by_label("CSV file").set_input_files(file)
        page.get_by_label("Action").select_option("create_item")
        page.get_by_role("button", name="Upload").click()
        page.get_by_role("button", name=f"Run {ROWS:,} rows").click()
        expect(page.locator("#count-done")).to_have_text(re.compile(r"done: [2-9]\d\d$"), timeout=PATIENCE)
        process.kill()
        process.wait()
        created = len(names(sandbox))
        assert 0 < created < ROWS
    with serving(home, sandbox, port):
        expect(page.locator("#batch")).to_contain_text(f"Done: {ROWS:,} of {ROWS:,}", timeout=PATIENCE)
        assert told(page) == {"done": ROWS}
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the result").click()
        lines = download.value.path().read_text("utf-8-sig").splitlines()
    context.close()
    assert names(sandbox) == Counter(f"Flour {number}" for number in range(ROWS))
    assert len(lines) == ROWS + 1


def names(sandbox: Sandbox) -> Counter[str]:
    centre = sandbox["us"]
    return Counter(item["name"] for item in centre.records(str(centre.organizations[0]["organization_id"]), "item"))


def told(page: Page) -> dict[str, int]:
    """Return how many rows the page says there are of each kind."""
    shown = [each.split(": ") for each in page.locator("#batch li").all_inner_texts()]
    return {state: int(count.replace(",", "")) for state, count in shown}


@contextmanager
def serving(home: Path, sandbox: Sandbox, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve a workbench in a process of its own until it is killed."""
    command = [sys.executable, "-m", "tests.workbench.scaled", str(home), sandbox["us"].accounts_url, str(MINUTE)]
    with subprocess.Popen([*command, str(port)], cwd=Path(__file__).parents[2]) as process:
        try:
            wait_for(f"http://127.0.0.1:{port}/", process)
            yield process
        finally:
            process.kill()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        assert process.poll() is None, "the workbench did not start"
        try:
            httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the workbench did not answer")
