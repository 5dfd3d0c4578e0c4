"""Every public page, rendered when it is first asked for and then kept: it is the same for everybody.

It knows nothing of who asks: no request, no answer and no clock comes in here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cache
from pathlib import Path

from survey_app.forms import Part, contact_form, parts
from survey_app.frames import NONCE, Frame, Link, Notice, Survey, Thanks
from survey_app.instrument.snapshot import Said, Snapshot
from survey_app.language import load_interface, own_name
from survey_app.notices import DRAFT
from survey_app.page import Page
from survey_app.rendering import content_policy, render, script, style
from survey_app.site import Site, help_lines

KEPT = 256
"""So many finished pages are kept, about 40 KB each at most."""

CHECKED = ("source", "reviewed", "tested")


class Pages:
    """The pages of one site. `default`: whose help lines stand on the pages that belong to no box."""

    def __init__(self, site: Site, default: Snapshot, translations: Path) -> None:
        self._site = site
        self._default = default
        self._kept: dict[Hashable, Page] = {}
        self._interface = cache(lambda language: load_interface(language, translations))

    def survey(self, snapshot: Snapshot, language: str, box: str) -> Page:
        """The survey document of one box."""
        return self._keep(
            ("survey", snapshot.hash, language, box), lambda: self._survey(snapshot, language, box)
        )

    def thanks(self, snapshot: Snapshot, language: str, box: str) -> Page:
        """The page after Send, with the contact form where there is one."""
        return self._keep(
            ("thanks", snapshot.hash, language, box), lambda: self._thanks(snapshot, language, box)
        )

    def notice(self, notice: Notice, language: str) -> Page:
        """The page that says this one thing."""
        return self._keep((notice, language), lambda: self._notice(notice, language))

    def plain(self, template: str, language: str) -> Page:
        """A page without anything of its own: done.html, help.html, bye.html."""
        frame = self._frame(self._default, language)
        return self._keep((template, language), lambda: self._finish(template, frame, 200))

    def _keep(self, key: Hashable, make: Callable[[], Page]) -> Page:
        page = self._kept.get(key)
        if page is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            page = self._kept[key] = make()
        return page

    def _survey(self, snapshot: Snapshot, language: str, box: str) -> Page:
        shown = parts(snapshot, language)
        survey = Survey(
            box=box,
            version=snapshot.hash[:16],
            links=tuple(self._link(snapshot, other) for other in snapshot.languages),
            draft=snapshot.status[language] not in CHECKED,
            title=snapshot.wording(language)("intro.title"),
            intro=_intro(snapshot, language),
            parts=shown,
            others=self._site.k - 1,
        )
        frame = self._frame(snapshot, language, ("leave.js", "survey.js"), shown)
        return self._finish("survey.html", frame, 203, survey)

    def _thanks(self, snapshot: Snapshot, language: str, box: str) -> Page:
        wording = snapshot.wording(language)
        separate = snapshot.sections("separate")
        thanks = Thanks(
            box=box,
            version=snapshot.hash[:16],
            intro=wording(f"section.{separate[0].id}.intro" if separate else ""),
            form=contact_form(snapshot, language) if separate else None,
        )
        return self._finish("thanks.html", self._frame(snapshot, language), 203, thanks)

    def _notice(self, notice: Notice, language: str) -> Page:
        said = self._interface(language)
        worded = Notice(notice.status, said(notice.title), said(notice.words))
        return self._finish("notice.html", self._frame(self._default, language), notice.status, worded)

    def _frame(
        self,
        snapshot: Snapshot,
        language: str,
        scripts: Sequence[str] = ("leave.js",),
        shown: tuple[Part, ...] = (),
    ) -> Frame:
        blocks = [block for part in shown for block in part.blocks]
        return Frame(
            language=language,
            help=help_lines(snapshot, self._site, language),
            exit_url=self._site.exit_url,
            style=style(
                {field.width for block in blocks for field in block.fields},
                {block.id: block.shown for block in blocks if block.shown},
            ),
            script=script(*scripts),
        )

    def _link(self, snapshot: Snapshot, language: str) -> Link:
        draft = "" if snapshot.status[language] in CHECKED else self._interface(language)(DRAFT)
        return Link(language, own_name(language), draft)

    def _finish(self, template: str, frame: Frame, status: int, page: object = None) -> Page:
        text = render(template, self._interface(frame.language), frame, page)
        head, _, tail = text.partition(NONCE)
        return Page(status, content_policy(frame), head.encode(), tail.encode())


def _intro(snapshot: Snapshot, language: str) -> tuple[tuple[Said, Said], ...]:
    wording = snapshot.wording(language)
    return tuple(
        (wording(f"intro.{paragraph.id}.lead"), wording(f"intro.{paragraph.id}.text"))
        for paragraph in snapshot.instrument.intro.paragraphs
        if paragraph.enabled
    )
