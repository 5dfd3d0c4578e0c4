"""One export: its scope, columns and rows, ready for every format. It writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from admin.comments import Comment, Comments
from admin.export.layout import Layout, layout
from admin.export.rows import Rows
from admin.export.scope import Scope, Scopes
from admin.export.stack import stack
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
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of several waves: of each score and item, the columns that it has."""

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
    # Comments have no unit, and are not to be narrowed down to one.
    waves = () if scope.unit else scope.each
    comments = tuple(comment for one in waves for comment in written.shown(one.wave.id))
    if scope.waves:
        stacked = stack(scope.waves)
        rows = scopes.read(scope, stacked.layout.width, stacked.moves)
        return Export(scope, stacked.layout, origin, rows, comments, stacked.columns)
    columns = layout(scope.snapshot, scope.places)
    return Export(scope, columns, origin, scopes.read(scope, columns.width), comments)
