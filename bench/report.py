"""The bench's table: each number, its target, and whether it was met. It measures nothing."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measured number. `limit` bounds it from above, or from below where `at_least`; None: no target.
    `floor`: the floor's number in the same run, of which the limit is a multiple where `times_floor`."""

    what: str
    unit: str
    ours: float
    limit: float | None = None
    floor: float | None = None
    at_least: bool = False
    times_floor: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times the floor."""
        return self.ours / self.floor if self.floor else None

    @property
    def met(self) -> bool:
        """Whether the target is met; a number without one always is."""
        if self.limit is None:
            return True
        measured = self.ratio if self.times_floor and self.ratio is not None else self.ours
        return measured >= self.limit if self.at_least else measured <= self.limit


def table(lines: Sequence[Line]) -> str:
    """The lines as a Markdown table."""
    rows = ["| | ours | floor | ratio | target | |", "|---|---:|---:|---:|---:|---|"]
    for line in lines:
        floor = "" if line.floor is None else f"{line.floor:,.6g} {line.unit}".rstrip()
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        sign = ">=" if line.at_least else "<="
        unit = " x floor" if line.times_floor else f" {line.unit}".rstrip()
        target = "" if line.limit is None else f"{sign} {line.limit:,.6g}{unit}"
        verdict = "" if line.limit is None else "ok" if line.met else "MISSED"
        ours = f"{line.ours:,.6g} {line.unit}".rstrip()
        rows.append(f"| {line.what} | {ours} | {floor} | {ratio} | {target} | {verdict} |")
    return "\n".join(rows)
