"""What a file really is: decided by its first bytes and its directory, never by its name alone."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

from django.utils.translation import gettext as _

from ledgers.reader import cfb, refusals
from ledgers.reader.cfb import CompoundFile
from ledgers.reader.package import Package

Content = Literal["package", "compound", "text"]

TEXT_NAMES = frozenset({".csv", ".tsv", ".txt"})
# .et is the older workbook format of WPS: the same records as .xls under another name.
BOOK_NAMES = frozenset({".xls", ".et"})
PACKAGE_NAMES = frozenset({".xlsx"})
KNOWN_NAMES = TEXT_NAMES | BOOK_NAMES | PACKAGE_NAMES
MARKUP = re.compile(
    rb"\s*(?:<\?xml|<!doctype|<html|<table|<meta|<head|<style|<div|mime-version:)", re.IGNORECASE
)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
OLD_RECORDS = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)


def content_of(data: bytes, filename: str) -> Content:
    """Return how to open a file; refuse it when its name and its content do not agree, or nobody reads it."""
    extension = PurePath(filename).suffix.lower()
    _refuse_by_name(extension)
    expected: Content = (
        "text" if extension in TEXT_NAMES else "compound" if extension in BOOK_NAMES else "package"
    )
    if not data:
        raise refusals.empty_file()
    if data.startswith(b"PK\x03\x04"):
        found: Content = "package"
    elif data.startswith(cfb.SIGNATURE):
        found = "compound"
    else:
        foreign = _foreign(data)
        if foreign or expected != "text":
            raise refusals.mismatch(extension, foreign or _("text, not a workbook"))
        found = "text"
    if found == "package" and expected != "package":
        raise refusals.mismatch(extension, _("a zip archive or a workbook in the .xlsx format"))
    if found == "compound" and expected == "text":
        raise refusals.mismatch(extension, _("a workbook in the old .xls format"))
    return found


def _refuse_by_name(extension: str) -> None:
    if extension in (".xlsm", ".xltm", ".xlam", ".xla"):
        raise refusals.macros()
    if extension == ".xlsb":
        raise refusals.binary_workbook()
    if extension in (".ods", ".fods"):
        raise refusals.open_document()
    if extension not in KNOWN_NAMES:
        raise refusals.unknown_type(extension)


def _foreign(data: bytes) -> str:
    """Name what is neither a workbook nor text, or return an empty string."""
    pictures = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")
    if data.startswith(pictures):
        return _("a picture")
    if data.startswith(b"%PDF"):
        return _("a PDF document")
    if data.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"PK")):
        return _("an archive or a damaged workbook")
    if data.startswith(b"{\\rtf"):
        return _("a text document")
    if data.startswith(OLD_RECORDS):
        return _("a workbook of a very old Excel")
    if MARKUP.match(data.removeprefix(b"\xef\xbb\xbf")[:400]):
        return _("a web page")
    if not data.startswith(UTF16_MARKS) and b"\0" in data[:4096]:
        return _("binary data")
    return ""


def check_package(package: Package, extension: str) -> None:
    """Refuse a zip file that is no plain workbook: macros, binary workbook, other documents, archives."""
    names = set(package.names)
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name for name in names):
        raise refusals.macros()
    if any(name.endswith("workbook.bin") for name in names):
        raise refusals.binary_workbook()
    if "mimetype" in names and "content.xml" in names:
        raise refusals.mismatch(extension, _("an OpenDocument file"))
    if "[content_types].xml" not in names or "_rels/.rels" not in names:
        raise refusals.mismatch(extension, _("a zip archive"))
    if any(name.startswith(("word/", "ppt/", "visio/")) for name in names):
        raise refusals.mismatch(extension, _("a Word or PowerPoint document"))
    for _tag, attributes in package.elements("[Content_Types].xml", {"Override", "Default"}):
        content_type = dict(attributes).get("ContentType", "").lower()
        if "macroenabled" in content_type:
            raise refusals.macros()


def book_stream(data: bytes, extension: str) -> tuple[str, bytes]:
    """Return name and content of the workbook stream in a compound file; refuse what is no plain .xls."""
    compound = CompoundFile(data)
    names = compound.entries
    if "EncryptedPackage" in names or "EncryptionInfo" in names:
        raise refusals.encrypted()
    if extension == ".xlsx":
        raise refusals.mismatch(extension, _("a workbook in the old .xls format"))
    if any(name.upper() in ("_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT") for name in names):
        raise refusals.macros()
    for name in ("Workbook", "Book", "WORKBOOK", "BOOK"):
        if name in names:
            return name, compound.stream(name)
    raise refusals.mismatch(extension, _("another kind of Office document"))
