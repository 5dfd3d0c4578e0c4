"""ddi-codebook.xml: the codebook for archives, in DDI-Codebook 2.5. It holds no response."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from admin.export.export import Export
from admin.export.readme import PRIVACY, RULES
from admin.export.variables import SKIPPED, Kind, Measure, Role, Variable

NAMESPACE = "ddi:codebook:2_5"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NATURES = {Measure.NOMINAL: "nominal", Measure.ORDINAL: "ordinal", Measure.SCALE: "interval"}
_FILE = "F1"


def ddi_xml(export: Export) -> Iterator[bytes]:
    """One document: who made it, the study, the file, every variable with its question and categories."""
    root = Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5"})
    root.set(_LANGUAGE, _tag(export.language))
    _document(SubElement(root, "docDscr"), export)
    _study(SubElement(root, "stdyDscr"), export)
    _file(SubElement(root, "fileDscr", ID=_FILE, URI="responses.csv"), export)
    described = SubElement(root, "dataDscr")
    for number, (section, names) in enumerate(_sections(export).items(), 1):
        group = SubElement(described, "varGrp", ID=f"G{number}", type="section", var=" ".join(names))
        _say(group, "labl", section)
    for variable in export.variables:
        _variable(described, variable)
    indent(root, " ")
    yield tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _document(document: Element, export: Export) -> None:
    citation = SubElement(document, "citation")
    titles = SubElement(citation, "titlStmt")
    _say(titles, "titl", f"Codebook of {_title(export)}")
    made = SubElement(citation, "prodStmt")
    _say(made, "producer", export.origin.jurisdiction)
    _say(made, "software", "Your Voice", version=export.origin.version)


def _study(study: Element, export: Export) -> None:
    scope, instrument = export.scope, export.layout.snapshot.instrument
    citation = SubElement(study, "citation")
    titles = SubElement(citation, "titlStmt")
    _say(titles, "titl", _title(export))
    _say(titles, "IDNo", export.layout.snapshot.hash, agency="snapshot")
    _say(titles, "IDNo", scope.lines[-1].checksum, agency="ledger")
    made = SubElement(citation, "prodStmt")
    _say(made, "producer", export.origin.jurisdiction)
    _say(SubElement(citation, "verStmt"), "version", f"{instrument.id} {instrument.version}")
    _say(citation, "biblCit", instrument.source)
    about = SubElement(study, "stdyInfo")
    _say(about, "abstract", "What young people on probation say about it, without names, times or order.")
    summary = SubElement(about, "sumDscr")
    for event, day in (("start", scope.wave.opens), ("end", scope.wave.closes)):
        _say(summary, "collDate", day.isoformat(), date=day.isoformat(), event=event)
    _say(summary, "geogCover", export.origin.jurisdiction)
    _say(summary, "anlyUnit", "One young person's answers in one wave")
    _say(summary, "universe", "Young people on probation who were asked and answered")
    _say(summary, "dataKind", "survey data")
    way = SubElement(SubElement(study, "method"), "dataColl")
    _say(way, "collMode", "Questionnaire filled in by oneself")
    access = SubElement(SubElement(study, "dataAccs"), "useStmt")
    _say(access, "restrctn", PRIVACY.format(k=export.origin.k))
    for rule in RULES:
        _say(study, "notes", rule)


def _file(file: Element, export: Export) -> None:
    about = SubElement(file, "fileTxt")
    _say(about, "fileName", "responses.csv")
    size = SubElement(about, "dimensns")
    _say(size, "caseQnty", str(export.scope.n))
    _say(size, "varQnty", str(len(export.variables)))
    _say(about, "fileType", "CSV, UTF-8")
    _say(about, "dataMsng", "A blank is a skipped answer, or a score that cannot be had.")


def _sections(export: Export) -> dict[str, list[str]]:
    """The survey's sections in the labels' language, with the ids of their variables."""
    found: dict[str, list[str]] = {}
    for variable in export.variables:
        if title := variable.section.get(export.language):
            found.setdefault(title, []).append(_id(variable))
    return found


def _variable(described: Element, variable: Variable) -> None:
    way = "contin" if variable.kind is Kind.REAL else "discrete"
    nature = _NATURES[variable.measure]
    element = SubElement(
        described, "var", ID=_id(variable), name=variable.name, files=_FILE, intrvl=way, nature=nature
    )
    _say_all(element, "labl", variable.labels)
    if variable.role is Role.ANSWER:
        for language, words in variable.labels.items():
            _say(SubElement(element, "qstn", {_LANGUAGE: _tag(language)}), "qstnLit", words)
    if variable.skipped:
        SubElement(SubElement(element, "invalrng"), "item", VALUE=str(SKIPPED))
    if variable.note:
        _say(element, "txt", variable.note)
    _categories(element, variable)
    kind = "character" if variable.texts else "numeric"
    SubElement(element, "varFormat", type=kind)


def _categories(element: Element, variable: Variable) -> None:
    for text in variable.texts:
        _say(SubElement(element, "catgry"), "catValu", text)
    for value in variable.values:
        category = SubElement(element, "catgry", missing="Y" if value.missing else "N")
        _say(category, "catValu", str(value.code))
        _say_all(category, "labl", value.labels)
    if variable.skipped:
        category = SubElement(element, "catgry", missing="Y")
        _say(category, "catValu", str(SKIPPED))
        _say(category, "labl", "Skipped (blank in CSV, .a in Stata)")


def _title(export: Export) -> str:
    title = export.layout.snapshot.wording(export.language)("title")
    return f"{title}: {export.scope.wave.title}"


def _id(variable: Variable) -> str:
    return f"V_{variable.name}"


def _tag(language: str) -> str:
    """As XML names a language: zh-Hant."""
    return language.replace("_", "-")


def _say(parent: Element, name: str, words: str, **about: str) -> None:
    SubElement(parent, name, about).text = words


def _say_all(parent: Element, name: str, words: Mapping[str, str]) -> None:
    for language, text in words.items():
        SubElement(parent, name, {_LANGUAGE: _tag(language)}).text = text
