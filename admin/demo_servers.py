"""The demo's two servers and the commands between them, each a process of its own, as in a real county.

It starts and stops them and asks whether they answer. What they do is their own affair.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from admin.janitor import Janitor

EVERYWHERE = "0.0.0.0"  # noqa: S104  what a visitor asks for with HOST=0.0.0.0
SECONDS_TO_START = 20.0
SECONDS_TO_FINISH = 60
LAST_WORDS = 600


class DemoError(Exception):
    """The demo cannot go on; the text says why and what to do."""


@dataclass(frozen=True)
class Addresses:
    """Where both sides listen. Raises DemoError in `check` where somebody else listens already."""

    host: str
    port: int
    admin_port: int

    @property
    def name(self) -> str:
        """What to type into a browser: on the network, this machine's address there."""
        return network_address() if self.host == EVERYWHERE else self.host

    @property
    def survey(self) -> str:
        """The address for young people."""
        return f"http://{self.name}:{self.port}/"

    @property
    def staff(self) -> str:
        """The address for staff."""
        return f"http://{self.name}:{self.admin_port}/"


def free_addresses(host: str, port: int, admin_port: int) -> Addresses:
    """These addresses, 0 replaced by a free port; raises DemoError where one is taken."""
    ports = []
    with closing(socket.socket()) as one, closing(socket.socket()) as other:
        for listener, wanted, setting in ((one, port, "PORT"), (other, admin_port, "ADMIN_PORT")):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((host, wanted))
            except (OSError, OverflowError) as error:
                raise DemoError(
                    f"Nothing can listen on {host}:{wanted} ({error}). Something else may be running there; "
                    f"choose another port, for example: make demo {setting}={wanted % 50_000 + 100}"
                ) from error
            ports.append(int(listener.getsockname()[1]))
    return Addresses(host, *ports)


def network_address() -> str:
    """This machine's address on its network. Nothing is sent to find it out."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


class Servers:
    """Both sides of one data folder."""

    def __init__(self, janitor: Janitor, data: Path, addresses: Addresses) -> None:
        self._janitor = janitor
        self._data = data
        self._addresses = addresses
        self._running: dict[str, tuple[subprocess.Popen[bytes], Path]] = {}

    def start_public(self) -> None:
        """Serve the survey."""
        self._start("yourvoice", self._addresses.port, "/bye")

    def start_staff(self, credential: Path, seconds: int) -> None:
        """Serve the scores; import and release so often."""
        flags = ("--credential", str(credential), "--every", str(seconds))
        self._start("yourvoice-admin", self._addresses.admin_port, "/", *flags)

    def stop_public(self) -> None:
        """Stop serving the survey; what was acknowledged is stored."""
        self._janitor.stop(self._running.pop("yourvoice")[0])

    def command(self, program: str, *arguments: str) -> str:
        """Run a command to its end; -> what it says. Raises DemoError with its last words if it fails."""
        line = [_installed(program), *arguments, "--data", str(self._data)]
        done = subprocess.run(
            line, capture_output=True, text=True, timeout=SECONDS_TO_FINISH, env=_environment(), check=False
        )
        if done.returncode:
            raise DemoError(f"`{program} {' '.join(arguments)}` failed: {done.stderr[-LAST_WORDS:].strip()}")
        return done.stdout

    def require_running(self) -> None:
        """Raise DemoError if one of the servers has ended by itself."""
        for program, (server, log) in self._running.items():
            if server.poll() is not None:
                raise DemoError(f"`{program} serve` has ended: {_last_words(log)}")

    def _start(self, program: str, port: int, path: str, *arguments: str) -> None:
        addresses = self._addresses
        log = self._data.parent / f"{program}.log"
        listen = ["--host", addresses.host, "--port", str(port), "--hosts", addresses.name]
        command = [_installed(program), "serve", "--data", str(self._data), *listen, *arguments]
        self._running[program] = (self._janitor.start(command, log, _environment()), log)
        deadline = time.monotonic() + SECONDS_TO_START
        while not _answers(addresses.name, port, path):
            self.require_running()
            if time.monotonic() > deadline:
                raise DemoError(f"`{program} serve` does not answer: {_last_words(log)}")
            time.sleep(0.05)


def _installed(program: str) -> str:
    """The program beside the Python that runs the demo."""
    return str(Path(sys.executable).with_name(program))


def _environment() -> dict[str, str]:
    """The surroundings without any setting of ours: nothing of a real installation may leak into a demo."""
    return {name: value for name, value in os.environ.items() if not name.startswith("YOURVOICE_")}


def _answers(name: str, port: int, path: str) -> bool:
    with closing(http.client.HTTPConnection(name, port, timeout=5)) as line:
        try:
            line.request("GET", path)
            return line.getresponse().status < http.client.BAD_REQUEST
        except (OSError, http.client.HTTPException):
            return False


def _last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-LAST_WORDS:].strip()
