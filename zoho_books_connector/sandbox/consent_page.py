"""The pages a person sees at the accounts server: consent, and why there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – sandbox accounts</title>
<link rel="icon" href="data:,">
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: #f4f5f7; color: #1b1f24; }}
main {{ max-width: 34rem; margin: 3rem auto; padding: 2rem; background: #fff; border-radius: .5rem; }}
h1 {{ font-size: 1.4rem; margin-top: 0; }}
code {{ overflow-wrap: anywhere; }}
select, button {{ font: inherit; padding: .5rem .8rem; }}
button[value=accept] {{ background: #0b57d0; color: #fff; border: 1px solid #0b57d0; }}
:focus-visible {{ outline: 3px solid #b3541e; outline-offset: 2px; }}
</style></head>
<body><main>
{content}
</main></body></html>
"""
REASONS = {
    "Invalid Client": "No client with this client_id is registered at this data centre.",
    "Invalid response type": "response_type must be code.",
    "Invalid Redirect Uri": "redirect_uri must equal one that is registered for the client.",
    "Invalid OAuth Scope": "These scopes do not exist: {detail}.",
    "Too many requests": "Too many grant codes were given lately. Try again in some minutes.",
    "Wrong method": "This address answers POST only.",
}
LABELS = {
    "us": "United States",
    "eu": "Europe",
    "in": "India",
    "au": "Australia",
    "jp": "Japan",
    "ca": "Canada",
    "cn": "China",
    "sa": "Saudi Arabia",
    "uk": "United Kingdom",
    "ae": "United Arab Emirates",
}


def page(title: str, content: str) -> str:
    """Wrap content, which must be HTML already, in the common page."""
    return PAGE.format(title=escape(title), content=content)


def error_page(title: str, detail: str = "") -> str:
    """Say why there is nothing to consent to."""
    reason = escape(REASONS[title].format(detail=detail))
    return page(title, f"<h1>{escape(title)}</h1>\n<p>{reason}</p>")


def consent_page(parameters: Mapping[str, str], scopes: Sequence[str], data_centres: Sequence[str], here: str) -> str:
    """Ask for consent; with several data centres also ask where the person's account lives."""
    hidden = "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in parameters.items()
    )
    listed = "\n".join(f"<li><code>{escape(scope)}</code></li>" for scope in scopes)
    content = f"""<h1>Allow access to Zoho Books?</h1>
<p>This is the sandbox, not Zoho. The client <code>{escape(parameters.get("client_id", ""))}</code> asks for:</p>
<ul>
{listed}
</ul>
<form method="post" action="/oauth/v2/auth">
{hidden}
{_home_select(data_centres, here)}<p><button type="submit" name="decision" value="accept">Accept</button>
<button type="submit" name="decision" value="reject">Reject</button></p>
</form>"""
    return page("Consent", content)


def _home_select(data_centres: Sequence[str], here: str) -> str:
    if len(data_centres) < 2:
        return ""
    options = "".join(
        f'<option value="{escape(dc)}"{" selected" if dc == here else ""}>{escape(LABELS.get(dc, dc))}</option>'
        for dc in data_centres
    )
    return (
        '<p><label for="data_centre">Your account lives in</label>\n'
        f'<select id="data_centre" name="data_centre">{options}</select></p>\n'
    )
