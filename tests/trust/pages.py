"""Every page that somebody can open, and a reader that finds what no page of ours may hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.urls import reverse

from tests.trust.access_table import DOORS, Door
from tests.trust.world import OWN, WHO, World

LINKS = frozenset(
    {"href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "poster", "background"}
)
NEVER = frozenset(
    {"iframe", "frame", "object", "embed", "applet", "base", "math", "marquee", "video", "audio", "style"}
)
SCHEMES = ("javascript:", "vbscript:", "data:", "//", "http:", "https:")


@dataclass(frozen=True)
class Visit:
    """A page as one role opens it."""

    who: str
    door: Door
    address: str


def visits(world: World) -> Iterator[Visit]:
    """Yield every page for the first role that may open it, and pages of refusal."""
    for door in DOORS:
        who = next((role for role in WHO if role in door.allowed), None)
        if door.method == "GET" and not door.is_data and who is not None:
            args, query, _body = door.filled(world.targets[OWN])
            yield Visit(who, door, reverse(door.route, args=args) + (f"?{query}" if query else ""))


@dataclass
class Reader(HTMLParser):
    """Reads a page and notes scripts, handlers and addresses that did not come from our templates."""

    found: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _data: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge an element."""
        told = {name: value or "" for name, value in attrs}
        if tag in NEVER:
            self.found.append(f"<{tag}>")
        if tag == "script":
            self._data = told.get("type") == "application/json"
            if not self._data and not told.get("src", "").startswith("/static/"):
                self.found.append(f"<script {told}>")
        if tag == "meta" and told.get("http-equiv", "").lower() == "refresh":
            self.found.append("<meta refresh>")
        for name, value in told.items():
            if name.startswith("on") or name == "style":
                self.found.append(f"<{tag} {name}={value!r}>")
            if name in LINKS and _goes_elsewhere(tag, value):
                self.found.append(f"<{tag} {name}={value!r}>")
            self.texts.append(value)

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data)


def _goes_elsewhere(tag: str, value: str) -> bool:
    plain = "".join(character for character in value if character.isprintable() and character != " ").lower()
    return plain.startswith(SCHEMES) and not (tag == "img" and plain.startswith("data:image/"))


def read(html: str) -> Reader:
    """Return what a page holds."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader
