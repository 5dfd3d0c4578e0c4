"""When comments are destroyed as they were written. It decides about none, and shows none."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from admin.audit import Audit
from admin.comments import Comments
from admin.desk.concerns import Concerns
from admin.settings import Settings
from survey_app.site import Site


def destroy_originals(
    comments: Comments, site: Site, today: date, worried: Collection[bytes], audit: Audit, actor: str
) -> tuple[str, ...]:
    """Destroy what is settled, and everything of a wave whose time is over (`site.comments_keep_days`).

    Returns the waves of which something went. What was judged in time is shown to others first. `worried`:
    comments about which a concern is open; they stay until it is dealt with, or until their time is over. A
    wave that the plan does not know keeps what it has. All is on record before it happens, without a number:
    that would count what was never let out to be read. Raises OSError, AuditError and SQLAlchemyError.
    """
    over = [wave for wave in comments.waves() if _is_over(site, wave, today)]
    for wave in over:
        if comments.ready(wave, site.k):
            audit.note("comments_shown", actor, wave=wave)
            comments.share(wave, site.k)
    gone = comments.doomed(over, worried)
    for wave in gone:
        audit.note("comments_destroyed", actor, wave=wave, why="time" if wave in over else "settled")
    comments.destroy(over, worried)
    return gone


def end_comments(settings: Settings, site: Site, today: date, actor: str) -> None:
    """The same for a staff host's folders; raises as it does."""
    worried = {one.comment for one in Concerns(settings.desk).all() if one.closed is None}
    audit = Audit(settings.trail)
    destroy_originals(Comments(settings.released), site, today, worried, audit, actor)


def are_over(settings: Settings, site: Site, today: date) -> bool:
    """Whether there are comments whose time is over today; a wrong clock would destroy them."""
    return any(_is_over(site, wave, today) for wave in Comments(settings.released).waves())


def _is_over(site: Site, wave_id: str, today: date) -> bool:
    wave = site.wave(wave_id)
    return wave is not None and not wave.may_keep_comments(today, site.comments_keep_days)
