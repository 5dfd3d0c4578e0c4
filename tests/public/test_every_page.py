"""Every page keeps what PROMISES.md says of headers, and has one language, one title and one heading."""

import gzip
import shutil
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from survey_app import rendering
from survey_app.settings import read_settings
from survey_app.wsgi import create_app
from tests.public.builders import TODAY, Ground
from tests.public.conftest import Visit
from tests.public.visitor import Visitor, check_headers

PAGES = [
    ("/", 203), ("/s/south", 203), ("/es/s/north", 203), ("/thanks", 203), ("/en/thanks", 203),
    ("/es/thanks/south", 203), ("/follow-up", 203), ("/es/follow-up", 203), ("/es/follow-up/south", 203),
    ("/en/follow-up/kiosk/south", 203), ("/done", 200), ("/es/done", 200), ("/help", 200), ("/es/help", 200),
    ("/who", 200), ("/es/who/south", 200), ("/bye", 200),
]  # fmt: skip
ELSEWHERE = [
    "/nowhere", "//", "//help", "//evil.example", "/s//north", "/../help", "/s/nowhere", "/s/north/",
    "/xx/s/north", "/xx/done", "/en/thanks/nowhere", "/en/follow-up/nowhere", "/xx/follow-up",
]  # fmt: skip


@pytest.mark.parametrize(("path", "status"), PAGES)
def test_a_page_answers(visitor: Visitor, path: str, status: int) -> None:
    assert visitor.open(path).status_code == status


@pytest.mark.parametrize("path", ELSEWHERE)
def test_anything_else_is_a_kind_page_that_says_so(visitor: Visitor, path: str) -> None:
    response = visitor.open("/", environ_overrides={"PATH_INFO": path})
    assert response.status_code == 404
    assert "988" in response.text


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "CONNECT"])
@pytest.mark.parametrize("path", ["/", "/send", "/help"])
def test_other_methods_meet_one_constant_page(visitor: Visitor, path: str, method: str) -> None:
    response = visitor.open(path, method=method, headers={"X-Marked": "NEEDLE"})
    assert response.status_code == 405
    assert response.headers["Allow"]
    assert response.data == visitor.open("/send", method="PATCH").data


def test_a_form_address_opened_by_hand_is_refused_kindly(visitor: Visitor) -> None:
    assert visitor.open("/send").status_code == 405


def test_a_head_request_has_the_headers_of_the_page(visitor: Visitor) -> None:
    response = visitor.open("/", method="HEAD")
    assert (response.status_code, response.data) == (203, b"")


def test_only_forms_answer_203_which_keeps_them_out_of_the_back_cache(visitor: Visitor) -> None:
    for path, status in PAGES:
        has_form = "/send" in visitor.open(path).text or "/contact" in visitor.open(path).text
        assert has_form == (status == 203), path


@pytest.mark.parametrize("path", ["/thanks", "/follow-up", "/done", "/bye"])
def test_the_last_pages_make_the_browser_forget(visitor: Visitor, path: str) -> None:
    assert [link["href"] for link in visitor.read(path).all("link", rel="stylesheet")] == ["/left.css"]
    style = visitor.open("/left.css")
    assert style.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert style.mimetype == "text/css"


@pytest.mark.parametrize("path", [path for path, _ in PAGES if path != "/bye" and "kiosk" not in path])
def test_quick_exit_and_help_are_on_every_page(visitor: Visitor, path: str) -> None:
    page = visitor.read(path)
    assert page.all("form", action="/exit", method="post")
    assert page.all("a", href="tel:988")


def test_quick_exit_works_without_a_script(visitor: Visitor) -> None:
    response = visitor.send("/exit", {})
    assert (response.status_code, response.headers["Location"]) == (303, "/bye")
    (refresh,) = visitor.read("/bye").all("meta", **{"http-equiv": "refresh"})
    assert refresh["content"] == "0;url=https://www.weather.gov/"


def test_zipped_and_plain_pages_are_the_same(visitor: Visitor) -> None:
    for path in ("/help", "/es/done", "/nowhere"):
        zipped = visitor.client.get(path, headers={"Accept-Encoding": "gzip"})
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.data) == visitor.open(path).data
    assert (
        "Content-Encoding" not in visitor.client.get("/help", headers={"Accept-Encoding": "gzip;q=0"}).headers
    )


def test_a_script_stays_what_its_hash_was_taken_of(
    ground: Ground, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    static = tmp_path / "static"
    shutil.copytree(rendering.STATIC, static)
    with (static / "leave.js").open("a") as script:
        script.write("const more = () =>\n  1\n  < 2;\n")
    monkeypatch.setattr(rendering, "STATIC", static)
    assert "more = () =>" in visit(ground).open("/help").text  # a visitor holds every script against its hash


def test_over_tls_browsers_are_told_to_stay_there(ground: Ground) -> None:
    settings = read_settings({"YOURVOICE_DATA": str(ground.data), "YOURVOICE_TLS": "1"})
    response = create_app(settings, today=lambda: TODAY).test_client().get("/help")
    assert response.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_the_check_of_headers_notices_a_missing_one(visitor: Visitor) -> None:
    response: TestResponse = visitor.client.get("/help")
    del response.headers["Referrer-Policy"]
    with pytest.raises(AssertionError, match="Referrer-Policy"):
        check_headers(response)
