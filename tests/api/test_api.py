"""Programs read the pages' numbers with a token: nothing finer, nothing else, and nothing without one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import ignored_auth
from werkzeug.serving import make_server

from admin.api.notebook import responses, scores
from admin.api.tokens import TokenError, Tokens
from admin.commands import main
from survey_app.roles import Role
from tests.export.builders import export
from tests.export.builders import furnish as furnish_old
from tests.staff.place import TODAY, Place, furnish

KNOWN = [ignored_auth]
"""It takes our token for one that it made up; that none or a wrong one opens nothing is tested by hand."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("data")
    furnish(folder)
    return Place(folder)


@pytest.fixture(scope="module")
def token(place: Place) -> str:
    return Tokens(place.settings.tokens).make("dashboard", TODAY)


def read(place: Place, path: str, token: str = "", status: int = 200) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = place.app.test_client().get(path, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    return json.loads(answer.text)


@pytest.mark.parametrize("path", ["/api/waves", "/api/waves/spring", "/api/waves/spring/units"])
@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer yv_wrong", "Basic YTpi", "{token}"])
def test_without_a_token_there_is_nothing(place: Place, token: str, path: str, header: str) -> None:
    client: FlaskClient = place.app.test_client()
    answer = client.get(path, headers={"Authorization": header.format(token=token)})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert json.loads(answer.text) == {"error": "Send a token: Authorization: Bearer TOKEN."}


def test_a_signed_in_browser_is_no_token(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    assert browser.client.get("/api/waves").status_code == 401


def test_a_token_opens_no_page(place: Place, token: str) -> None:
    answer = place.app.test_client().get("/waves/spring", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 303


def test_every_number_stands_on_the_page_too(place: Place, token: str) -> None:
    browser = place.browser(Role.EVALUATOR)
    found = read(place, "/api/waves/spring", token)
    for scale in found["topics"]:
        words = browser.read(f"/waves/spring/topics/{scale['id']}").words
        for name in ("n", "positive", "mean"):
            assert scale[name]["text"] in words
        for item in scale["items"]:
            assert item["favourable"]["text"] in words


def test_a_small_wave_says_only_that_it_is_small(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    furnish_old(folder, {"north": 10})
    small = Place(folder)
    token = Tokens(small.settings.tokens).make("dashboard", TODAY)
    found = read(small, "/api/waves/spring", token)
    few = {"text": "fewer than 11", "value": None, "low": None, "high": None, "reason": "few"}
    assert found["wave"]["n"] == few
    for scale in (*found["topics"], *found["activities"]):
        assert {name: scale[name] for name in ("n", "positive", "mean", "unscorable")} == dict.fromkeys(
            ("n", "positive", "mean", "unscorable"), few
        )
        assert all(item["shares"] == [] for item in scale["items"])


def test_a_wave_that_is_not_there_is_a_kind_404(place: Place, token: str) -> None:
    for path in ("/api/waves/none", "/api/waves/none/units"):
        assert read(place, path, token, 404) == {"error": "There is no such wave."}


def test_a_token_is_made_once_taken_back_and_both_are_on_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tokens", "add", "office.dashboard", "--data", str(tmp_path)]) == 0
    token = capsys.readouterr().out.strip()
    kept = tmp_path / "staff" / "api" / "tokens.json"
    assert token not in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert Tokens(kept).holder(token) == "office.dashboard"
    assert main(["tokens", "add", "office.dashboard", "--data", str(tmp_path)]) == 1
    assert "Take it back first" in capsys.readouterr().err
    assert main(["tokens", "list", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("office.dashboard")
    assert main(["tokens", "revoke", "office.dashboard", "--data", str(tmp_path)]) == 0
    assert Tokens(kept).holder(token) is None
    trail = (tmp_path / "staff" / "audit.jsonl").read_text()
    assert [json.loads(line)["event"] for line in trail.splitlines()] == ["token_made", "token_revoked"]
    assert token not in trail


@pytest.mark.parametrize("name", ["", "A", "two words", ".x", "x" * 33, "=x"])
def test_an_odd_name_gets_no_token(tmp_path: Path, name: str) -> None:
    with pytest.raises(TokenError):
        Tokens(tmp_path / "api" / "tokens.json").make(name, TODAY)


def test_the_description_is_open_and_has_no_number_of_anybody(place: Place) -> None:
    found = read(place, "/api/openapi.json")
    assert set(found["paths"]) == {"/api/waves", "/api/waves/{wave}", "/api/waves/{wave}/units"}
    assert all(set(methods) == {"get"} for methods in found["paths"].values())


@pytest.fixture(scope="module")
def schema(place: Place, token: str) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/openapi.json", place.app)


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
@pytest.mark.parametrize("path", ["/api/waves", "/api/waves/{wave}", "/api/waves/{wave}/units"])
def test_whatever_is_asked_the_answer_is_as_described(
    token: str, schema: schemathesis.BaseSchema, path: str, mode: schemathesis.GenerationMode
) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=schema[path]["GET"].as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=KNOWN)

    if mode is schemathesis.GenerationMode.POSITIVE or path != "/api/waves":
        ask()


@pytest.mark.parametrize("wave", ["spring", "autumn", "now", "quiet", "next"])
def test_every_wave_is_as_described(token: str, schema: schemathesis.BaseSchema, wave: str) -> None:
    for path in ("/api/waves/{wave}", "/api/waves/{wave}/units"):
        case = schema[path]["GET"].Case(path_parameters={"wave": wave})
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        case.validate_response(answer, excluded_checks=KNOWN)


@pytest.fixture
def address(place: Place) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, place.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def test_a_notebook_reads_the_scores_in_one_line(address: str, place: Place, token: str) -> None:
    table = scores(address, token, "spring").set_index("id")
    shown = {scale["id"]: scale for scale in read(place, "/api/waves/spring", token)["topics"]}
    assert table.loc["voi", "positive"] == shown["voi"]["positive"]["value"]
    assert table.loc["voi", "mean_low"] == shown["voi"]["mean"]["low"]
    with pytest.raises(HTTPError, match="401"):
        scores(address, "yv_wrong", "spring")
    with pytest.raises(ValueError, match="https"):
        scores("file:///etc/hostname", token, "spring")


def test_a_notebook_reads_a_bundle_with_its_labels(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    furnish_old(folder)
    rows = responses(export(folder, tmp_path / "spring.zip"))
    assert next(iter(rows["eng1"].cat.categories)) == "Strongly disagree"
    assert rows["eng1"].cat.ordered
    assert not rows["contact_frequency"].cat.ordered
    assert rows["eng_mean"].between(1, 5).sum() == rows["eng_mean"].count()
