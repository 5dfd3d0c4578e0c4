"""What the audit trail says of an export: never what is in it."""

from __future__ import annotations

from admin.audit import Audit, Head
from admin.export.scope import Scope


def record(audit: Audit, actor: str, scope: Scope, wanted: str, k: int) -> Head:
    """Write a line for each wave, before anything leaves; raises AuditError and OSError."""
    heads = [audit.note("exported", actor, **_about(one, scope, wanted, k)) for one in scope.each]
    return heads[-1]


def _about(one: Scope, scope: Scope, wanted: str, k: int) -> dict[str, str]:
    about = {"wave": one.wave.id, "unit": one.unit or "all", "format": wanted, "rows": str(one.n)}
    if len(scope.each) > 1:
        others = " ".join(other.wave.id for other in scope.each if other is not one)
        names = " ".join(cell.name for cell in one.cells)
        about |= {"with": others, "held_back": one.held_back_in_words(k), "units": names}
    return about
