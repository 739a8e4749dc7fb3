"""Files beside ledger rows: what is kept of them, who may bring, read and take them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import Region, User
from communities.models import Community
from records.attachments import FileRefused, attach, files_by_record, prepare, take_away
from records.models import Attachment, ChangeSet
from records.services import apply
from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db
GPS = 0x8825
ORIENTATION = 0x0112


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def community() -> Community:
    """A community of 延吉市."""
    values = {"name": "州府家园", "region_id": Region.objects.get(code="222401").pk, "street": "北山街道"}
    apply(Community, actor=None, source=ChangeSet.Source.LOAD, values=values)
    return Community.objects.get()


def photo(
    *, size: tuple[int, int] = (40, 20), kind: str = "JPEG", orientation: int = 1
) -> SimpleUploadedFile:
    """Return a photo as a phone makes it: with the place where it was taken."""
    picture = Image.new("RGB", size, (200, 30, 30))
    picture.paste((30, 30, 200), (0, 0, size[0] // 2, size[1]))
    notes = picture.getexif()
    notes[ORIENTATION] = orientation
    notes[0x0110] = "Phone of 张三"
    notes.get_ifd(GPS)[1] = "N"
    notes.get_ifd(GPS)[2] = (42.0, 54.0, 30.0)
    out = io.BytesIO()
    picture.save(out, kind, exif=notes)
    return SimpleUploadedFile("现场.jpg", out.getvalue())


def package(*names: str) -> bytes:
    """Return a zip package with empty parts of these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_what_the_camera_noted_and_keeps_its_picture(
    community: Community, yanji: User, kind: str
) -> None:
    sent = photo(kind=kind)
    with Image.open(io.BytesIO(sent.read())) as original:
        assert GPS in original.getexif()
    sent.seek(0)
    kept = attach(community, sent, actor=yanji, purpose="before")
    stored = Path(kept.file.path).read_bytes()
    with Image.open(io.BytesIO(stored)) as picture:
        assert picture.format == kind
        assert picture.size == (40, 20)
        assert dict(picture.getexif()) == {}
        assert "exif" not in picture.info
    assert "张三".encode() not in stored
    again = Attachment.objects.get(pk=kept.pk)
    assert (again.kind, again.purpose, again.record_type, again.record_id, again.region_id) == (
        "photo",
        "before",
        "communities.community",
        community.pk,
        community.region_id,
    )
    assert again.size == len(stored)
    assert Path(again.file.path).name != "现场.jpg"


def test_a_photo_taken_upright_is_stored_upright(community: Community, yanji: User) -> None:
    kept = attach(community, photo(orientation=6), actor=yanji)
    with Image.open(kept.file.path) as picture:
        assert picture.size == (20, 40)


