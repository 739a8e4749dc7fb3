"""Files and photos beside ledger rows: taken in by what they are, not by what they are called.

A photo is decoded and written anew from its pixels, upright and without what the camera noted (place, time,
device): a photo of a stairwell must not tell where its photographer stood (个人信息保护法 第六条).
"""

from __future__ import annotations

import hashlib
import io
import re
import secrets
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from records.locks import ALL, locks_on
from records.models import Attachment, VersionedRecord
from records.rows import load_rows

if TYPE_CHECKING:
    from accounts.models import User

MOST_BYTES = 10 * 1024 * 1024
# A phone's camera has up to 50 million pixels; more would fill the memory of a web process.
MOST_PIXELS = 60_000_000
LONGEST_EDGE = 4096
SMALL_EDGE = 360
# Pillow's name of a format → the ending and type of the file that is kept.
PHOTOS = {
    "JPEG": ("jpg", "image/jpeg"),
    "MPO": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "WEBP": ("webp", "image/webp"),
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENTS = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "ofd": "application/ofd",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "wps": "application/vnd.ms-works",
    "et": "application/vnd.ms-excel",
}
CONTENT_TYPES = {**DOCUMENTS, **{ending: kind for ending, kind in PHOTOS.values()}}
ACCEPTED_PHOTOS = "image/jpeg,image/png,image/webp"
ACCEPTED = ",".join([ACCEPTED_PHOTOS, *(f".{ending}" for ending in DOCUMENTS)])


class FileRefused(ValueError):
    """The file cannot be kept; the message says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that may be kept: its bytes as they will be stored, and what is known of it."""

    content: bytes
    kind: Attachment.Kind
    ending: str
    name: str
    small: bytes = b""
    picture_hash: str = ""

    @property
    def sha256(self) -> str:
        """Return the digest of the bytes that are kept."""
        return hashlib.sha256(self.content).hexdigest()


def prepare(file: File[Any], kind: Attachment.Kind | None = None) -> Prepared:
    """Read an upload and return what would be kept of it; raises FileRefused.

    ``kind`` PHOTO takes pictures only; DOCUMENT takes documents and their scans; None takes both and decides.
    """
    if (file.size or 0) > MOST_BYTES:
        raise FileRefused(_("The file is larger than 10 MB. Make it smaller, or split it."))
    content = file.read()
    if not content:
        raise FileRefused(_("The file is empty."))
    name = tidy_file_name(file.name or "")
    photo = _photo(content)
    if photo is not None:
        return _prepared_photo(photo, name, kind or Attachment.Kind.PHOTO)
    if kind is Attachment.Kind.PHOTO:
        raise FileRefused(_heic(content) or _("This is no photo. Choose a JPEG, PNG or WebP picture."))
    ending = _document_ending(content, name)
    if not ending:
        raise FileRefused(
            _heic(content)
            or _("Such files are not kept. Choose a picture (JPEG, PNG, WebP), PDF, OFD or Office file.")
        )
    return Prepared(content, Attachment.Kind.DOCUMENT, ending, _with_ending(name, ending))


def tidy_file_name(name: str) -> str:
    """Return a file's name without folders, control characters and signs that no system allows in names."""
    plain = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    plain = re.sub(r'[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069<>:"|?*]', "", plain).strip(" .")
    return plain[-150:] or _("file")


def _with_ending(name: str, ending: str) -> str:
    stem, dot, old = name.rpartition(".")
    if dot and (old.lower() == ending or (ending == "jpg" and old.lower() == "jpeg")):
        return name
    return f"{stem if dot and old.lower() in CONTENT_TYPES else name}.{ending}"


def _photo(content: bytes) -> Image.Image | None:
    """Return the picture that bytes hold, or None when they are no picture of a kind that is read."""
    try:
        return Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
    except UnidentifiedImageError:
        return None
    except (Image.DecompressionBombError, OSError, ValueError, SyntaxError) as problem:
        raise FileRefused(_("The picture cannot be read; it may be damaged.")) from problem


