"""The ledger grid as somebody in front of it meets it: cells by row name and column, keys, clipboard."""

from __future__ import annotations

import re
import time
from typing import Any

from playwright.sync_api import Locator, Page, expect

# Answers the drawn parts of a cell: its row by name, its column by key; SlickGrid draws a row in two halves.
FIND_CELL = """([name, key]) => {
  const rows = [...document.querySelectorAll('.slick-viewport-left .slick-row')];
  const row = rows.find(one => one.querySelector('.l2').textContent.endsWith(name));
  const heads = [...document.querySelectorAll('.slick-header-column')];
  const at = heads.findIndex(head => head.dataset.id === key);
  if (!row || at < 0) return null;
  const cell = document.querySelector(`.slick-row[data-row="${row.dataset.row}"] .l${at}`);
  if (!cell) return null;
  const box = cell.getBoundingClientRect();
  const value = cell.querySelector('.lg-value') || cell;
  const middle = {x: box.x + box.width / 2, y: box.y + box.height / 2};
  return {text: value.textContent, classes: [...cell.classList], ...middle};
}"""
PASTE = """text => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
  document.getElementById('grid-input').dispatchEvent(event);
}"""

# The status bar is drawn in the frame after the act.
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Both numbers at one moment: a row may pass from one to the other.
OPEN_ROWS = """() => ['saving', 'unsaved']
  .map(state => document.querySelector(`#grid-counts .is-${state}`).textContent)
  .map(words => Number(words.replace(/\\D/g, '')))
  .reduce((all, one) => all + one)"""


class GridPage:
    """A page that shows a ledger grid."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.wait_for_selector("#ledger-grid.is-ready .slick-row", state="attached")

    def cell(self, name: str, key: str) -> dict[str, Any]:
        """Return a drawn cell: its text, classes and middle; fails when it is not on screen."""
        found: dict[str, Any] | None = self.page.evaluate(FIND_CELL, [name, key])
        assert found, f"no cell {name} {key} on screen"
        return found

    def text(self, name: str, key: str) -> str:
        """Return what a cell shows, without its sign."""
        return str(self.cell(name, key)["text"])

    def shows(self, name: str, key: str, state: str) -> bool:
        """Tell whether a cell is drawn in a state: changed, soft, hard, conflict, locked, pv-soft …"""
        return (state if state.startswith("pv-") else f"is-{state}") in self.cell(name, key)["classes"]

    def click(self, name: str, key: str, **options: Any) -> None:
        """Click a cell."""
        found = self.cell(name, key)
        self.page.mouse.click(found["x"], found["y"], **options)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def enter(self, name: str, key: str, text: str) -> None:
        """Type a text into a cell and take it over with Enter."""
        self.click(name, key)
        self.page.keyboard.type(text)
        self.press("Enter")

    def address(self) -> str:
        """Return the address of the active cell."""
        return self.page.inner_text(".lg-address")

    def message(self) -> Locator:
        """Return the line above the table."""
        return self.page.locator("#grid-message")

    def count(self, state: str) -> int:
        """Return how many rows the status bar says are in a state."""
        words = self.page.locator(f"#grid-counts .is-{state}").inner_text()
        return int(re.sub(r"\D", "", words))

    def settled(self, seconds: float = 15) -> None:
        """Wait until the status bar says that nothing is unsaved or being saved."""
        self.page.evaluate(TWO_FRAMES)
        self.until(lambda: self.page.evaluate(OPEN_ROWS) == 0, seconds)

    def until(self, holds: Any, seconds: float = 15) -> None:
        """Wait until something holds; fails with the status bar's words."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, self.page.inner_text("#ledger-grid .lg-status")
            self.page.wait_for_timeout(50)

    def paste(self, text: str) -> None:
        """Paste a text as Excel puts it on the clipboard."""
        self.page.evaluate(PASTE, text)

    def preview(self) -> dict[str, int]:
        """Wait for the checked preview and return its counts by verdict."""
        expect(self.page.locator("#grid-panel")).to_be_visible()
        self.until(lambda: not self.page.locator("#grid-panel").get_by_text("Checking").count())
        rows = self.page.locator(".lg-legend tr")
        kinds = ["changed", "soft", "hard", "locked", "same"]
        numbers = [rows.nth(at).locator(".lg-count b").inner_text() for at in range(len(kinds))]
        return dict(zip(kinds, [int(number.replace(",", "")) for number in numbers], strict=True))

    def apply(self) -> None:
        """Apply the open paste and wait until it is saved."""
        self.page.click("#grid-apply")
        expect(self.page.locator("#grid-panel")).to_be_hidden()
        self.settled()
