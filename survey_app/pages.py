"""Every public page, rendered when it is first asked for and then kept: it is the same for everybody.

It knows nothing of who asks: no request, no answer and no clock comes in here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cache
from pathlib import Path

from markupsafe import Markup

from survey_app.forms import Part, contact_form, parts
from survey_app.frames import CARD, CARD_WAY, NONCE, Frame, Link, Notice, Start, Survey, Thanks, Who
from survey_app.instrument.snapshot import Said, Snapshot
from survey_app.language import load_interface, own_name
from survey_app.notices import DRAFT
from survey_app.page import Page
from survey_app.rendering import content_policy, render, script, style
from survey_app.site import Site, help_lines
from survey_app.tablet import PREFIX, Stage, Tablet, box_in, home, is_shared
from survey_app.who import Facts, pace, stamp

KEPT = 256
"""So many finished pages are kept, about 40 KB each at most."""

SENDING = ("leave.js", "pad.js", "send.js")
"""The scripts of a page that something can be sent from."""

CHECKED = ("source", "reviewed", "tested")


class Pages:
    """The pages of one site. `default`: whose help lines stand on the pages that belong to no box.

    `place` is a box's id, with "kiosk/" before it on a shared tablet; "" for a page that belongs to no box.
    """

    def __init__(self, site: Site, default: Snapshot, translations: Path, *, tls: bool) -> None:
        self._site, self._tls = site, tls
        self._default = default
        self._kept: dict[Hashable, Page] = {}
        self._interface = cache(lambda language: load_interface(language, translations))

    def start(self, snapshot: Snapshot, language: str, box: str) -> Page:
        """The start screen of a shared tablet."""
        return self._keep(
            ("start", snapshot.hash, language, box), lambda: self._start(snapshot, language, box)
        )

    def survey(self, snapshot: Snapshot, language: str, place: str) -> Page:
        """The survey document of one box."""
        return self._keep(
            ("survey", snapshot.hash, language, place), lambda: self._survey(snapshot, language, place)
        )

    def thanks(self, snapshot: Snapshot, language: str, place: str) -> Page:
        """The page after Send, with the contact form where there is one."""
        return self._keep(
            ("thanks", snapshot.hash, language, place), lambda: self._thanks(snapshot, language, place)
        )

    def who(self, snapshot: Snapshot, language: str, place: str = "", *, codes: bool = False) -> Page:
        """The page "Who can see what"."""
        return self._keep(
            ("who", snapshot.hash, language, place, codes),
            lambda: self._who(snapshot, language, place, codes),
        )

    def notice(self, notice: Notice, language: str, place: str = "") -> Page:
        """The page that says this one thing."""
        return self._keep((notice, language, place), lambda: self._notice(notice, language, place))

    def plain(self, template: str, language: str, place: str = "") -> Page:
        """A page without anything of its own: done.html, help.html, bye.html."""
        return self._keep((template, language, place), lambda: self._plain(template, language, place))

    def _keep(self, key: Hashable, make: Callable[[], Page]) -> Page:
        page = self._kept.get(key)
        if page is None:
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            page = self._kept[key] = make()
        return page

    def _start(self, snapshot: Snapshot, language: str, box: str) -> Page:
        start = Start(
            box=box,
            place=PREFIX + box,
            links=tuple(self._link(snapshot, other) for other in snapshot.languages),
            title=snapshot.wording(language)("intro.title"),
            others=self._site.k - 1,
        )
        frame = self._frame(snapshot, language, (), tablet=self._tablet(start.place, "start"))
        return self._finish("start.html", frame, 200, start)

    def _survey(self, snapshot: Snapshot, language: str, place: str) -> Page:
        shown = parts(snapshot, language)
        found = self._site.box(box_in(place))
        codes = found is not None and found[0].codes
        survey = Survey(
            box=place,
            version=snapshot.hash[:16],
            links=tuple(self._link(snapshot, other) for other in snapshot.languages),
            draft=snapshot.status[language] not in CHECKED,
            title=snapshot.wording(language)("intro.title"),
            intro=_intro(snapshot, language),
            parts=shown,
            others=self._site.k - 1,
            codes=codes,
            card_way=CARD_WAY if codes and not is_shared(place) else "",
        )
        tablet = self._tablet(place, "open")
        scripts = (*SENDING, "survey.js", *(("card.js",) if codes else ()))
        frame = self._frame(snapshot, language, scripts, shown, tablet, codes=codes)
        return self._finish("survey.html", frame, 203, survey)

    def _thanks(self, snapshot: Snapshot, language: str, place: str) -> Page:
        wording = snapshot.wording(language)
        separate = snapshot.sections("separate")
        tablet = self._tablet(place, "open" if separate else "end")
        thanks = Thanks(
            box=place,
            version=snapshot.hash[:16],
            intro=wording(f"section.{separate[0].id}.intro" if separate else ""),
            form=contact_form(snapshot, language) if separate else None,
        )
        frame = self._frame(snapshot, language, SENDING, tablet=tablet)
        return self._finish("thanks.html", frame, 203, thanks)

    def _who(self, snapshot: Snapshot, language: str, place: str, codes: bool) -> Page:
        frame = self._frame(snapshot, language, tablet=self._tablet(place, "open"))
        settings = self._site
        facts = Facts(
            k=settings.k,
            pace=pace(settings.handover_seconds),
            contact=bool(snapshot.sections("separate")),
            tls=self._tls,
            codes=codes,
        )
        said = Markup(render("who_facts.html", self._interface(language), frame, facts))  # noqa: S704 - ours
        return self._finish("who.html", frame, 200, Who(said, stamp(said)))

    def _notice(self, notice: Notice, language: str, place: str) -> Page:
        said = self._interface(language)
        worded = Notice(notice.status, said(notice.title), said(notice.words))
        frame = self._frame(self._default, language, tablet=self._tablet(place, "end"))
        return self._finish("notice.html", frame, notice.status, worded)

    def _plain(self, template: str, language: str, place: str) -> Page:
        frame = self._frame(self._default, language, tablet=self._tablet(place, "end"))
        return self._finish(template, frame, 200)

    def _tablet(self, place: str, stage: Stage) -> Tablet | None:
        if not is_shared(place):
            return None
        return Tablet(home(box_in(place)), self._site.shared_tablet_seconds, stage)

    def _frame(
        self,
        snapshot: Snapshot,
        language: str,
        scripts: Sequence[str] = ("leave.js", "pad.js"),
        shown: tuple[Part, ...] = (),
        tablet: Tablet | None = None,
        *,
        codes: bool = False,
    ) -> Frame:
        blocks = [block for part in shown for block in part.blocks]
        return Frame(
            language=language,
            help=help_lines(snapshot, self._site, language),
            exit_url=self._site.exit_url,
            style=style(
                {field.width for block in blocks for field in block.fields},
                {block.id: block.shown for block in blocks if block.shown},
                (*(("tablet.css",) if tablet else ()), *(("card.css",) if codes else ())),
            ),
            script=script(*scripts, *(("tablet.js",) if tablet else ())),
            tablet=tablet,
        )

    def _link(self, snapshot: Snapshot, language: str) -> Link:
        draft = "" if snapshot.status[language] in CHECKED else self._interface(language)(DRAFT)
        return Link(language, own_name(language), draft)

    def _finish(self, template: str, frame: Frame, status: int, page: object = None) -> Page:
        text = render(template, self._interface(frame.language), frame, page)
        head, _, tail = text.partition(NONCE)
        holes = "".join(hole for hole in (CARD, CARD_WAY) if hole in head)
        return Page(status, content_policy(frame), head.encode(), tail.encode(), holes)


def _intro(snapshot: Snapshot, language: str) -> tuple[tuple[Said, Said], ...]:
    wording = snapshot.wording(language)
    return tuple(
        (wording(f"intro.{paragraph.id}.lead"), wording(f"intro.{paragraph.id}.text"))
        for paragraph in snapshot.instrument.intro.paragraphs
        if paragraph.enabled
    )
