"""The built assets are those of the sources, what others wrote is what it says, and a page stays light."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
MANIFEST = json.loads((STATIC / "dist" / "manifest.json").read_text(encoding="utf-8"))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def files_under(folder: Path) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_dist_was_built_from_these_sources():
    sources = files_under(STATIC / "src") | {"package.json", "package-lock.json"}
    assert set(MANIFEST["sources"]) == sources, "run script/assets"
    stale = [path for path, known in MANIFEST["sources"].items() if sha256((ROOT / path).read_bytes()) != known]
    assert not stale, f"changed since the last build, run script/assets: {stale}"


def test_dist_is_what_was_built():
    built = files_under(STATIC / "dist") - {"static/dist/manifest.json"}
    assert set(MANIFEST["built"]) == built
    changed = [path for path, known in MANIFEST["built"].items() if sha256((ROOT / path).read_bytes()) != known]
    assert not changed, f"changed by hand: {changed}"


def test_vendored_sums_are_true():
    text = (STATIC / "VENDORED.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| \[([^]]+)\].*`([0-9a-f]{64})` \|$", text, flags=re.MULTILINE))
    assert rows == {
        "htmx": sha256((STATIC / "src/vendor/htmx.esm.js").read_bytes()),
        "Tabler Icons": sha256((STATIC / "dist/icons.svg").read_bytes()),
    }


def test_vendored_versions_are_those_of_the_lock():
    text = (STATIC / "VENDORED.md").read_text(encoding="utf-8")
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, package in {"htmx": "htmx.org", "Tabler Icons": "@tabler/icons"}.items():
        assert re.search(
            rf"^\| \[{name}\]\S* \| {re.escape(packages[f'node_modules/{package}']['version'])} \|", text, re.MULTILINE
        )


def test_lock_names_no_address():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "most"), [("app.css", 24_000), ("app.js", 40_000), ("icons.svg", 12_000)])
def test_assets_stay_light(name: str, most: int):
    """The page budget is 350 KB cold; styles and scripts together take less than a fifth of it."""
    assert len(gzip.compress((STATIC / "dist" / name).read_bytes())) < most


def test_styles_load_nothing_from_elsewhere():
    css = (STATIC / "dist" / "app.css").read_text(encoding="utf-8")
    assert "@import" not in css
    assert not re.search(r"url\((?!#)", css)


def test_text_is_never_smaller_than_14_px():
    css = (STATIC / "dist" / "app.css").read_text(encoding="utf-8")
    sizes = [float(size) for size in re.findall(r"font-size:\s*([\d.]+)px", css)]
    assert sizes
    assert min(sizes) >= 14
