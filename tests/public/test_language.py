"""The page speaks the youth's language where it can."""

import time

import pytest
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from survey_app.language import negotiate, own_name, tag

OFFERED = ("en", "es", "zh_Hans", "zh_Hant", "fil", "ar")


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("es", "es"), ("es-419", "es"), ("ES-mx", "es"), ("de,es;q=0.8", "es"), ("zh-TW", "zh_Hant"),
        ("zh-HK", "zh_Hant"), ("zh", "zh_Hans"), ("zh-Hant-TW", "zh_Hant"), ("zh-CN", "zh_Hans"),
        ("tl", "fil"), ("tl-PH", "fil"), ("fil-PH", "fil"), ("ar-EG", "ar"), ("de", "en"), ("", "en"),
        ("*", "en"), ("en;q=0.1,es", "es"), ("es;q=0,ar", "ar"),
    ],
)  # fmt: skip
def test_the_best_language_on_offer_is_spoken(wanted: str, spoken: str) -> None:
    assert negotiate(parse_accept_header(wanted, LanguageAccept), OFFERED) == spoken


def test_whoever_wishes_for_thousands_costs_nobody_their_turn() -> None:
    endless = parse_accept_header("-" * 120_000, LanguageAccept)
    started = time.thread_time()
    assert negotiate(endless, OFFERED) == "en"
    assert time.thread_time() - started < 2  # a minute of work if it were all read
    assert negotiate(parse_accept_header("de," * 30 + "es", LanguageAccept), OFFERED) == "en"


@pytest.mark.parametrize(
    ("code", "name"),
    [("es", "Español"), ("ar", "العربية"), ("zh_Hans", "中文 (简体)"), ("qqq", "qqq"), ("x", "x")],
)
def test_a_language_is_called_what_it_calls_itself(code: str, name: str) -> None:
    assert own_name(code) == name


def test_html_writes_language_codes_with_a_hyphen() -> None:
    assert tag("zh_Hans") == "zh-Hans"
