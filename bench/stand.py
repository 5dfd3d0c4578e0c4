"""The bench's servers in a throw-away folder: ours, and the plain one beside it. They serve nobody else."""

import http.client
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from admin.demo_folder import County, furnish
from admin.janitor import Janitor
from bench.floor import floor_page

START_SECONDS = 20
PLAIN_THREADS = 8


@dataclass(frozen=True)
class Stand:
    """A running server. `started_in`: seconds from the command to the first answered request; `store` and
    `table`: where its surveys lie."""

    url: str
    pid: int
    started_in: float
    store: Path
    table: str

    @property
    def processes(self) -> list[psutil.Process]:
        """The command and everything it started."""
        root = psutil.Process(self.pid)
        return [root, *root.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """Processor time of all its processes until now."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes)

    def largest(self) -> float:
        """Resident memory of its largest process, in MB."""
        return max(process.memory_info().rss for process in self.processes) / 1e6

    def stored(self) -> int:
        """How many surveys it has stored."""
        with closing(sqlite3.connect(self.store)) as store:
            return int(store.execute(f"SELECT count(*) FROM {self.table}").fetchone()[0])  # noqa: S608


@contextmanager
def both_servers(port: int, plain_port: int) -> Iterator[tuple[County, Stand, Stand]]:
    """`yourvoice serve` and the plain server on these ports, gone with their folders at the end."""
    janitor = Janitor()
    try:
        county = furnish(janitor.folder / "data", datetime.now().astimezone().date(), 3600)
        command = [_installed("yourvoice"), "serve", "--data", str(county.data), "--port", str(port)]
        ours = _start(
            janitor, command, port, dict(os.environ), county.data / "public" / "intake.db", "ballots"
        )
        store = janitor.folder / "plain.db"
        with closing(sqlite3.connect(store)) as made, made:
            made.execute("CREATE TABLE sheets (id BLOB PRIMARY KEY, sheet TEXT) STRICT, WITHOUT ROWID")
        surroundings = {"BENCH_PLAIN_STORE": str(store), "BENCH_PLAIN_PAGE": floor_page(county.snapshot)}
        command = [_installed("gunicorn"), "bench.plain:app", "--bind", f"127.0.0.1:{plain_port}"]
        command += ["--threads", str(PLAIN_THREADS), "--log-level", "error", "--no-control-socket"]
        plain = _start(janitor, command, plain_port, os.environ | surroundings, store, "sheets")
        yield county, ours, plain
    finally:
        janitor.finish()


def _start(
    janitor: Janitor, command: list[str], port: int, surroundings: dict[str, str], store: Path, table: str
) -> Stand:
    begun = time.perf_counter()
    log = janitor.folder / f"{port}.log"
    server = janitor.start(command, log, surroundings)
    while not _answers(port):
        if server.poll() is not None or time.perf_counter() > begun + START_SECONDS:
            raise TimeoutError(log.read_text())
        time.sleep(0.02)
    return Stand(f"http://127.0.0.1:{port}/", server.pid, time.perf_counter() - begun, store, table)


def _installed(program: str) -> str:
    return str(Path(sys.executable).with_name(program))


def _answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as line:
        try:
            line.request("GET", "/")
            return line.getresponse().status < http.client.BAD_REQUEST
        except OSError:
            return False
