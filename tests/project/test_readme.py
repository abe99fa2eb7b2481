"""What the README shows works as it stands there."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

import pytest

from zoho_books_connector import runtime
from zoho_books_connector.boundary import DataCentre, HttpSettings, TokenSet
from zoho_books_connector.manifest import load_manifest
from zoho_books_connector.sandbox import Sandbox
from zoho_books_connector.stores import ConnectionStore, KeyRing

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def example() -> str:
    [code] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    return str(code)


def test_the_readme_fits_on_a_screen() -> None:
    assert len(README.splitlines()) <= 100


def test_the_host_has_twenty_lines() -> None:
    assert len([line for line in example().splitlines() if line.strip()]) <= 25


def test_the_host_creates_an_invoice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        centre = sandbox["us"]
        organization_id = centre.organizations[0]["organization_id"]
        customer = centre.seed(organization_id, "contact", {"contact_name": "Bakery"})["contact_id"]
        item = centre.seed(organization_id, "item", {"name": "Flour", "rate": 1500})["item_id"]
        connect(sandbox, organization_id)
        settings = HttpSettings(sandboxes=[DataCentre("sandbox", "Sandbox", centre.accounts_url, centre.api_domain)])
        monkeypatch.setattr(runtime, "DefaultRuntime", partial(runtime.DefaultRuntime, settings))
        code = example().replace("460000000026049", customer).replace("460000000030049", item)
        said = io.StringIO()
        with redirect_stdout(said):
            exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - the README's own code
        [invoice] = centre.records(organization_id, "invoice")
        assert said.getvalue().split() == [invoice["invoice_number"], "3000.0"]


def connect(sandbox: Sandbox, organization_id: str) -> None:
    """Store a connection as the command line would."""
    client = sandbox.register_client()
    answer = sandbox["us"].issue_tokens(client)
    store = ConnectionStore("connections.db", KeyRing.from_environment(Path("connections.key")))
    connection_id = store.create(
        {
            "schema_version": 2,
            "region": "sandbox",
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "organization_id": organization_id,
        }
    )
    tokens = TokenSet(answer["access_token"], answer["refresh_token"], expires_at=4e9, issued_at=1e9)
    store.tokens(connection_id).save(tokens, expected=None)


def test_the_table_of_actions_is_the_manifests() -> None:
    for action in load_manifest()["actions"].values():
        assert f"| {action['title']} |" in README


@pytest.mark.parametrize("document", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=str)
def test_every_link_to_a_file_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text("utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]


def test_the_version_is_in_the_changelog() -> None:
    version = load_manifest()["connector"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
