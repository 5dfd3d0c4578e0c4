"""A progress bar for the terminal. Elsewhere (a log, a pipe) it stays silent."""

import sys


class Bar:
    """Draws `label [#####-----] 50 %` over itself; call it with how many of `total` are done."""

    WIDTH = 30

    def __init__(self, label: str, total: int) -> None:
        self._label, self._total = label, total

    def __call__(self, done: int) -> None:
        if not sys.stderr.isatty():
            return
        filled = self.WIDTH * done // self._total
        bar = "#" * filled + "-" * (self.WIDTH - filled)
        end = "\n" if done >= self._total else ""
        sys.stderr.write(f"\r  {self._label:<28} [{bar}] {100 * done // self._total:3} %{end}")
        sys.stderr.flush()
