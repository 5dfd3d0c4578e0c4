"""A county's results page from cached counts: as quick for a million responses as for ten thousand.

The responses are made up and lie in a throw-away folder; the page is asked of the real application.
"""

import re
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import numpy as np
from flask.testing import FlaskClient

from admin.demo_folder import County, furnish
from admin.released import Lot, Released
from admin.scoring.blocks import blocks
from admin.scoring.patterns import Bytes, tally
from admin.scoring.quality import quality
from admin.settings import read_settings
from admin.wsgi import create_app
from bench.report import Line
from survey_app.coding import columns
from survey_app.roles import Role
from survey_app.site import load_site

FEW, MANY = 10_000, 1_000_000
RELEASES = 12
LIMIT = 100
GROWTH = 1.5
SKIPPED = 0.06
_TOKEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"')


def county_lines(views: int) -> list[Line]:
    """Both counties' pages by turns, so that what else the machine does troubles both; medians."""
    with tempfile.TemporaryDirectory() as few_folder, tempfile.TemporaryDirectory() as many_folder:
        few, many = _county(Path(few_folder), FEW), _county(Path(many_folder), MANY)
        spent: dict[int, list[float]] = {FEW: [], MANY: []}
        for _ in range(views):
            spent[FEW].append(_view(*few))
            spent[MANY].append(_view(*many))
    small, large = (round(median(spent[n]), 1) for n in (FEW, MANY))
    grown = Line("the same; floor: 10,000 responses", "ms", large, GROWTH, small, times_floor=True)
    return [Line("county page, 1 M responses", "ms", large, LIMIT), grown]


def _view(client: FlaskClient, address: str) -> float:
    begun = time.process_time()
    page = client.get(address)
    spent = 1000 * (time.process_time() - begun)
    if page.status_code != 200 or "young people answered" not in page.text:
        raise RuntimeError(f"{address} answered {page.status} without results")
    return spent


def _county(folder: Path, n: int) -> tuple[FlaskClient, str]:
    """An application with n released responses and an evaluator signed in; and the wave's page."""
    county = furnish(folder / "data", datetime.now(UTC).date(), 3600)
    settings = read_settings({"YOURVOICE_DATA": str(county.data)})
    wave = load_site(settings.site).waves[-1]
    _release(county, Released(settings.released), wave.id, n)
    client = create_app(settings).test_client()
    form = dict(_TOKEN.findall(client.get("/sign-in").text))
    form |= {"name": Role.EVALUATOR.value, "passphrase": county.sign_ins[Role.EVALUATOR]}
    client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    return client, f"/waves/{wave.id}"


def _release(county: County, released: Released, wave: str, n: int) -> None:
    """In twelve releases, each of every unit."""
    dice = np.random.default_rng(3)
    units = [unit.id for unit in load_site(county.data / "site.json").units]
    size = n // RELEASES // len(units)
    for _ in range(RELEASES):
        lots = []
        for unit in units:
            answers = _answers(county, dice, size)
            counted = tally(blocks(county.snapshot), answers) | quality(county.snapshot, answers)
            codes = tuple(row.tobytes() for row in answers)
            lots.append(Lot(wave, unit, county.snapshot.hash, (), codes, (), counted))
        released.publish(lots, {})


def _answers(county: County, dice: np.random.Generator, size: int) -> Bytes:
    """Packed responses, uint8 [size, bytes of one]; what one youth says hangs together."""
    mood = dice.normal(size=size)
    packed = []
    for column in columns(county.snapshot):
        if column.question.kind == "multi":
            code = (dice.random(size) < 0.3) & (column.option is not None)
        else:
            most = len(column.question.options)
            code = np.clip(np.round(most / 2 + 1 + mood + dice.normal(size=size)), 1, most)
            code = np.where(dice.random(size) < SKIPPED, 0, code)
        packed.append(code.astype(np.uint8))
    return np.column_stack(packed)
