"""What every test may rely on: real browsers, a real PostgreSQL, real proxies, and no network.

A missing one skips the tests that need it, unless YOURVOICE_REQUIRE_BROWSERS=1, YOURVOICE_REQUIRE_POSTGRES=1
or YOURVOICE_REQUIRE_PROXIES=1 says that a missing one is a failure. Never reaches beyond this machine.
"""

import ipaddress
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOX_NAMES = ("firefox-esr", "firefox")
POSTGRES_FOLDERS = Path("/usr/lib/postgresql")


# A busy machine is slow, not wrong: no example fails for the time it takes.
hypothesis.settings.register_profile("patient", deadline=None)
# For whoever only wants to see that a build fails: minutes go into making the failing example small.
SEARCH = [phase for phase in hypothesis.Phase if phase.name not in ("shrink", "explain")]
hypothesis.settings.register_profile("unshrunk", deadline=None, phases=SEARCH)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "patient"))


def stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: a connection that would leave the machine is an error, not a slow time-out."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
    elif event == "socket.getaddrinfo" and arguments[0]:
        host = str(arguments[0])
    else:
        return
    try:
        address = ipaddress.ip_address(host)
        outside = not (address.is_loopback or address.is_unspecified)
    except ValueError:
        outside = host != "localhost"
    if outside:
        message = f"The network is off in tests; something tried to reach {host}."
        raise RuntimeError(message)


sys.addaudithook(stay_on_this_machine)


def first_program(names: Sequence[str], setting: str) -> str | None:
    """The path of the first of these programs that is installed; the environment variable decides if set."""
    chosen = os.environ.get(setting)
    return next((path for name in ([chosen] if chosen else names) if (path := shutil.which(name))), None)


def playwright_chromium() -> str | None:
    """Playwright's own Chromium, where somebody has downloaded it."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def postgres_folder() -> Path | None:
    """The folder with initdb and postgres: the newest of Debian's, else the one on the PATH."""
    newest = sorted(POSTGRES_FOLDERS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    found = newest[-1] if newest else Path(on_path).resolve() if on_path else None
    return found.parent if found else None


def miss(what: str, setting: str) -> None:
    """Skip the test, or fail it where the setting says that this must not be missing."""
    if os.environ.get(setting) == "1":
        pytest.fail(f"{what} is missing, and {setting}=1 says that it must be here.")
    pytest.skip(f"{what} is not installed.")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a Chromium."""
    path = first_program(CHROMIUM_NAMES, "YOURVOICE_CHROMIUM") or playwright_chromium()
    if path is None:
        miss("Chromium", "YOURVOICE_REQUIRE_BROWSERS")
    return str(path)


@pytest.fixture(scope="session")
def firefox_path() -> str:
    """The path of a Firefox."""
    path = first_program(FIREFOX_NAMES, "YOURVOICE_FIREFOX")
    if path is None:
        miss("Firefox", "YOURVOICE_REQUIRE_BROWSERS")
    return str(path)


@pytest.fixture(scope="session")
def webkit_path() -> str:
    """The path of WebKitGTK's small browser; its driver and a screen nobody sees must be there too."""
    found = sorted(Path("/").glob("usr/lib/*/webkit2gtk-4.*/MiniBrowser"))
    if not (found and shutil.which("WebKitWebDriver") and shutil.which("Xvfb")):
        miss("WebKitGTK with its driver and Xvfb", "YOURVOICE_REQUIRE_BROWSERS")
    return str(found[-1])


@pytest.fixture(scope="session")
def nginx_path() -> str:
    """The path of an nginx; Debian keeps it where an ordinary user's PATH does not lead."""
    path = first_program(("nginx", "/usr/sbin/nginx"), "YOURVOICE_NGINX")
    if path is None:
        miss("nginx", "YOURVOICE_REQUIRE_PROXIES")
    return str(path)


@pytest.fixture(scope="session")
def caddy_path() -> str:
    """The path of a Caddy."""
    path = first_program(("caddy",), "YOURVOICE_CADDY")
    if path is None:
        miss("Caddy", "YOURVOICE_REQUIRE_PROXIES")
    return str(path)


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """A running Chromium, fresh for each test file: Playwright's event loop would be in others' way."""
    flags = ["--no-sandbox", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The SQLAlchemy URL of an empty throw-away PostgreSQL that listens on a socket file only."""
    programs = postgres_folder()
    if programs is None:
        miss("PostgreSQL", "YOURVOICE_REQUIRE_POSTGRES")
    owner = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    with tempfile.TemporaryDirectory(prefix="pg") as folder:  # a socket's path may have 107 bytes only
        if owner:
            shutil.chown(folder, owner)
        cluster = f"{folder}/cluster"
        initdb = [f"{programs}/initdb", "--auth=trust", "--username=tests", "--no-sync", "-D", cluster]
        subprocess.run(initdb, check=True, capture_output=True, user=owner, cwd=folder)
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        control = [f"{programs}/pg_ctl", "-D", cluster, "-w", "-s", "-l", f"{folder}/log"]
        subprocess.run([*control, "-o", options, "start"], check=True, user=owner, cwd=folder)
        yield f"postgresql+psycopg://tests@/postgres?host={folder}"
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, user=owner, cwd=folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a browser, a database or a proxy carries the marker, for `-m "not browser"`."""
    for item in items:
        wanted = set(getattr(item, "fixturenames", ()))
        if wanted & {"chromium_path", "firefox_path", "chromium"}:
            item.add_marker("browser")
        if "postgres_url" in wanted:
            item.add_marker("postgres")
        if wanted & {"nginx_path", "caddy_path", "proxied"}:
            item.add_marker("proxy")
