"""Cleans up after the demo, however the demo ends: Ctrl-C, an error, or a kill -9.

A process of its own. It makes the throw-away folder and prints its path, then reads one process id a line.
When its input ends, and it ends with the demo, it stops these process groups and removes the folder. It never
touches a process or a folder that it was not told of in this way.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

PATIENCE = 8.0
"""Seconds that a server gets to finish its requests before it is killed."""


class Janitor:
    """The demo's end of the pipe. Everything `start` starts is gone after `finish`, or when the demo dies."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "admin.janitor"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            start_new_session=True,  # Ctrl-C in the terminal must not reach it
        )
        self._servers: list[subprocess.Popen[bytes]] = []
        with self._process.stdout or open(os.devnull) as said:
            self.folder = Path(said.readline().strip())

    def start(
        self, command: list[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a server in its own process group; what it says goes to `log`."""
        with log.open("ab") as output:
            server = subprocess.Popen(
                command, stdout=output, stderr=output, env=environment, start_new_session=True
            )
        self._servers.append(server)
        self._tell(f"{server.pid}")
        return server

    def stop(self, server: subprocess.Popen[bytes]) -> None:
        """Stop one of the servers and forget it: its number may be given to somebody else."""
        server.terminate()
        server.wait(PATIENCE)
        self._servers.remove(server)
        self._tell(f"-{server.pid}")

    def finish(self) -> None:
        """Stop everything and remove the folder; returns when that is done."""
        if self._process.stdin:
            self._process.stdin.close()
        for server in reversed(self._servers):
            server.wait()
        self._process.wait()

    def _tell(self, line: str) -> None:
        if self._process.stdin:
            self._process.stdin.write(f"{line}\n")


def stop(group: int, patience: float = PATIENCE) -> None:
    """End a process group: SIGTERM, some seconds, SIGKILL. No error if it is gone already."""
    deadline = time.monotonic() + patience
    try:
        os.killpg(group, signal.SIGTERM)
        while time.monotonic() < deadline:
            time.sleep(0.05)
            os.killpg(group, 0)
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def main() -> None:
    """Make the folder, remember the groups, wait for the end of input, clean up."""
    folder = tempfile.mkdtemp(prefix="yourvoice-demo-")
    sys.stdout.write(f"{folder}\n")
    sys.stdout.flush()
    groups: list[int] = []
    for line in sys.stdin:
        if line.startswith("-"):
            groups.remove(int(line[1:]))
        else:
            groups.append(int(line))
    for group in reversed(groups):
        stop(group)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
