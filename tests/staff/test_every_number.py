"""Every number on a page of results passed the small-number rules; whatever did not is found here.

What the rules let out is marked while the page is made. Whatever figure is left must be known without any
answer: the plan's dates and titles, the questions' numbers and words, and what the templates themselves say.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import before_render_template
from jinja2 import Environment, TemplateError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from admin.printing import RESULTS, only_shown
from admin.scoring.suppression import Shown
from survey_app.roles import Role

from .place import Browser, Place

ROOT = Path(__file__).parents[2]
PAGES = (
    "/waves",
    "/trends",
    "/ledger",
    *(
        f"/waves/{wave}{page}"
        for wave in ("spring", "autumn", "now")
        for page in ("", "/activities", "/quality", "/report", "/units")
    ),
    *(f"/waves/{wave}/topics/{topic}" for wave in ("spring", "now") for topic in ("eng", "srv", "con")),
    "/waves/spring/activities/empowerment",
    "/waves/quiet",
    "/waves/quiet/quality",
)
MARK = re.compile("⟦[^⟧]*⟧")
FIGURE = re.compile(r"\d[\d.,]*")


@dataclasses.dataclass
class Marking:
    """Renders the pages with every released number between brackets."""

    place: Place
    told: set[str] = dataclasses.field(default_factory=set)

    def start(self) -> Browser:
        browser = self.place.browser(Role.SUPERVISOR)
        before_render_template.connect(self._collect, self.place.app)
        self.place.app.jinja_env.finalize = self._mark()
        self.place.app.jinja_env.cache.clear()  # type: ignore[union-attr]
        return browser

    def _collect(self, _: object, template: object, context: dict[str, object]) -> None:
        shown = list(shown_in([value for name, value in context.items() if name != "frame"]))
        self.told |= {text for one in shown for text in (one.text, one.between) if text}

    def _mark(self) -> object:
        @pass_context
        def mark(context: Context, value: object) -> object:
            value = only_shown(context, value)
            if isinstance(value, Shown) or (isinstance(value, str) and value in self.told):
                return Markup("⟦{}⟧").format(escape(str(value)))
            return value

        return mark


def shown_in(thing: object) -> Iterator[Shown]:
    """Every Shown inside nested dataclasses, tuples and lists."""
    if isinstance(thing, Shown):
        yield thing
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from shown_in(part)
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from shown_in(getattr(thing, field.name))


def figures(text: str) -> set[str]:
    return {figure.rstrip(".,") for figure in FIGURE.findall(text)}


def visible(html: str) -> str:
    """The words of the page's main part, without markup; charts are looked at by themselves."""
    main = html.split("<main")[1].split("</main>")[0]
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", main, flags=re.DOTALL)))


def known(place: Place) -> set[str]:
    """The figures that stand there whatever anybody answered."""
    folder = ROOT / "admin" / "templates"
    source = "".join((folder / name).read_text(encoding="utf-8") for name in sorted(RESULTS))
    own = re.sub(r"{{.*?}}|{%.*?%}|<[^>]*>", " ", source)
    own += (ROOT / "admin" / "sentences.py").read_text(encoding="utf-8")
    own += (ROOT / "admin" / "data" / "measurement_plan.csv").read_text(encoding="utf-8")
    say = place.snapshot.wording("en")
    questions = [f"{asked.number} {say(f'{asked.id}.text')}" for asked in place.snapshot.items()]
    waves = [f"{one:%-d %Y}" for wave in place.site.waves for one in (wave.opens, wave.closes)]
    plan = f"{place.site.k} {place.clock.today:%-d %Y} 23 2030"
    scales = " ".join(str(number) for number in (1, 5, 2, 3, 4, 5, 6, 7, len(place.snapshot.items())))
    return figures(" ".join([own, *questions, *waves, plan, scales]))


def hashes(html: str) -> str:
    """Without fingerprints, and the numbers of releases on the ledger."""
    html = re.sub(r"<code>[^<]*</code>", "", html)
    html = re.sub(r'<p class="soft made">.*?</p>', "", html, flags=re.DOTALL)
    return re.sub(r'<span class="label">Release</span> <span>\d+', "", html)


@pytest.fixture
def marking(place: Place) -> Marking:
    return Marking(place)


def test_every_figure_is_a_shown_number_or_known_without_any_answer(marking: Marking) -> None:
    browser = marking.start()
    allowed = known(marking.place)
    for path in PAGES:
        html = browser.client.get(path).text
        browser.read(path)
        left = MARK.sub(" ", visible(hashes(html)))
        for sentence in marking_sentences(marking, left):
            left = left.replace(sentence, " ")
        assert figures(left) <= allowed, (path, sorted(figures(left) - allowed))


def marking_sentences(marking: Marking, text: str) -> Iterator[str]:
    """Released numbers inside the sentences of sentences.py, which come as one string."""
    yield from sorted((told for told in marking.told if told in text and "%" in told), key=len, reverse=True)


def test_what_a_chart_says_of_itself_stands_in_numbers_beside_it(marking: Marking) -> None:
    browser = marking.start()
    for path in PAGES:
        html = browser.client.get(path).text
        told = " ".join(marking.told)
        for words in re.findall(r"<desc>(.*?)</desc>", html, re.DOTALL):
            for figure in re.findall(r"[<>≥≤]? ?\d+%", unescape(words)):
                assert figure.strip() in told or figure.strip() == "95%", (path, words)


def test_every_page_of_results_is_made_by_a_guarded_template(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    made: list[str] = []

    def note(_: object, template: object, context: object) -> None:
        made.append(str(getattr(template, "name", "")))

    with before_render_template.connected_to(note, place.app):
        for path in PAGES:
            browser.read(path)
    assert set(made) <= RESULTS
    assert len(made) == len(PAGES)


@pytest.mark.parametrize(
    "written", ["{{ 12 }}", "{{ n }}", "{% macro m() %}{{ n }}{% endmacro %}{{ m() }}", "{{ n / 3 }}"]
)
@pytest.mark.parametrize("template", ["topics.html", "parts.html"])
def test_a_bare_number_cannot_be_printed_on_a_page_of_results(
    place: Place, written: str, template: str
) -> None:
    environment = Environment(finalize=only_shown, autoescape=True)
    made = environment.from_string(written)
    made.name = template
    with pytest.raises((TypeError, TemplateError)):
        made.render(n=12)
    made.name = "elsewhere.html"
    assert made.render(n=12)


def test_only_the_rules_make_shown_numbers() -> None:
    makers = set()
    for path in sorted((ROOT / "admin").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {getattr(node.func, "id", "") for node in ast.walk(tree) if isinstance(node, ast.Call)}
        if "Shown" in called and "Shown" in imported(tree, "admin.scoring.suppression"):
            makers.add(path.name)
        assert "admin.scoring.suppression" not in imported_modules(tree), path
    assert makers == set()


def imported(tree: ast.Module, module: str) -> set[str]:
    """The names that a file takes from a module."""
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == module]
    return {name.name for node in froms for name in node.names}


def imported_modules(tree: ast.Module) -> set[str]:
    """The modules that a file takes as a whole."""
    plain = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    return {name.name for node in plain for name in node.names}


def test_no_template_counts_for_itself() -> None:
    """The length of a list that depends on answers would be a count that nobody rounded."""
    for name in RESULTS:
        source = (ROOT / "admin" / "templates" / name).read_text(encoding="utf-8")
        for counted in re.findall(r"(\S+)\|(?:length|count|sum)\b", source):
            assert counted in {"scale.items", "page.trend.points"}, (name, counted)
