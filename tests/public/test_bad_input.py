"""Every hostile form of PROMISES.md that reaches the application, tried."""

import unicodedata

import pytest

from survey_app.privacy import MAX_BODY
from tests.public.builders import Ground
from tests.public.intake_rows import ballots
from tests.public.visitor import Visitor

FORM = {"b": "north", "l": "en"}
TEXT = "a25"  # the open question
TICKS = "a8"


def only_answer(ground: Ground) -> object:
    ((_, ballot),) = ballots(ground)
    (answer,) = ballot.answers.values()
    return answer


WORDS = {
    "control characters": ("a\x00b\x07c\u2028d", "abcd"),
    "bidi override": ("\u202egnol\u202c", "gnol"),
    "tower of marks": ("e" + "\u0301" * 500, "\u00e9" + "\u0301" * 5),
    "NFD and emoji": ("cafe\u0301 \U0001f46d\U0001f3fd", "caf\u00e9 \U0001f46d\U0001f3fd"),
    "one too many": ("\U0001f600" * 2001, "\U0001f600" * 2000),
    "markup": ("<script>alert(1)</script>{{7*7}}", "<script>alert(1)</script>{{7*7}}"),
    "SQL": ("'); DROP TABLE ballots;--", "'); DROP TABLE ballots;--"),
    "newlines and formula": ('one\r\ntwo "quoted"\n=SUM(A1)', 'one\ntwo "quoted"\n=SUM(A1)'),
}


@pytest.mark.parametrize(("written", "kept"), WORDS.values(), ids=WORDS)
def test_words_are_kept_as_words(visitor: Visitor, ground: Ground, written: str, kept: str) -> None:
    assert visitor.send("/send", {**FORM, TEXT: written}).status_code == 303
    assert only_answer(ground) == unicodedata.normalize("NFC", kept)


@pytest.mark.parametrize(
    "form",
    [
        {"a1": "6"}, {"a1": "<b>"}, {"a1": "1 "}, {"a1": ["1", "2"]}, {TICKS: "everybody"}, {"c1": "Rosa"},
        {f"{TICKS}o": "a write-in beside nothing ticked"}, {"unknown": "1"}, {"a99": "1"},
    ],
    ids=str,
)  # fmt: skip
def test_what_the_instrument_does_not_offer_is_dropped(
    visitor: Visitor, ground: Ground, form: dict[str, str]
) -> None:
    assert visitor.send("/send", {**FORM, **form}).status_code == 303
    assert ballots(ground) == []


def test_none_together_with_others_is_kept_for_the_counting_to_settle(
    visitor: Visitor, ground: Ground
) -> None:
    visitor.send("/send", {**FORM, TICKS: ["advocate", "none"]})
    assert only_answer(ground) == ("advocate", "none")


def test_a_body_at_the_cap_is_taken_and_one_byte_more_is_not(visitor: Visitor, ground: Ground) -> None:
    start = b"b=north&l=en&a1=3&x="
    for size, status in ((MAX_BODY, 303), (MAX_BODY + 1, 413)):
        body = start.ljust(size, b"y")
        response = visitor.open(
            "/send", method="POST", data=body, content_type="application/x-www-form-urlencoded"
        )
        assert response.status_code == status
    assert b"yyy" not in response.data
    assert len(ballots(ground)) == 1


@pytest.mark.parametrize(
    ("kind", "status"),
    [("multipart/form-data; boundary=x", 400), ("application/json", 400), ("text/plain", 400), ("", 404)],
)
def test_only_a_plain_form_is_read(visitor: Visitor, ground: Ground, kind: str, status: int) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="b"; filename="../../x"\r\n\r\nnorth\r\n--x--\r\n'
    assert visitor.open("/send", method="POST", data=body, content_type=kind).status_code == status
    assert ballots(ground) == []


def test_bytes_that_are_no_utf8_are_no_fault(visitor: Visitor, ground: Ground) -> None:
    body = b"b=north&l=en&a1=3&a25=%ff%fe%00&%ff=1"
    response = visitor.open(
        "/send", method="POST", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 303
    assert len(ballots(ground)) == 1


def test_ten_thousand_fields_are_no_fault(visitor: Visitor, ground: Ground) -> None:
    body = b"b=north&l=en&a1=3" + b"&q=" * 20_000
    response = visitor.open(
        "/send", method="POST", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 303
    assert len(ballots(ground)) == 1


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8000", "a b", "", "[::1"]
)
def test_a_host_that_is_not_ours_is_refused(visitor: Visitor, host: str) -> None:
    response = visitor.open("/", headers={"Host": host}, environ_overrides={"HTTP_HOST": host})
    assert response.status_code == 400
    assert "evil" not in response.text


def test_what_a_proxy_claims_changes_nothing(visitor: Visitor) -> None:
    claims = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Prefix": "/evil",
    }
    response = visitor.send("/send", FORM, **claims)
    assert response.headers["Location"] == "/en/thanks/north"
    assert "evil" not in visitor.open("/", headers=claims).text


@pytest.mark.parametrize("language", ["en-US,en;q=0.5", "*", "", "xx", "es;q=2", "x" * 5000, "zh-TW", "\xff"])
def test_no_wish_for_a_language_is_a_fault(visitor: Visitor, language: str) -> None:
    assert visitor.open("/", headers={"Accept-Language": language}).status_code == 203


def test_what_is_sent_is_never_shown_again(visitor: Visitor) -> None:
    for path in ("/send?NEEDLE=1", "/NEEDLE", "/s/NEEDLE", "/NEEDLE/done", "/contact?NEEDLE"):
        for method in ("GET", "POST", "PUT"):
            response = visitor.open(
                path, method=method, data={**FORM, "v": "NEEDLE", "b": "NEEDLE", TEXT: "NEEDLE"}
            )
            assert b"NEEDLE" not in response.data
            assert "NEEDLE" not in str(response.headers)
