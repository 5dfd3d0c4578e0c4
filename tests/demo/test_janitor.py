"""Nothing of the demo stays behind, also where it is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from admin.janitor import Janitor, stop

SLEEPER = [sys.executable, "-c", "import time; time.sleep(120)"]
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(120)"
DEMO = """
import sys, time
from admin.janitor import Janitor
janitor = Janitor()
server = janitor.start([sys.executable, "-c", "import time; time.sleep(120)"], janitor.folder / "log")
print(server.pid, janitor.folder, flush=True)
time.sleep(120)
"""


def alive(pid: int) -> bool:
    """Whether the process runs (a dead one that nobody has asked about does not count)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.05)
    return happens()


def test_finish_stops_what_was_started_and_removes_the_folder() -> None:
    janitor = Janitor()
    server = janitor.start(SLEEPER, janitor.folder / "log")
    assert alive(server.pid)
    assert janitor.folder.is_dir()
    janitor.finish()
    assert server.wait(5) == -signal.SIGTERM
    assert not janitor.folder.exists()


def test_a_killed_demo_leaves_neither_servers_nor_folder() -> None:
    with subprocess.Popen([sys.executable, "-c", DEMO], stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        pid, folder = demo.stdout.readline().split()
        assert alive(int(pid))
        demo.kill()
    assert within(10, lambda: not alive(int(pid)) and not Path(folder).exists())


def test_a_server_that_ignores_the_request_to_end_is_killed() -> None:
    deaf = [sys.executable, "-c", DEAF]
    with subprocess.Popen(deaf, stdout=subprocess.PIPE, start_new_session=True) as server:
        assert server.stdout is not None
        server.stdout.readline()
        stop(os.getpgid(server.pid), patience=0.2)
        assert server.wait(5) == -signal.SIGKILL


def test_stopping_a_process_that_has_gone_already_is_no_error() -> None:
    with subprocess.Popen(SLEEPER, start_new_session=True) as server:
        server.kill()
    stop(server.pid)
    assert server.returncode == -signal.SIGKILL
