"""Records the sandbox's cassettes anew: ``python -m tests.cassettes.record``.

The sandbox runs on a standing clock and its first seed, so the same code records the same files on every machine. Its
port, which differs each time, is rewritten to ``ADDRESS`` on the way into a cassette.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Final

from tests.cassettes import scrubbing
from tests.cassettes.scenes import SCENES, Scene
from tests.cassettes.scrubbing import Answer
from tests.cassettes.stage import NOW, sandbox_account
from tests.cassettes.tape import FOLDER, recorded
from zoho_books_connector.sandbox import Sandbox

#: Where the sandbox seems to be in every cassette; nothing listens there while they are played.
ADDRESS: Final = "http://127.0.0.1:8801"
_ANY_PORT: Final = re.compile(r"http://127\.0\.0\.1:\d+")


def main(folder: Path = FOLDER / "sandbox") -> None:
    """Record every scene into ``folder``."""
    for action_id, scene in SCENES.items():
        record(action_id, scene, folder / f"{action_id}.yaml")


def record(action_id: str, scene: Scene, path: Path) -> None:
    """Record one scene, in a sandbox of its own."""
    with Sandbox(("us",), clock=lambda: NOW) as sandbox:
        centre = sandbox["us"]
        client = sandbox.register_client()
        tokens = centre.issue_tokens(client)
        account = sandbox_account(
            centre.accounts_url,
            client_id=client.client_id,
            client_secret=client.client_secret,
            refresh_token=tokens["refresh_token"],
        )
        for module, fields in scene.records:
            centre.seed(account.credential["organization_id"], module, dict(fields))
        with recorded(path, scrubbing.settings(request=settled_request, answer=settled_answer)):
            account.run(action_id, scene.inputs)


def settled_request(request: Any) -> Any:
    """Let the sandbox be at ``ADDRESS``; changes nothing in a request to anybody else."""
    request.uri = _ANY_PORT.sub(ADDRESS, request.uri)
    return request


def settled_answer(answer: Answer) -> Answer:
    """The token answer names the sandbox's address; with the port its length would change as well."""
    body = _ANY_PORT.sub(ADDRESS, answer["body"]["string"].decode()).encode()
    headers = {name: values for name, values in answer["headers"].items() if name.lower() != "content-length"}
    return {**answer, "headers": headers, "body": {"string": body}}


if __name__ == "__main__":
    main()
    sys.stdout.write(f"recorded {len(SCENES)} cassettes into tests/cassettes/sandbox\n")
