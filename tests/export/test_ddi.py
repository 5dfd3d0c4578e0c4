"""ddi-codebook.xml is a DDI-Codebook 2.5 document.

The DDI Alliance's own schema is under the LGPL and in no package that a test could install. So the files are
held to `ddi_part.xsd`: our own writing of the part that we use, element by element in the order and with
the attributes that version 2.5 prescribes. Whatever is not in that part is refused, valid or not.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from .builders import NASTY, export, program, run

SCHEMA = Path(__file__).parent / "ddi_part.xsd"
IN = "{ddi:codebook:2_5}"


def validate(file: Path) -> str:
    return run(program("xmllint"), "--noout", "--schema", str(SCHEMA), str(file), folder=file.parent)


def test_it_is_valid(bundle: Path) -> None:
    validate(bundle / "ddi-codebook.xml")


def test_it_is_the_same_alone(county: Path, bundle: Path, tmp_path: Path) -> None:
    alone = export(county, tmp_path / "ddi.xml", "--format", "ddi")
    assert alone.read_bytes() == (bundle / "ddi-codebook.xml").read_bytes()


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("<docDscr>", "<docDscr><guide>no</guide>"),
        ("<labl ", "<label "),
        ('version="2.5"', 'version="3"'),
        ('intrvl="discrete"', 'intrvl="broken"'),
        ('nature="ordinal"', 'nature="likert"'),
        ("<catValu>", "<labl>first</labl><catValu>"),
        ('type="character"', 'type="words"'),
        ('<item VALUE="-9" />', "<item />"),
        ("<producer>", '<producer agency="no">'),
        ("<fileType>", "<fileName>twice</fileName><fileType>"),
    ],
)
def test_a_document_that_is_not_valid_is_noticed(
    bundle: Path, tmp_path: Path, there: str, instead: str
) -> None:
    copy = Path(shutil.copy(bundle / "ddi-codebook.xml", tmp_path))
    words = copy.read_text(encoding="utf-8")
    assert there in words
    copy.write_text(words.replace(there, instead, 1), encoding="utf-8")
    with pytest.raises(AssertionError):
        validate(copy)


def test_every_column_is_a_variable_with_its_question_and_categories(bundle: Path) -> None:
    root = ET.parse(bundle / "ddi-codebook.xml").getroot()  # noqa: S314 - our own file
    variables = {one.get("name"): one for one in root.iter(f"{IN}var")}
    assert list(variables) == (bundle / "responses.csv").read_text().splitlines()[0].split(",")
    words = [one.text for one in variables["nasty"].iterfind(f"{IN}catgry/{IN}labl")]
    # A line break is one in XML too; a carriage return would not be.
    assert words == [*NASTY, "Skipped (blank in CSV, .a in Stata)"]
    spoken = {one.get("{http://www.w3.org/XML/1998/namespace}lang") for one in variables["eng1"].iter()}
    assert {"en", "es"} <= spoken
    assert root.find(f"{IN}fileDscr/{IN}fileTxt/{IN}dimensns/{IN}caseQnty").text == "127"
