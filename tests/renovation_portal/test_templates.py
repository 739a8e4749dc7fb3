"""Rules that hold for every template of the portal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
# What the content policy refuses: inline style, inline handlers, inline scripts, strings evaluated by htmx.
REFUSED = re.compile(
    r"""\sstyle\s*= | \son[a-z]+\s*= | <style\b | <script(?![^>]*\bsrc=) | javascript:
        | \bhx-on\b | \bhx-vars\b | \bhx-\w+=["']js:""",
    re.IGNORECASE | re.VERBOSE,
)


@pytest.mark.parametrize("name", PAGES)
def test_no_template_asks_for_what_the_content_policy_refuses(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    assert [match.group() for match in REFUSED.finditer(source)] == []


@pytest.mark.parametrize(
    "refused", ['<p style="x">', "<a onclick=x>", "<script>x", '<b hx-on:click="x">', "<b hx-vals='js:{}'>"]
)
def test_the_rule_sees_what_it_looks_for(refused: str) -> None:
    assert REFUSED.search(refused)


@pytest.mark.parametrize("name", PAGES)
def test_every_template_compiles_and_states_its_context(name: str) -> None:
    get_template(name)
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    opening = re.match(
        r'(?:\{% extends "[\w./]+" %\}\s*)?\{% comment %\}(.*?)\{% endcomment %\}', source, re.DOTALL
    )
    assert opening is not None, "the template does not open with a comment"
    assert "Context:" in opening.group(1)
