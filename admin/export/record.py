"""What the audit trail says of an export: never what is in it."""

from __future__ import annotations

from admin.export.scope import Scope


def about(scope: Scope, wanted: str) -> dict[str, str]:
    """The words of the line."""
    return {"wave": scope.wave.id, "unit": scope.unit or "all", "format": wanted, "rows": str(scope.n)}
