"""A workbench in a process of its own, on a clock that is scaled as the limits are; it serves until it is killed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import uvicorn

from trials.rowing.worker import opened
from zoho_books_connector.workbench.web.app import create_app


def main() -> None:
    """Serve; the arguments are the folder, the sandbox's address, the seconds of a minute, and the port."""
    folder, url, minute, port = sys.argv[1:]
    bench = opened(Path(folder), url, float(minute))
    bench.settings = replace(bench.settings, port=int(port))
    with bench:
        config = uvicorn.Config(create_app(bench), port=int(port), log_level="warning", access_log=False)
        uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
