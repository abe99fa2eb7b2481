"""The pages become a site without a warning, and the site asks nobody else for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs.reading import PAGES, ROOT

pytestmark = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("sphinx", "myst_parser", "furo")),
    reason="the packages that build the site are not installed: pip install --group docs",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    options = ["--fail-on-warning", "--keep-going", "--quiet", "--builder", "html", "--conf-dir", "docs"]
    command = [sys.executable, "-m", "sphinx", *options, "--doctree-dir", str(folder / "doctrees"), "."]
    done = subprocess.run([*command, str(folder / "html")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "html"


def test_every_page_is_in_the_site_and_in_its_contents(site: Path) -> None:
    contents = (site / "docs" / "index.html").read_text("utf-8")
    for page in PAGES:
        name = page.relative_to(ROOT).with_suffix(".html")
        assert (site / name).is_file()
        top = name.parts[:2] == ("docs", name.name) or len(name.parts) == 1
        assert not top or name == Path("docs", "index.html") or name.name in contents, name


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    loaded = re.compile(r'<(?:script|img|iframe|link)\b[^>]*?(?:src|href)="((?:https?:)?//[^"]+)"')
    found = {address for page in site.rglob("*.html") for address in loaded.findall(page.read_text("utf-8"))}
    assert found == set()
