"""The composition root of the public server: everything is made here once and handed on.

There is no global application; nothing that could open a ballot is imported.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from flask import Flask

from survey_app.currentkeys import CurrentKeys
from survey_app.instrument.snapshot import Snapshot, SnapshotError, load_snapshot
from survey_app.intake import Writer, open_intake
from survey_app.pacing import Pacing
from survey_app.pages import Pages
from survey_app.privacy import MAX_BODY, QuietFlask
from survey_app.said import SaidFolder
from survey_app.sealing import read_bundle, self_test
from survey_app.settings import Settings
from survey_app.site import Site, load_site
from survey_app.slot import Slot
from survey_app.views import Respondents, routes


def local_today() -> date:
    """The date where the server stands."""
    return date(*time.localtime()[:3])


def create_app(
    settings: Settings, writer: Writer | None = None, today: Callable[[], date] = local_today
) -> Flask:
    """The public application. Raises SiteError, SnapshotError or SealingError for what must stop a start."""
    self_test()
    read_bundle(settings.keys).require(today())
    site = load_site(settings.site)
    snapshots = load_snapshots(settings, site)
    default = next(wave.snapshot for wave, box in site.boxes() if box.id == site.default_box)
    newest = sorted(site.waves, key=lambda wave: (wave.opens, wave.id), reverse=True)
    said = SaidFolder(settings.said, [wave.id for wave in newest])
    pages = Pages(site, snapshots[default], settings.translations, said, tls=settings.tls)
    slot = Slot(CurrentKeys(settings.keys), writer or open_intake(settings.intake), today)
    app = QuietFlask(tls=settings.tls)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY + 1, TRUSTED_HOSTS=list(settings.hosts), PROVIDE_AUTOMATIC_OPTIONS=False
    )
    app.url_map.merge_slashes = False
    app.url_map.redirect_defaults = False

    pacing = Pacing(settings.behind_proxy)
    app.register_blueprint(routes(Respondents(site, snapshots, pages, slot, pacing, said)))
    return app


def load_snapshots(settings: Settings, site: Site) -> dict[str, Snapshot]:
    """Every frozen instrument by hash: also those of yesterday's pages. Raises SnapshotError."""
    snapshots = {path.stem: load_snapshot(path) for path in sorted(settings.snapshots.glob("*.json"))}
    for wave in site.waves:
        if wave.snapshot not in snapshots:
            raise SnapshotError(
                f'The snapshot of wave "{wave.id}" is missing: snapshots/{wave.snapshot}.json.'
            )
    return snapshots
