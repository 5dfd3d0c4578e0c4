"""P17: targets that a thumb hits, no sideways scrolling: small phones, large text, zoom, right to left."""

from __future__ import annotations

from typing import Any

import pytest

from .browsers import BARE_CHROMIUM, CHROMIUM, FIREFOX, windows
from .chromium import ChromiumWindow
from .served import Served
from .window import Window

SMALL, USUAL, DESKTOP = (320, 640), (412, 823), (1280, 800)
LEAST = 48  # CSS pixels of a target, both ways
SCREENS = 9  # of 412 x 823 for all 25 questions

TARGETS = """[...document.querySelectorAll("section:target :is(input:not([type=hidden]), textarea)")]
  .map(e => (e.labels && e.labels[0] && e.labels[0].contains(e)) ? e.labels[0] : e)
  .filter(e => e.checkVisibility())
  .map(e => [e.textContent, e.getBoundingClientRect()])
  .map(([words, box]) => [words, box.width, box.height])"""
CUT_OFF = """[...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && e.clientWidth > 1)
  .filter(e => ["LABEL", "BUTTON", "A", "LEGEND"].includes(e.nodeName) && e.scrollWidth > e.clientWidth + 1
    || e.getBoundingClientRect().right > WIDTH + 1 || e.getBoundingClientRect().left < -1)
  .map(e => e.outerHTML.slice(0, 90))"""
BROKEN_WORDS = """(() => {
  const range = document.createRange(), broken = [];
  for (const top of document.querySelectorAll("header > :not(details), summary, .lang")) {
    const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
    for (let text; text = walker.nextNode();)
      for (const word of text.data.matchAll(/\\S+/g)) {
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map(box => box.top)).size !== 1) broken.push(word[0]);
      }
  }
  return broken;
})()"""
WIDTH = "document.documentElement.scrollWidth"
PARTS = "[...document.querySelectorAll('main section')].map(e => e.id)"
PAGES = (
    "/en/s/north", "/es/s/north", "/ar/s/street", "/en/thanks/north",
    "/en/follow-up/north", "/es/follow-up/north", "/es/follow-up/kiosk/north",
    "/en/done", "/help", "/es/who", "/nowhere",
    "/kiosk/north", "/ar/kiosk/street", "/es/s/kiosk/north", "/ar/done/kiosk/street", "/es/done/kiosk/north",
)  # fmt: skip


def every_view(window: Window, served: Served, path: str) -> list[str]:
    """The addresses of a page's parts, or its own."""
    window.open(served.url + path)
    return [f"{served.url}{path}#{part}" for part in window.ask(PARTS)] or [served.url + path]


def sideways(window: Window, served: Served, path: str, width: int) -> list[Any]:
    """What does not fit into the width, on any part of the page, with every answer chosen that can be."""
    found = []
    for view in every_view(window, served, path):
        window.open(view)
        if (wide := window.ask(WIDTH)) > width:
            found.append([view, wide])
        found += [[view, part] for part in window.ask(CUT_OFF.replace("WIDTH", str(width)))]
    return found


@windows(BARE_CHROMIUM, FIREFOX)
@pytest.mark.parametrize("size", [SMALL, USUAL], ids=str)
@pytest.mark.parametrize("path", ["/en/s/north", "/es/s/north", "/ar/s/street"])
def test_every_answer_is_at_least_48_pixels(
    window: Window, served: Served, size: tuple[int, int], path: str
) -> None:
    window.resize(*size)
    for view in every_view(window, served, path):
        window.open(view)
        small = [target for target in window.ask(TARGETS) if min(target[1:]) < LEAST]
        assert small == [], view


@windows(BARE_CHROMIUM, FIREFOX)
@pytest.mark.parametrize("size", [SMALL, USUAL, DESKTOP], ids=str)
def test_no_page_scrolls_sideways(window: Window, served: Served, size: tuple[int, int]) -> None:
    window.resize(*size)
    for path in PAGES:
        assert sideways(window, served, path, size[0]) == []


