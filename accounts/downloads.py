"""Files that the portal makes and hands out: each leaves an event in the audit trail."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from django.http import FileResponse, HttpRequest

from accounts import audit

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def hand_out(request: HttpRequest, content: bytes, name: str, *, what: str, **detail: Any) -> FileResponse:
    """Note in the audit trail who takes which file, with its hash, and send it to be kept.

    The ending of ``name`` is one of CONTENT_TYPES; ``what`` and ``detail`` say what it was made from.
    """
    audit.record(
        audit.Kind.EXPORT,
        request=request,
        what=what,
        **detail,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    ending = name.rpartition(".")[2]
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=name, content_type=CONTENT_TYPES[ending]
    )
