"""The reasons for which a file is not read, each with what its owner can do about it.

Every text of a refusal is here, so that codes, wording and translations can be read at one glance.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from ledgers.reader.document import Limits


class FileRefused(Exception):
    """A file that is not read. ``code`` names the rule, ``message`` says why, ``mend`` what to do."""

    def __init__(self, code: str, message: str, mend: str) -> None:
        super().__init__(code, message, mend)
        self.code = code
        self.message = message
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.message} {self.mend}"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".removesuffix(".0")


def empty_file() -> FileRefused:
    """Refuse a file without a single byte."""
    return FileRefused(
        "empty_file",
        _("The file is empty (0 bytes)."),
        _("Save the table again in Excel or WPS and upload that file."),
    )


def too_large(size: int, limits: Limits) -> FileRefused:
    """Refuse a file above the size limit (bytes), before it is opened."""
    return FileRefused(
        "too_large",
        _("The file has %(size)s MB; at most %(limit)s MB are read.")
        % {"size": _megabytes(size), "limit": _megabytes(limits.max_bytes)},
        _("Take out pictures and sheets that are not needed, or split the table into several files."),
    )


def unknown_type(extension: str) -> FileRefused:
    """Refuse a name whose extension is not one of the read kinds."""
    return FileRefused(
        "unknown_type",
        _("Files of the type “%(extension)s” are not read.") % {"extension": extension or "?"},
        _("Save the table as an Excel workbook (.xlsx) or as .csv and upload that file."),
    )


def mismatch(extension: str, content: str) -> FileRefused:
    """Refuse a file whose content is not what its name says."""
    return FileRefused(
        "mismatch",
        _("The file is named “%(extension)s”, but what it holds is %(content)s.")
        % {"extension": extension, "content": content},
        _("Open it in Excel or WPS, choose “Save as” → Excel workbook (.xlsx), and upload the new file."),
    )


def open_document() -> FileRefused:
    """Refuse OpenDocument tables."""
    return FileRefused(
        "open_document",
        _("OpenDocument tables (.ods) are not read."),
        _("Open it in WPS or LibreOffice, choose “Save as” → Excel workbook (.xlsx), and upload that file."),
    )


def macros() -> FileRefused:
    """Refuse workbooks that hold code."""
    return FileRefused(
        "macros",
        _("The workbook contains macros, which are never accepted."),
        _("Choose “Save as” → Excel workbook (.xlsx) without macros and upload the new file."),
    )


def binary_workbook() -> FileRefused:
    """Refuse the binary workbook format."""
    return FileRefused(
        "xlsb",
        _("Binary workbooks (.xlsb) are not read."),
        _("Choose “Save as” → Excel workbook (.xlsx) and upload the new file."),
    )


def encrypted() -> FileRefused:
    """Refuse what is locked by a password."""
    return FileRefused(
        "encrypted",
        _("The workbook is protected by a password and cannot be opened."),
        _("Open it, remove the password (File → Info → Protect workbook), save it and upload it again."),
    )


def declarations() -> FileRefused:
    """Refuse XML with document types or entities (XXE, billion laughs)."""
    return FileRefused(
        "dtd",
        _("The workbook contains document type declarations, which no Excel or WPS file needs."),
        _("Copy the table into a new workbook, save it as .xlsx and upload that file."),
    )


def unpacks_too_large() -> FileRefused:
    """Refuse zip bombs."""
    return FileRefused(
        "zip_bomb",
        _("The file unpacks to far more data than a ledger can hold, so it is not opened."),
        _("Copy only the table into a new workbook, save it as .xlsx and upload that file."),
    )


def too_many_rows(limits: Limits) -> FileRefused:
    """Refuse tables above the row limit."""
    return FileRefused(
        "too_many_rows",
        _("The table is too long: at most %(limit)s rows can be read at once.")
        % {"limit": f"{limits.max_rows:,}"},
        _("Split it into files of at most %(limit)s rows.") % {"limit": f"{limits.max_rows:,}"},
    )


def too_many_columns(letter: str, limits: Limits) -> FileRefused:
    """Refuse tables above the column limit, naming the column."""
    return FileRefused(
        "too_many_columns",
        _("There is a value in column %(letter)s; at most %(limit)s columns are read.")
        % {"letter": letter, "limit": limits.max_columns},
        _("Delete the columns to the right of the table and upload the file again."),
    )


def far_cell(reference: str) -> FileRefused:
    """Refuse a value so far away that the rectangle up to it could not be held, naming the cell."""
    return FileRefused(
        "far_cell",
        _("There is a value in cell %(cell)s, far away from the table.") % {"cell": reference},
        _("Go to %(cell)s, delete the rows and columns outside the table, save and upload again.")
        % {"cell": reference},
    )


def damaged(detail: str = "") -> FileRefused:
    """Refuse what cannot be opened, or could be read in two ways."""
    return FileRefused(
        "damaged",
        _("The file is damaged or incomplete and cannot be opened.") + (f" ({detail})" if detail else ""),
        _("Open it in Excel or WPS, save it again under a new name and upload that file."),
    )


def no_such_sheet(name: str) -> FileRefused:
    """Refuse a sheet that the workbook does not show."""
    return FileRefused(
        "no_such_sheet",
        _("The workbook has no visible sheet named “%(name)s”.") % {"name": name},
        _("Choose one of the sheets that the workbook has."),
    )


def no_table() -> FileRefused:
    """Refuse a file in which no heading was found."""
    return FileRefused(
        "no_table",
        _("No table was found: there is no row of headings with at least two columns."),
        _("Put the headings in one row above the data on the first sheet, and upload the file again."),
    )


def unreadable_text() -> FileRefused:
    """Refuse text in no known encoding, or with lost characters."""
    return FileRefused(
        "encoding",
        _("The text file is neither UTF-8 nor GBK / GB18030, or some of its characters are already lost."),
        _("Open the original in Excel or WPS, choose “Save as” → CSV UTF-8 or .xlsx, and upload that file."),
    )


def unclosed_quote(line: int) -> FileRefused:
    """Refuse text whose quotation mark swallows the rest of the file."""
    return FileRefused(
        "unclosed_quote",
        _("A quotation mark is opened in or before line %(line)s and never closed.") % {"line": line},
        _("Close or remove the quotation mark, or save the table as .xlsx, and upload it again."),
    )
