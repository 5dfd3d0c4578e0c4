"""The demo: a county that fits together, two servers that visitors reach, and nothing left at the end."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from admin.commands import main
from admin.demo import FEWEST, SEED
from admin.demo_folder import carry_said, furnish, plan, write_plan
from admin.demo_servers import DemoError, free_addresses
from admin.respondents import Respondents
from admin.simulate import spread
from survey_app.sealing import read_bundle
from survey_app.site import load_site

TODAY = date(2026, 11, 22)
DEMO = [str(Path(sys.executable).with_name("yourvoice-admin")), "demo", "--responses", "100"]


@contextmanager
def running_demo(*flags: str, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A demo on free ports, once it invites visitors; -> the process and what it has printed."""
    command = [*DEMO, "--port", "0", "--admin-port", "0", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | settings) as demo:
        assert demo.stdout is not None
        said = ""
        for line in demo.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        yield demo, said
        demo.kill()


def refuses(port: int) -> bool:
    with closing(socket.socket()) as line:
        return line.connect_ex(("127.0.0.1", port)) != 0


def test_the_plan_first_takes_answers_in_both_waves_and_then_only_in_the_later(tmp_path: Path) -> None:
    county = furnish(tmp_path / "data", TODAY, seconds=60)
    filling = load_site(county.data / "site.json")
    assert [wave.is_open(TODAY) for wave in filling.waves] == [True, True]
    write_plan(county, filling=False)
    later = load_site(county.data / "site.json")
    assert [wave.is_open(TODAY) for wave in later.waves] == [False, True]
    assert later.handover_seconds == 60
    assert later.k == 11
    assert [box.id for _, box in later.boxes()] == [box.id for _, box in filling.boxes()]


def test_what_was_published_is_carried_to_the_public_side_and_what_was_withdrawn_goes(tmp_path: Path) -> None:
    published, shown = tmp_path / "staff" / "said", tmp_path / "said"
    published.mkdir(parents=True)
    for content in (b"{}", b"{ }"):
        (published / "fall.json").write_bytes(content)
        carry_said(tmp_path)
        assert (shown / "fall.json").read_bytes() == content
    (published / "fall.json").unlink()
    carry_said(tmp_path)
    assert list(shown.iterdir()) == []


def test_the_two_waves_are_named_differently_on_every_day_of_the_year(tmp_path: Path) -> None:
    snapshot = furnish(tmp_path / "data", TODAY, seconds=60).snapshot
    for day in (TODAY + timedelta(days=ahead) for ahead in range(366)):
        earlier, now = plan(snapshot, day, filling=False, seconds=60).waves
        assert earlier.id != now.id


def test_even_the_smallest_demo_fills_every_box_beyond_k(tmp_path: Path) -> None:
    county = furnish(tmp_path / "data", TODAY, seconds=60)
    site = load_site(county.data / "site.json")
    errands = spread(site, [box.id for _, box in site.boxes()], FEWEST, SEED)
    people = Respondents(county.snapshot, SEED)
    kept = Counter(e.box for e in errands if people.sheet(e.unit, e.wave, e.number).answers)
    assert len(errands) == FEWEST
    assert len(kept) == 6
    assert min(kept.values()) >= site.k


def test_the_keys_seal_today_and_every_sign_in_has_its_own_passphrase(tmp_path: Path) -> None:
    county = furnish(tmp_path / "data", TODAY, seconds=60)
    read_bundle(county.data / "public" / "keys.json").require(TODAY)
    assert len({county.passphrase, *county.sign_ins.values()}) == 4


def test_a_taken_port_is_told_kindly_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(DemoError, match=rf"127.0.0.1:{port} .*make demo ADMIN_PORT=\d+"):
            free_addresses("127.0.0.1", 0, port)


def test_too_few_answers_for_three_units_and_two_waves_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["demo", "--responses", "10"]) == 1
    assert "from 100 to" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_both_sides_answer_until_the_demo_is_ended_and_then_nothing_is_left(
    number: signal.Signals, tmp_path: Path
) -> None:
    # Whoever runs a real installation must not find the demo's answers in it.
    real = tmp_path / "real.db"
    settings = {"TMPDIR": str(tmp_path), "YOURVOICE_INTAKE": f"sqlite:///{real}", "YOURVOICE_PORT": "1"}
    with running_demo(**settings) as (demo, said):
        ports = [int(port) for port in re.findall(r"http://127\.0\.0\.1:(\d+)/", said)]
        assert len(ports) == 2
        for port in ports:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
                line.request("GET", "/")
                assert line.getresponse().status < 400
        assert set(re.findall(r"sign in as (\w+)", said)) == {"supervisor", "evaluator", "operator"}
        assert list(tmp_path.iterdir())
        demo.send_signal(number)
        assert demo.wait(30) == 0
    assert list(tmp_path.iterdir()) == []
    assert all(map(refuses, ports))
