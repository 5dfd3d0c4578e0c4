"""One export: its scope, columns and rows, ready for every format. It writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from admin.comments import Comment, Comments
from admin.export.layout import Layout, layout
from admin.export.rows import Rows
from admin.export.scope import Scope, Scopes
from admin.export.variables import Variable
from admin.scoring.patterns import Bytes


@dataclass(frozen=True)
class Origin:
    """What an export says of the place it comes from. `head`: the audit trail's, with this export in it."""

    jurisdiction: str
    version: str
    head: str
    k: int


@dataclass(frozen=True, eq=False)
class Export:
    """What a writer of a format takes."""

    scope: Scope
    layout: Layout
    origin: Origin
    rows: Rows = field(repr=False)
    comments: tuple[Comment, ...] = field(default=(), repr=False)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The columns, in order."""
        return self.layout.variables

    @property
    def language(self) -> str:
        """The one in which labels stand where a format takes only one."""
        return self.layout.snapshot.instrument.source_language

    def chunks(self) -> Iterator[Bytes]:
        """The rows, a few thousand at a time, each time in the same order."""
        return self.rows.chunks()


def prepare(scopes: Scopes, scope: Scope, origin: Origin, written: Comments) -> Export:
    """Read the rows of a scope, and of a whole wave what others may read of its comments.

    Raises LayoutError, RowsError and SQLAlchemyError.
    """
    columns = layout(scope.snapshot, scope.places)
    # Comments have no unit, and are not to be narrowed down to one.
    comments = () if scope.unit else written.shown(scope.wave.id)
    return Export(scope, columns, origin, scopes.read(scope, columns.width), comments)