@windows(BARE_CHROMIUM)
@pytest.mark.parametrize("zoom", [200, 400])
def test_a_zoomed_desktop_page_does_not_scroll_sideways(window: Window, served: Served, zoom: int) -> None:
    """Zooming to 400 % on 1280 pixels leaves 320 (WCAG 2.2, 1.4.10)."""
    width = 1280 * 100 // zoom
    window.resize(width, 800 * 100 // zoom)
    for path in PAGES:
        assert sideways(window, served, path, width) == []


def enlarge(window: ChromiumWindow, served: Served, size: tuple[int, int]) -> None:
    """Letters of twice the size on a screen of SIZE."""
    window.resize(*size)
    window.cdp.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    window.open(f"{served.url}/help")
    assert window.ask("getComputedStyle(document.documentElement).fontSize") == "32px"


@windows(BARE_CHROMIUM)
@pytest.mark.parametrize("size", [SMALL, USUAL, DESKTOP], ids=str)
def test_no_word_of_the_header_breaks_in_large_letters(
    window: ChromiumWindow, served: Served, size: tuple[int, int]
) -> None:
    enlarge(window, served, size)
    for path in PAGES:
        window.open(served.url + path)
        assert window.ask(BROKEN_WORDS) == [], path
    assert window.ask("getComputedStyle(document.querySelector('header')).position") == (
        "sticky" if size == DESKTOP else "relative"
    ), "a header of several lines leaves no room for the questions if it stays"


@windows(BARE_CHROMIUM)
@pytest.mark.parametrize("size", [SMALL, USUAL], ids=str)
def test_letters_of_twice_the_size_only_wrap(
    window: ChromiumWindow, served: Served, size: tuple[int, int]
) -> None:
    """The browser's own text size at 200 % (WCAG 2.2, 1.4.4)."""
    enlarge(window, served, size)
    for path in PAGES:
        assert sideways(window, served, path, size[0]) == []


@windows(BARE_CHROMIUM)
def test_all_questions_take_at_most_nine_screens(window: Window, served: Served) -> None:
    window.resize(*USUAL)
    heights = {}
    for view in every_view(window, served, "/en/s/north")[1:]:
        window.open(view)
        heights[view[-2:]] = window.ask("document.documentElement.scrollHeight") / USUAL[1]
    assert sum(heights.values()) <= SCREENS, heights


def places(window: Window, served: Served, path: str, size: tuple[int, int]) -> list[list[float]]:
    """Where the answers of the first question stand, in the order of the page: [left, top]."""
    window.resize(*size)
    window.open(f"{served.url}{path}#s2")
    found: list[list[float]] = window.ask(
        """[...document.querySelector("#s2 fieldset .o").children]
        .map(e => e.getBoundingClientRect()).map(box => [box.left, box.top])"""
    )
    return found


@windows(BARE_CHROMIUM, FIREFOX)
def test_a_scale_runs_from_low_to_high_in_reading_direction(window: Window, served: Served) -> None:
    lefts = [left for left, _ in places(window, served, "/ar/s/plain", DESKTOP)]
    assert len(set(lefts)) == 4
    assert lefts == sorted(lefts, reverse=True), "Arabic: the first answer stands at the right"
    lefts = [left for left, _ in places(window, served, "/en/s/north", DESKTOP)]
    assert len(set(lefts)) == 5
    assert lefts == sorted(lefts)
    for path in ("/ar/s/plain", "/en/s/north"):
        tops = [top for _, top in places(window, served, path, SMALL)]
        assert tops == sorted(tops)


@windows(CHROMIUM, FIREFOX)
def test_an_arabic_page_reads_from_right_to_left(window: Window, served: Served) -> None:
    window.open(f"{served.url}/ar/s/street#s2")
    assert window.ask("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", "ar"]
    mark, words = window.ask(
        """(label => {
          const range = document.createRange();
          range.selectNode(label.lastChild);
          return [label.firstChild, range].map(part => part.getBoundingClientRect().left);
        })(document.querySelector("#s2 .o label"))"""
    )
    assert mark > words, "the mark stands before the words: at their right"
    window.tap("summary")
    assert window.ask("document.querySelector('bdi').dir") == "ltr"
    assert "988" in window.words("bdi")
