"""What the server answers: the sandbox's own answers, so that their size and shape are real."""

from __future__ import annotations

from typing import Any, Final

import httpx

from zoho_books_connector.sandbox import Limits, Sandbox

#: Line counts of the invoices that are created; the one with two lines, about four kilobytes, is the one that is read.
SIZES: Final = (2, 10, 100)


def invoice(lines: int, customer_id: str = "982000000567001", item_id: str = "982000000030049") -> dict[str, Any]:
    """Return the inputs of Create Invoice with so many lines."""
    line = {
        "item_id": item_id,
        "name": "Bolt",
        "description": "A steel bolt",
        "quantity": 2,
        "rate": 12.5,
        "unit": "pcs",
    }
    return {"customer_id": customer_id, "notes": "Thank you.", "line_items": [dict(line) for _ in range(lines)]}


def invoice_answers() -> dict[int, bytes]:
    """Return the sandbox's answer to creating an invoice, by its number of lines."""
    with Sandbox(limits=Limits.off()) as sandbox:
        centre = sandbox["us"]
        client = sandbox.register_client(["http://127.0.0.1:9/callback"])
        token = centre.issue_tokens(client)["access_token"]
        with httpx.Client(
            headers={"Authorization": f"Zoho-oauthtoken {token}"},
            params={"organization_id": centre.organizations[0]["organization_id"]},
            trust_env=False,
        ) as http:
            customer = _create(http, f"{centre.api_url}/contacts", {"contact_name": "Bowman"}).json()["contact"]
            item = _create(http, f"{centre.api_url}/items", {"name": "Bolt", "rate": 12.5}).json()["item"]
            return {
                size: _create(
                    http, f"{centre.api_url}/invoices", invoice(size, customer["contact_id"], item["item_id"])
                ).content
                for size in SIZES
            }


def _create(http: httpx.Client, url: str, body: dict[str, Any]) -> httpx.Response:
    return http.post(url, json=body).raise_for_status()