def _prepared_photo(picture: Image.Image, name: str, kind: Attachment.Kind) -> Prepared:
    ending, _type = PHOTOS[picture.format or "JPEG"]
    if picture.width * picture.height > MOST_PIXELS:
        raise FileRefused(_("The picture has too many pixels. Send it at most 60 million large."))
    try:
        upright = ImageOps.exif_transpose(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise FileRefused(_("The picture cannot be read; it may be damaged.")) from problem
    clear = "A" in upright.getbands() or "transparency" in upright.info
    flat = upright.convert("RGBA" if clear and ending != "jpg" else "RGB")
    # A canvas of its own: nothing but pixels comes along, no notes, no preview, no profile.
    clean = Image.new(flat.mode, flat.size)
    clean.paste(flat)
    pixels = hashlib.sha256(f"{clean.mode}{clean.size}".encode() + clean.tobytes()).hexdigest()
    clean.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    small = clean.convert("RGB")
    small.thumbnail((SMALL_EDGE, SMALL_EDGE))
    return Prepared(
        _encoded(clean, ending), kind, ending, _with_ending(name, ending), _encoded(small, "jpg"), pixels
    )


def _encoded(picture: Image.Image, ending: str) -> bytes:
    out = io.BytesIO()
    if ending == "png":
        picture.save(out, "PNG", optimize=False)
    else:
        picture.save(out, "WEBP" if ending == "webp" else "JPEG", quality=85)
    return out.getvalue()


def _heic(content: bytes) -> str:
    """Return what to do about a picture of an Apple phone, empty for anything else."""
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim"}:
        return _("HEIC pictures cannot be shown everywhere. Set the camera to JPEG (most compatible).")
    return ""


def _document_ending(content: bytes, name: str) -> str:
    """Return the ending of a document by its content, empty when it is none that is kept."""
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _package_ending(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        named = name.rpartition(".")[2].lower()
        return named if named in {"doc", "xls", "ppt", "wps", "et"} else "doc"
    return ""


def _package_ending(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
    except zipfile.BadZipFile as problem:
        raise FileRefused(_("The file is damaged.")) from problem
    if any(part.lower().endswith("vbaproject.bin") for part in names):
        raise FileRefused(_("The file holds macros. Save it without macros and choose it again."))
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" not in names:
        return ""
    for folder, ending in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
        if any(part.startswith(folder) for part in names):
            return ending
    return ""


def attach(
    record: VersionedRecord,
    file: File[Any] | Prepared,
    *,
    actor: User | None,
    kind: Attachment.Kind | None = None,
    purpose: str = "",
    title: str = "",
    bound: bool = True,
) -> Attachment:
    """Keep a file beside a row and return it.

    Raises FileRefused for a file that is none of ours and for a row that is closed, ObjectDoesNotExist for a
    row outside the actor's sight, PermissionDenied for one they may only read.  ``bound=False`` is for apps
    that have asked capability, scope and state themselves.
    """
    if bound and actor is not None:
        refuse_foreign(record, actor)
        closed = closed_for(record, actor)
        if closed:
            raise FileRefused(closed)
    ready = file if isinstance(file, Prepared) else prepare(file, kind)
    region = type(record).regions_of([vars(record)])[0]
    assert region is not None, "a stored row lies in a region"
    name = f"{secrets.token_hex(16)}.{ready.ending}"
    with transaction.atomic():
        kept = Attachment(
            record_type=record._meta.label_lower,
            record_id=record.pk,
            region_id=region,
            kind=ready.kind,
            purpose=purpose,
            title=title.strip()[:120],
            file_name=ready.name,
            size=len(ready.content),
            sha256=ready.sha256,
            picture_hash=ready.picture_hash,
            uploaded_by=actor,
        )
        kept.file.save(name, ContentFile(ready.content), save=False)
        if ready.small:
            default_storage.save(small_name(kept.file.name or ""), ContentFile(ready.small))
        kept.save()
    return kept


def refuse_foreign(record: VersionedRecord, actor: User) -> None:
    """Raise ObjectDoesNotExist for a row the actor cannot see, PermissionDenied for one only read."""
    rows: Any = type(record)._default_manager
    if not rows.visible_to(actor).filter(pk=record.pk).exists():
        raise ObjectDoesNotExist(record.pk)
    if not rows.editable_by(actor).filter(pk=record.pk).exists():
        raise PermissionDenied("attach")


def closed_for(record: VersionedRecord, actor: User) -> str:
    """Return why the whole row is closed to the actor now, empty while it is open."""
    rows = load_rows(type(record)._default_manager.all(), [record.pk], lock=False)
    locks = locks_on(record._meta.label_lower, list(rows.values()), actor) if rows else [{}]
    return locks[0].get(ALL, "")


def take_away(attachment: Attachment, *, actor: User, reason: str) -> None:
    """Take a file off its row, with the reason; the file itself is kept for whoever audits.

    Raises FileRefused without a reason or when the row is closed, ObjectDoesNotExist and PermissionDenied as
    ``attach`` does.
    """
    record = record_of(attachment.record_type, attachment.record_id)
    refuse_foreign(record, actor)
    closed = closed_for(record, actor)
    if closed:
        raise FileRefused(closed)
    if not reason.strip():
        raise FileRefused(_("Write the reason: it is kept with the file."))
    Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(
        removed_at=timezone.now(), removed_by=actor, removed_reason=reason.strip()[:500]
    )


def record_of(record_type: str, pk: int) -> VersionedRecord:
    """Return the row of a ledger by its type and key; raises ObjectDoesNotExist for whatever is none."""
    try:
        model = apps.get_model(record_type)
    except (LookupError, ValueError) as problem:
        raise ObjectDoesNotExist(record_type) from problem
    if not issubclass(model, VersionedRecord):
        raise ObjectDoesNotExist(record_type)
    found: VersionedRecord = model._default_manager.get(pk=pk)
    return found


def files_by_record(user: User, record_type: str, pks: Iterable[int]) -> Mapping[int, list[Attachment]]:
    """Return the files of some rows that the user may see, by row; one query."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    files = Attachment.objects.visible_to(user).of(record_type, *pks).select_related("uploaded_by")
    for file in files:
        found[file.record_id].append(file)
    return found


def small_name(name: str) -> str:
    """Return where the small picture of a photo is kept."""
    return f"{name}.small.jpg"


def open_file(attachment: Attachment, *, small: bool = False) -> IO[bytes]:
    """Return the stored bytes, of the small picture where asked and there; raises FileNotFoundError."""
    name = attachment.file.name or ""
    if small and attachment.picture_hash and default_storage.exists(small_name(name)):
        return default_storage.open(small_name(name))
    return default_storage.open(name)


def content_type_of(attachment: Attachment) -> str:
    """Return the type a browser is told: that of the content, never the uploader's word."""
    return CONTENT_TYPES.get((attachment.file.name or "").rpartition(".")[2], "application/octet-stream")