def test_one_photo_under_two_names_has_one_picture_hash_and_another_has_not() -> None:
    first, same, other = photo(), photo(), photo(size=(40, 22))
    same.name = "另一张.jpg"
    hashes = [prepare(file).picture_hash for file in (first, same, other)]
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize(
    ("content", "name", "kept_as"),
    [
        (b"%PDF-1.7 x", "验收.exe", "验收.exe.pdf"),
        (package("[Content_Types].xml", "word/document.xml"), "报告.xlsx", "报告.docx"),
        (package("[Content_Types].xml", "xl/workbook.xml"), "表.xlsx", "表.xlsx"),
        (package("OFD.xml"), "批复.ofd", "批复.ofd"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x", "旧.wps", "旧.wps"),
        (b"%PDF-1.7 x", "C:\\机密\\..\\验收.pdf", "验收.pdf"),
    ],
    # A package carries the second it was made in: its bytes would give the test another name each run.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_document_is_what_its_content_says(content: bytes, name: str, kept_as: str) -> None:
    ready = prepare(_named(name, content))
    assert (ready.name, ready.kind) == (kept_as, Attachment.Kind.DOCUMENT)


def _named(name: str, content: bytes) -> SimpleUploadedFile:
    file = SimpleUploadedFile("x", content)
    file._name = name  # type: ignore[attr-defined]
    return file


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "photo.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "plan.pdf"),
        (b"MZ\x90\x00", "setup.pdf"),
        (package("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "宏.xlsx"),
        (package("a.txt"), "a.docx"),
        (b"PK\x03\x04 broken", "a.docx"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "a.jpg"),
        (b"", "empty.pdf"),
        (photo().read()[:200], "torn.jpg"),
        (b"%PDF-" + b"0" * (10 * 1024 * 1024), "large.pdf"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_none_of_ours_is_refused_in_words(content: bytes, name: str) -> None:
    with pytest.raises(FileRefused, match=r"."):
        prepare(SimpleUploadedFile(name, content))


def test_where_a_photo_is_wanted_a_document_is_refused_and_a_scan_is_a_document() -> None:
    with pytest.raises(FileRefused):
        prepare(SimpleUploadedFile("a.pdf", b"%PDF-1.4"), Attachment.Kind.PHOTO)
    assert prepare(photo(), Attachment.Kind.DOCUMENT).kind == Attachment.Kind.DOCUMENT


def test_a_stranger_finds_no_row_and_a_reader_may_not_bring_files(
    community: Community, dunhua: User, prefecture_reviewer: User
) -> None:
    with pytest.raises(ObjectDoesNotExist):
        attach(community, photo(), actor=dunhua)
    with pytest.raises(PermissionDenied):
        attach(community, photo(), actor=prefecture_reviewer)
    assert not Attachment.objects.exists()


def test_a_file_comes_back_under_its_own_name_and_only_to_its_region(
    community: Community, yanji: User, dunhua: User, client_for: ClientFor
) -> None:
    paper = attach(community, SimpleUploadedFile("竣工验收.pdf", b"%PDF-1.4 x"), actor=yanji)
    picture = attach(community, photo(size=(800, 400)), actor=yanji)
    browser = client_for(yanji)
    answer = browser.get(reverse("records:file", args=[paper.pk]))
    assert b"".join(answer) == b"%PDF-1.4 x"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%AB%A3")
    shown = browser.get(reverse("records:file", args=[picture.pk]) + "?small=1")
    with Image.open(io.BytesIO(b"".join(shown))) as small:
        assert small.size == (360, 180)
    assert shown["Content-Disposition"].startswith("inline")
    stranger = client_for(dunhua)
    assert stranger.get(reverse("records:file", args=[paper.pk])).status_code == 404


def test_the_form_brings_a_file_once_however_often_it_is_sent(
    community: Community, yanji: User, client_for: ClientFor
) -> None:
    address = reverse("records:file_add", args=["communities.community", community.pk])
    browser = client_for(yanji)
    for _time in range(2):
        sent = {"file": photo(), "key": "one-upload", "purpose": "before", "kind": "photo"}
        assert browser.post(address, sent).status_code == 302
    [kept] = files_by_record(yanji, "communities.community", [community.pk])[community.pk]
    assert (kept.purpose, kept.uploaded_by) == ("before", yanji)
    refused = browser.post(
        address, {"file": SimpleUploadedFile("a.exe", b"MZ"), "key": "other-upload"}, follow=True
    )
    assert [str(message) for message in refused.context["messages"]]
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize("record_type", ["accounts.user", "nothing.here", "x"])
def test_only_ledger_rows_have_files(yanji: User, client_for: ClientFor, record_type: str) -> None:
    answer = client_for(yanji).post(
        reverse("records:file_add", args=[record_type, yanji.pk]), {"file": photo()}
    )
    assert answer.status_code == 404


def test_a_file_is_taken_away_with_a_reason_and_stays_for_the_auditor(
    community: Community, yanji: User, client_for: ClientFor
) -> None:
    kept = attach(community, photo(), actor=yanji)
    with pytest.raises(FileRefused):
        take_away(kept, actor=yanji, reason=" ")
    client_for(yanji).post(reverse("records:file_take_away", args=[kept.pk]), {"reason": "拍错小区"})
    gone = Attachment.objects.get(pk=kept.pk)
    assert (gone.removed_by, gone.removed_reason) == (yanji, "拍错小区")
    assert gone.removed_at is not None
    assert Path(gone.file.path).exists()
    assert client_for(yanji).get(reverse("records:file", args=[kept.pk])).status_code == 404
    assert not files_by_record(yanji, "communities.community", [community.pk])
