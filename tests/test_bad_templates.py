"""Templates that are damaged, or leave things out: told in a sentence, or drawn all the same."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Emu

from sim.errors import PlannerError
from sim.present.content import deck
from sim.present.slides import draw
from sim.present.template import presentation_expected, template
from tests import decks

LACKS = "found one that lacks what a presentation has"
ELSE = "found something else or a file that is cut off"
PROTECTED = "found one that is protected by a password"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "sound.pptx"
    Presentation().save(path)
    return path


def edited(sound: Path, to: Path, part: str, change: Callable[[bytes], bytes | None]) -> Path:
    """Copy a presentation with those parts changed, or left out, whose name has `part` in it."""
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(to, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            kept = change(content) if part in name else content
            assert part not in name or kept != content, f"{name} is as it was"
            if kept is not None:
                target.writestr(name, kept)
    return to


def swapped(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda content: re.sub(old.encode(), new.encode(), content, flags=re.DOTALL)


DAMAGED: dict[str, tuple[str, Callable[[bytes], bytes | None]]] = {
    "a theme that is no XML": ("theme/theme1.xml", lambda _: b"<not xml"),
    "a layout missing": ("slideLayouts/slideLayout6.xml", lambda _: None),
    "the master missing": ("slideMasters/slideMaster1.xml", lambda _: None),
    "another root": ("ppt/presentation.xml", lambda _: f'<p:foo xmlns:p="{P}"/>'.encode()),
    "an unknown kind of placeholder": (
        "slideLayouts/slideLayout2.xml", swapped('type="title"', 'type="wizard"'),
    ),
    "a width that is no number": (
        "ppt/presentation.xml", swapped("<p:sldSz[^>]*>", '<p:sldSz cx="abc" cy="-5"/>'),
    ),
    "slides without extent": (
        "ppt/presentation.xml", swapped("<p:sldSz[^>]*>", '<p:sldSz cx="0" cy="0"/>'),
    ),
    "an inset that is no length": (
        "slideLayouts/slideLayout6.xml", swapped("<a:bodyPr */>", '<a:bodyPr lIns="wide"/>'),
    ),
    "relations of something else": ("ppt/_rels/presentation.xml.rels", lambda _: b"<x/>"),
    "types in no encoding": ("[Content_Types].xml", lambda _: b"\xff\xfe\x00bad"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_a_part_that_is_damaged_is_told(name, sound, tmp_path):
    path = edited(sound, tmp_path / "bad.pptx", *DAMAGED[name])
    with pytest.raises(PlannerError, match=re.escape(f"{path}: ") + ".*" + LACKS):
        template(path)


def headers(content: bytearray, mark: bytes, place: int) -> Iterator[int]:
    found = content.find(mark)
    while found >= 0:
        yield found + place
        found = content.find(mark, found + 4)


def with_password(content: bytearray) -> None:
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for where in headers(content, mark, place):
            content[where] |= 1


def packed_in_an_unknown_way(content: bytearray) -> None:
    for where in headers(content, b"PK\x01\x02", 10):
        content[where] = 97


def one_byte_turned(content: bytearray) -> None:
    begin = content.find(b"ppt/slideMasters/slideMaster1.xml") + 60
    content[begin] ^= 0xFF


def of_the_older_kind(content: bytearray) -> None:
    content[:] = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (with_password, PROTECTED),
        (of_the_older_kind, PROTECTED),
        (packed_in_an_unknown_way, LACKS),
        (one_byte_turned, f"({LACKS}|{ELSE})"),
    ],
)
def test_a_file_that_cannot_be_unpacked_is_told(damage, said, sound, tmp_path):
    content = bytearray(sound.read_bytes())
    damage(content)
    path = tmp_path / "bad.pptx"
    path.write_bytes(content)
    with pytest.raises(PlannerError, match=re.escape(f"{path}: ") + ".*" + said):
        template(path)


@pytest.mark.parametrize("kind", ["wordprocessingml.document", "spreadsheetml.sheet"])
def test_documents_of_other_programs_are_something_else(kind, sound, tmp_path):
    types = swapped(r"presentationml\.presentation", kind)
    path = edited(sound, tmp_path / "letter.docx", "[Content_Types].xml", types)
    with pytest.raises(PlannerError, match=ELSE):
        template(path)


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.pptx")
    with pytest.raises(PlannerError, match=ELSE):
        template(tmp_path / "pipe.pptx")


def test_what_shows_only_while_drawing_is_told_of_the_file_too(tmp_path):
    with pytest.raises(PlannerError, match=LACKS), presentation_expected(tmp_path / "bad.pptx"):
        raise ValueError


def test_without_a_template_an_error_is_no_fault_of_a_file():
    with pytest.raises(ValueError, match="ours"), presentation_expected(None):
        raise ValueError("ours")


def without_places(made) -> None:
    for page in (made.slide_master, *made.slide_layouts):
        for each in page.placeholders:
            for place in each.element.spPr.findall(qn("a:xfrm")):
                each.element.spPr.remove(place)


def bare_master(made) -> None:
    for each in list(made.slide_master.placeholders):
        each.element.getparent().remove(each.element)


def of_no_said_size(made) -> None:
    made.element.remove(made.element.sldSz)


def with_inset(inset: str):
    def change(made) -> None:
        for page in (made.slide_master, *made.slide_layouts):
            for each in page.placeholders:
                each.element.txBody.bodyPr.set("lIns", inset)

    return change


@pytest.mark.parametrize(
    "change", [without_places, bare_master, of_no_said_size, with_inset("0.3cm")]
)
def test_what_a_template_leaves_out_is_taken_as_usual(change, tmp_path):
    path = tmp_path / "sparse.pptx"
    sparse = Presentation()
    change(sparse)
    sparse.save(path)
    seen = decks.view(decks.only(decks.comparison(), "until_closing"))
    made = decks.opened(draw(deck(seen), template(path), seen.words))
    assert (made.slide_width, made.slide_height) == (9_144_000, 6_858_000)
    assert [text for page in made.slides for text in decks.overflowing(page)] == []


def moved(left: int, top: int, wide: int, high: int):
    def change(made) -> None:
        for layout in made.slide_layouts:
            for each in layout.placeholders:
                each.left, each.top = Emu(left), Emu(top)
                each.width, each.height = Emu(wide), Emu(high)

    return change


@pytest.mark.parametrize(
    "change",
    [
        with_inset("90000000"),
        with_inset("-90000000"),
        moved(-5_000_000, 7_000_000, 100_000, 100_000),
        moved(0, 0, 9_144_000, 6_858_000),
        moved(8_900_000, -900_000, 5_000_000, 10),
        without_places,
    ],
)
def test_content_goes_where_slides_are(change, tmp_path):
    path = tmp_path / "odd.pptx"
    odd = Presentation()
    change(odd)
    odd.save(path)
    looks = template(path)
    left, top, wide, high = looks.body
    assert 0 <= left < left + wide <= looks.slides.slide_width
    assert 0 <= top < top + high <= looks.slides.slide_height
    assert wide > 0.29 * looks.slides.slide_width
    assert high > 0.2 * looks.slides.slide_height


def test_a_template_of_libreoffice_gets_no_part_twice(sound, tmp_path):
    theirs = swapped(
        "schemas.openxmlformats.org/package/2006/relationships/metadata/core",
        "schemas.openxmlformats.org/officedocument/2006/relationships/metadata/core",
    )
    path = edited(sound, tmp_path / "theirs.potx", "_rels/.rels", theirs)
    seen = decks.view(decks.only(decks.comparison(), "until_closing"))
    made = decks.opened(draw(deck(seen), template(path), seen.words))
    assert made.core_properties.author.startswith("onestop")
