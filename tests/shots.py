"""The driver of script/shots: pictures of a running demo, by role, language, width, and light, dark or paper.

Without addresses it follows the links of each role and takes one page of every shape of address: /roster/officers/5
and /roster/officers/6 are one shape. What the eye has to judge is left to the eye; only a page that is wider than
its window is named.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
MOST = 150
HEIGHT, PHONE, PAPER = 900, 600, 718
LOOKS = ("light", "dark", "print")
# Not pages: files to keep, and answers for other programs.
LEFT_OUT = re.compile(r"/(file|static|media|api|healthz)(/|$)|/(catalogue|export)$|\.[a-z]{2,4}$")


def accounts() -> dict[str, dict[str, str]]:
    """The first demo account of each role."""
    command = [sys.executable, "manage.py", "demo_accounts", "--json"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {found["role"]: found for found in reversed(json.loads(answer.stdout))}


def sign_in(page: Any, account: dict[str, str]) -> None:
    page.goto("/")
    page.fill("form input:not([type=hidden]):not([type=password])", account["username"])
    page.fill("input[type=password]", account["password"])
    with page.expect_navigation():
        page.keyboard.press("Enter")


def opens(page: Any, address: str) -> bool:
    try:
        page.goto(address, wait_until="networkidle")
    except Error as error:  # a file that is to be kept, or no answer
        print(f"  left out {address}: {error.message.splitlines()[0]}")
        return False
    return True


def one_of_each(page: Any) -> Iterator[str]:
    """Addresses of a role's pages as links lead to them, one of each shape; the browser stands on each."""
    waiting, seen = ["/"], {"/"}
    while waiting:
        address = waiting.pop(0)
        if not opens(page, address):
            continue
        yield address
        for link in page.eval_on_selector_all("a[href]", "all => all.map(link => link.href)"):
            there = urlsplit(link)
            shape = re.sub(r"\d+", "N", there.path)
            foreign = there.netloc != urlsplit(page.url).netloc or LEFT_OUT.search(there.path)
            if not foreign and shape not in seen and len(seen) < MOST:
                seen.add(shape)
                waiting.append(link)


def take(page: Any, look: str, target: Path) -> None:
    """One picture of all that stands on the page; of paper also the sheets, as a PDF."""
    if look == "print":
        page.emulate_media(media="print")
        page.pdf(path=target.with_suffix(".pdf"), prefer_css_page_size=True)
    page.screenshot(path=target, full_page=True)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    print(f"  {target.name}{f'   {over} px wider than its window' if over > 0 else ''}", flush=True)


def series(browser: Any, options: argparse.Namespace, look: str, account: dict[str, str], language: str, width: int):
    """All pages of one role in one language, width and look."""
    folder = options.to / account["role"] / f"{language}-{width}-{look}"
    folder.mkdir(parents=True, exist_ok=True)
    size = {"width": PAPER if look == "print" else width, "height": HEIGHT}
    context = browser.new_context(base_url=options.at, locale=language, viewport=size, is_mobile=size["width"] < PHONE)
    context.add_cookies([{"name": "theme", "value": "dark" if look == "dark" else "light", "url": options.at}])
    page = context.new_page()
    sign_in(page, account)
    found: Iterable[str] = options.pages or one_of_each(page)
    for address in found:
        if options.pages and not opens(page, address):
            continue
        there = urlsplit(address)
        name = re.sub(r"[^\w]+", "-", f"{there.path}-{there.query}").strip("-") or "home"
        take(page, look, folder / f"{name[:80]}.png")
    context.close()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="script/shots", description=__doc__)
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="addresses such as /roster/officers; none: all")
    parser.add_argument("--at", default="http://127.0.0.1:8000", help="where script/server answers")
    data = Path(os.environ.get("POLICE_HR_DATA", ROOT / "var"))
    parser.add_argument("--to", type=Path, default=data / "shots", help="the folder of the pictures")
    parser.add_argument("--roles", default="hr_cadre,unit_political_officer,discipline_inspector,officer")
    parser.add_argument("--languages", default="zh-CN,en-GB")
    parser.add_argument("--widths", default="1440,390")
    parser.add_argument("--looks", default="light", help=",".join(LOOKS))
    options = parser.parse_args(arguments)
    known = accounts()
    with sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        for role in options.roles.split(","):
            for language in options.languages.split(","):
                for look in options.looks.split(","):
                    for width in options.widths.split(",") if look != "print" else ["0"]:
                        print(f"{role} {language} {look} {width}", flush=True)
                        series(browser, options, look, known[role], language, int(width))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
