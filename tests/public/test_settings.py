"""Settings come from one mapping; everything wrong with them is said at once."""

from datetime import date
from pathlib import Path

import pytest

from survey_app.hosting.settings import SettingsError
from survey_app.settings import read_settings
from tests.public.builders import make_ground
from tests.public.served import serve

DATA = {"YOURVOICE_DATA": "/srv/voice"}


def test_a_flag_says_that_the_outside_comes_by_https(tmp_path: Path) -> None:
    ground = make_ground(tmp_path, opens=date(2020, 1, 1), closes=date(2099, 1, 1))
    asked = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    for flags in ((), ("--tls",)):
        with serve(ground.data, *flags) as served:
            assert (b"Strict-Transport-Security" in served.exchange(asked)) is bool(flags)


def test_a_data_folder_is_enough() -> None:
    settings = read_settings(DATA)
    assert (settings.host, settings.port, settings.tls) == ("127.0.0.1", 8000, False)
    assert settings.intake == "sqlite:////srv/voice/public/intake.db"
    assert settings.keys == Path("/srv/voice/public/keys.json")


def test_everything_that_is_missing_is_named_in_one_error() -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"YOURVOICE_HOST": "0.0.0.0", "YOURVOICE_PORT": "x", "FLASK_DEBUG": "1"})  # noqa: S104
    for name in ("YOURVOICE_DATA", "YOURVOICE_HOSTS", "YOURVOICE_PORT", "FLASK_DEBUG"):
        assert name in str(caught.value)


@pytest.mark.parametrize(
    "name", ["FLASK_DEBUG", "YOURVOICE_DEBUG", "YOURVOICE_SQL_ECHO", "PYTHONFAULTHANDLER", "PYTHONDEVMODE"]
)
def test_whatever_could_show_answers_stops_the_start(name: str) -> None:
    assert read_settings({**DATA, name: "0"})
    with pytest.raises(SettingsError, match=name):
        read_settings({**DATA, name: "true"})


@pytest.mark.parametrize("port", ["-1", "65536", "8000x", "\u0663"])
def test_a_port_is_a_number_that_exists(port: str) -> None:
    with pytest.raises(SettingsError, match="YOURVOICE_PORT"):
        read_settings({**DATA, "YOURVOICE_PORT": port})


def test_the_names_of_the_server_are_added_to_its_own_machine_s() -> None:
    settings = read_settings(
        {**DATA, "YOURVOICE_HOST": "::", "YOURVOICE_HOSTS": "voice.example, www.voice.example"}
    )
    assert settings.hosts[:2] == ("voice.example", "www.voice.example")
    assert "127.0.0.1" in settings.hosts
