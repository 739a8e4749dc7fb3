"""Which function does the work of which kind of job.

An app registers its handlers in its ``tasks.py``::

    @handler("ledgers.commit_import", title=_("Import of a workbook"))
    def commit_import(run: JobRun) -> dict[str, Any]: ...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from jobs.runs import JobRun

Handler = Callable[["JobRun"], dict[str, Any] | None]

_handlers: dict[str, Handler] = {}
_titles: dict[str, StrOrPromise] = {}


class UnknownKind(LookupError):
    """No installed app handles this kind of job."""


def handler(kind: str, *, title: StrOrPromise = "") -> Callable[[Handler], Handler]:
    """Register a function as the one that does a kind of job; a kind has one handler.

    ``title`` (lazily translated) is what pages call the work; without one they show the kind.
    """

    def register(function: Handler) -> Handler:
        known = _handlers.setdefault(kind, function)
        if known is not function:
            raise ImproperlyConfigured(f"Two handlers for jobs of kind {kind!r}.")
        _titles.setdefault(kind, title or kind)
        return function

    return register


def handler_for(kind: str) -> Handler:
    """Return the handler of a kind; raises UnknownKind.

    The apps' ``tasks`` modules are imported on the first miss, so that a web process which asks for no job
    does not load what only workers need.
    """
    _load(kind)
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def title_of(kind: str) -> str:
    """Return what pages call a kind of work; the kind itself when no installed app handles it any more."""
    _load(kind)
    return str(_titles.get(kind, kind))


def _load(kind: str) -> None:
    if kind not in _handlers:
        autodiscover_modules("tasks")
