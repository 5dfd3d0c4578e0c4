"""Every public page, rendered when it is first asked for and then kept: it is the same for everybody.

It knows nothing of who asks: no request, no answer and no clock comes in here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cache
from pathlib import Path

from markupsafe import Markup

from survey_app.contact import due, kept, note_form
from survey_app.forms import Part, parts
from survey_app.frames import CARD, CARD_WAY, NONCE, Contacting, Frame, Link, Notice, Start, Survey, Who
from survey_app.instrument.snapshot import Said, Snapshot
from survey_app.language import load_interface, own_name
from survey_app.notices import DRAFT
from survey_app.page import Page
from survey_app.rendering import content_policy, render, script, style
from survey_app.said import SaidFolder, said_page
from survey_app.said_file import SaidFile
from survey_app.site import Site, help_lines
from survey_app.tablet import PREFIX, Stage, Tablet, box_in, home, is_shared
from survey_app.who import Facts, pace, stamp, words_kept

KEPT = 256
"""So many finished pages are kept, about 40 KB each at most."""

SENDING = ("leave.js", "pad.js", "send.js")
"""The scripts of a page that something can be sent from."""

CONTACT = ("leave.js", "pad.js", "check.js", "send.js")
"""The same where somebody asks to be contacted. Before Send it may ask once whether a number is right."""

CHECKED = ("source", "reviewed", "tested")


class Pages:
    """The pages of one site. `default`: whose help lines stand on the pages that belong to no box.

    `place` is a box's id, with "kiosk/" before it on a shared tablet; "" for a page that belongs to no box.
    `contact`: whether somebody can be asked to call back now; nothing speaks of it where not.
    """

    def __init__(
        self, site: Site, default: Snapshot, translations: Path, said: SaidFolder, *, tls: bool
    ) -> None:
        self._site, self._said, self._tls = site, said, tls
        self._default = default
        self._kept: dict[Hashable, Page] = {}
        self._interface = cache(lambda language: load_interface(language, translations))

    def start(self, snapshot: Snapshot, language: str, box: str, *, contact: bool) -> Page:
        """The start screen of a shared tablet."""
        return self._keep(
            ("start", snapshot.hash, language, box, contact),
            lambda: self._start(snapshot, language, box, contact),
        )

    def survey(self, snapshot: Snapshot, language: str, place: str, *, contact: bool) -> Page:
        """The survey document of one box."""
        return self._keep(
            ("survey", snapshot.hash, language, place, contact),
            lambda: self._survey(snapshot, language, place, contact),
        )

    def thanks(self, snapshot: Snapshot, language: str, place: str, *, contact: bool) -> Page:
        """The page after Send, with the contact form where there is one."""
        return self._keep(
            ("thanks", snapshot.hash, language, place, contact),
            lambda: self._thanks(snapshot, language, place, contact),
        )

    def follow_up(self, snapshot: Snapshot, language: str, place: str) -> Page:
        """The contact form by itself."""
        return self._keep(
            ("follow-up", snapshot.hash, language, place), lambda: self._follow_up(snapshot, language, place)
        )

    def who(self, snapshot: Snapshot, language: str, place: str = "", *, codes: bool, contact: bool) -> Page:
        """The page "Who can see what"."""
        return self._keep(
            ("who", snapshot.hash, language, place, codes, contact),
            lambda: self._who(snapshot, language, place, codes, contact),
        )

    def notice(self, notice: Notice, language: str, place: str = "", *, contact: bool = False) -> Page:
        """The page that says this one thing."""
        return self._keep(
            (notice, language, place, contact), lambda: self._notice(notice, language, place, contact)
        )

    def plain(self, template: str, language: str, place: str = "", *, contact: bool = False) -> Page:
        """A page without anything of its own: done.html, help.html, bye.html."""
        return self._keep(
            (template, language, place, contact), lambda: self._plain(template, language, place, contact)
        )

    def said(self, said: SaidFile, language: str) -> Page:
        """What was done about what young people said in one wave."""
        others = tuple(one for one in self._said.published() if one.wave != said.wave)
        marks = (said.checksum, *(one.checksum for one in others))
        return self._keep(("said", marks, language), lambda: self._said_page(said, others, language))

    def _keep(self, asked: Hashable, make: Callable[[], Page]) -> Page:
        key = (asked, bool(self._said.published()))
        page = self._kept.get(key)
        if page is None:
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            page = self._kept[key] = make()
        return page

    def _start(self, snapshot: Snapshot, language: str, box: str, contact: bool) -> Page:
        start = Start(
            box=box,
            place=PREFIX + box,
            links=tuple(self._link(snapshot, other) for other in snapshot.languages),
            title=snapshot.wording(language)("intro.title"),
            others=self._site.k - 1,
        )
        tablet, way = self._tablet(start.place, "start"), _way(language, start.place, contact)
        frame = self._frame(snapshot, language, (), tablet=tablet, follow_up=way)
        return self._finish("start.html", frame, 200, start)

    def _survey(self, snapshot: Snapshot, language: str, place: str, contact: bool) -> Page:
        shown = parts(snapshot, language)
        found = self._site.box(box_in(place))
        codes = found is not None and found[0].codes
        survey = Survey(
            box=place,
            version=snapshot.hash[:16],
            links=tuple(self._link(snapshot, other) for other in snapshot.languages),
            draft=_is_draft(snapshot, language),
            title=snapshot.wording(language)("intro.title"),
            intro=_intro(snapshot, language),
            parts=shown,
            others=self._site.k - 1,
            warning=snapshot.wording(language)("safeguarding.comment"),
            codes=codes,
            card_way=CARD_WAY if codes and not is_shared(place) else "",
        )
        tablet, way = self._tablet(place, "open"), _way(language, place, contact)
        scripts = (*SENDING, "survey.js", *(("card.js",) if codes else ()))
        sheets = ("card.css",) if codes else ()
        frame = self._frame(snapshot, language, scripts, shown, tablet, way, sheets=sheets)
        return self._finish("survey.html", frame, 203, survey)

    def _thanks(self, snapshot: Snapshot, language: str, place: str, contact: bool) -> Page:
        days = self._site.follow_up.due_days
        note = note_form(snapshot, language, days) if contact else None
        thanks = Contacting(box=place, version=snapshot.hash[:16], note=note)
        tablet, way = self._tablet(place, "open" if note else "end"), _way(language, place, contact)
        frame = self._frame(snapshot, language, CONTACT, (), tablet, way, sheets=("contact.css",))
        return self._finish("thanks.html", frame, 203, thanks)

    def _follow_up(self, snapshot: Snapshot, language: str, place: str) -> Page:
        page = Contacting(
            box=place,
            version=snapshot.hash[:16],
            note=note_form(snapshot, language, self._site.follow_up.due_days),
            links=tuple(self._link(snapshot, other) for other in snapshot.languages),
            draft=_is_draft(snapshot, language),
        )
        tablet, way = self._tablet(place, "open"), _way(language, place, contact=True)
        frame = self._frame(snapshot, language, CONTACT, (), tablet, way, sheets=("contact.css",))
        return self._finish("follow_up.html", frame, 203, page)

    def _who(self, snapshot: Snapshot, language: str, place: str, codes: bool, contact: bool) -> Page:
        frame = self._frame(snapshot, language, tablet=self._tablet(place, "open"))
        settings = self._site
        facts = Facts(
            k=settings.k,
            pace=pace(settings.handover_seconds),
            contact=contact,
            due=due(settings.follow_up.due_days),
            kept=kept(settings.follow_up.keep_days),
            duty=snapshot.wording(language)("safeguarding.note"),
            words_kept=words_kept(settings.comments_keep_days),
            tls=self._tls,
            codes=codes,
        )
        said = Markup(render("who_facts.html", self._interface(language), frame, facts))  # noqa: S704 - ours
        return self._finish("who.html", frame, 200, Who(said, stamp(said)))

    def _said_page(self, said: SaidFile, others: Sequence[SaidFile], language: str) -> Page:
        links = tuple(Link(code, own_name(code), "") for code in said.languages)
        frame = self._frame(self._default, language, sheets=("said.css",))
        return self._finish("said.html", frame, 200, said_page(said, others, language, links))

    def _notice(self, notice: Notice, language: str, place: str, contact: bool) -> Page:
        said = self._interface(language)
        worded = Notice(notice.status, said(notice.title), said(notice.words))
        tablet, way = self._tablet(place, "end"), _way(language, place, contact)
        frame = self._frame(self._default, language, tablet=tablet, follow_up=way)
        return self._finish("notice.html", frame, notice.status, worded)

    def _plain(self, template: str, language: str, place: str, contact: bool) -> Page:
        tablet, way = self._tablet(place, "end"), _way(language, place, contact)
        return self._finish(template, self._frame(self._default, language, tablet=tablet, follow_up=way), 200)

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
        follow_up: str = "",
        *,
        sheets: Sequence[str] = (),
    ) -> Frame:
        blocks = [block for part in shown for block in part.blocks]
        return Frame(
            language=language,
            help=help_lines(snapshot, self._site, language),
            exit_url=self._site.exit_url,
            style=style(
                {field.width for block in blocks for field in block.fields},
                {block.id: block.shown for block in blocks if block.shown},
                (*(("tablet.css",) if tablet else ()), *sheets),
            ),
            script=script(*scripts, *(("tablet.js",) if tablet else ())),
            tablet=tablet,
            follow_up=follow_up,
            said=f"/{language}/said" if self._said.published() and not tablet else "",
        )

    def _link(self, snapshot: Snapshot, language: str) -> Link:
        draft = self._interface(language)(DRAFT) if _is_draft(snapshot, language) else ""
        return Link(language, own_name(language), draft)

    def _finish(self, template: str, frame: Frame, status: int, page: object = None) -> Page:
        text = render(template, self._interface(frame.language), frame, page)
        head, _, tail = text.partition(NONCE)
        holes = "".join(hole for hole in (CARD, CARD_WAY) if hole in head)
        return Page(status, content_policy(frame), head.encode(), tail.encode(), holes)


def _is_draft(snapshot: Snapshot, language: str) -> bool:
    return snapshot.status[language] not in CHECKED


def _way(language: str, place: str, contact: bool) -> str:
    """Where one can ask to be contacted, or ""."""
    return f"/{language}/follow-up{'/' if place else ''}{place}" if contact else ""


def _intro(snapshot: Snapshot, language: str) -> tuple[tuple[Said, Said], ...]:
    wording = snapshot.wording(language)
    return tuple(
        (wording(f"intro.{paragraph.id}.lead"), wording(f"intro.{paragraph.id}.text"))
        for paragraph in snapshot.instrument.intro.paragraphs
        if paragraph.enabled
    )
