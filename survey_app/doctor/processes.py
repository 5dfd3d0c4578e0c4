"""Finds the running server of a data folder and checks how it was started. It sends it nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from survey_app.doctor.finding import Check, Findings, failed, fine, untried, warned
from survey_app.doctor.machine import PROC
from survey_app.doctor.tree import printable
from survey_app.hosting.settings import UNSAFE, is_on

NAMES = ("yourvoice", "survey_app.commands", "commands.py")
_LIMIT = re.compile(r"^Max core file size +(\S+) +(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Process:
    """A running `yourvoice serve` on this data folder; `env` is None where it may not be read."""

    command: tuple[str, ...]
    env: Mapping[str, str] | None
    core_limit: str
    outputs: tuple[str, ...]

    def told(self, flag: str, variable: str) -> str:
        """What it was told by a flag or its environment; "" for nothing."""
        return (flag and _flag(self.command, flag)) or (self.env or {}).get(variable, "")


@dataclass(frozen=True)
class Running:
    """The servers of a data folder, without those that they forked."""

    data: Path
    processes: tuple[Process, ...]

    def told(self, flag: str, variable: str) -> str:
        """What the first of them that was told anything was told."""
        return next((said for one in self.processes if (said := one.told(flag, variable))), "")

    @property
    def files(self) -> tuple[Path, ...]:
        """Files into which they write what they say."""
        said = {place for process in self.processes for place in process.outputs}
        return tuple(Path(place) for place in sorted(said) if place.startswith("/") and _is_file(place))

    @property
    def journals(self) -> bool:
        """Whether what they say goes where it cannot be searched: a journal, another program."""
        return any(place.startswith(("socket:", "pipe:")) for one in self.processes for place in one.outputs)


def find_running(data: Path, proc: Path = PROC) -> Running:
    """The servers that run on this data folder now."""
    return Running(data, tuple(_servers(data.resolve(), proc)))


def flags(running: Running) -> Findings:
    """Debug flags in the environment of a server that runs."""
    for process in running.processes:
        if process.env is None:
            yield untried("the running server's environment.", "Run the doctor as the same user, or as root.")
        for name in UNSAFE:
            if process.env and is_on(process.env.get(name, "")):
                yield failed(f"The running server has {name} on.", "Unset it, and start the server again.")


def core_limit(running: Running) -> Findings:
    """No image of its memory may be made."""
    for process in running.processes:
        if process.core_limit != "0":
            yield failed(
                f"A crash of the server may leave an image (limit {process.core_limit or 'unknown'}).",
                "Start it with yourvoice serve, which sets the limit to 0.",
            )


def output(running: Running) -> Findings:
    """Where what it says goes: kinds of errors, never who or what."""
    for path in running.files:
        if running.data.resolve() in path.parents:
            yield warned(
                f"What the server says is kept in {printable(path)}, in the data folder.",
                "Let the journal keep it, or another folder.",
            )
    places = {place.partition(":")[0] for one in running.processes for place in one.outputs}
    kinds = sorted("a file" if place.startswith("/") else printable(place) for place in places)
    yield fine(f"What the server says (kinds of errors) goes to {', '.join(kinds) or 'nowhere'}.")


CHECKS = (
    Check("server-flags", "The running server shows nothing more than it should.", flags),
    Check("server-core", "The running server leaves no image of its memory.", core_limit),
    Check("server-output", "", output),
)


def _servers(data: Path, proc: Path) -> Iterator[Process]:
    found = {int(folder.name): folder for folder in proc.glob("[0-9]*")}
    servers = {pid: folder for pid, folder in found.items() if _serves(folder, data)}
    for folder in servers.values():
        if _parent(folder) not in servers:
            env = _environment(folder)
            yield Process(_command(folder), env, _core_limit(folder), tuple(_outputs(folder)))


def _serves(folder: Path, data: Path) -> bool:
    command = _command(folder)
    before = command[: command.index("serve")] if "serve" in command else ()
    if {Path(word).name for word in before}.isdisjoint(NAMES):
        return False
    told = _flag(command, "--data") or (_environment(folder) or {}).get("YOURVOICE_DATA", "")
    try:
        return bool(told) and (folder / "cwd").resolve().joinpath(told).resolve() == data
    except OSError:
        return False


def _flag(command: tuple[str, ...], flag: str) -> str:
    for word, after in zip(command, (*command[1:], ""), strict=True):
        if word == flag:
            return after
        if word.startswith(f"{flag}="):
            return word.partition("=")[2]
    return ""


def _command(folder: Path) -> tuple[str, ...]:
    return tuple(_split(folder / "cmdline") or ())


def _environment(folder: Path) -> Mapping[str, str] | None:
    words = _split(folder / "environ")
    return None if words is None else dict(word.partition("=")[::2] for word in words)


def _split(path: Path) -> list[str] | None:
    try:
        return path.read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0")
    except OSError:
        return None


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def _core_limit(folder: Path) -> str:
    try:
        limits = (folder / "limits").read_text()
    except OSError:
        return ""
    found = _LIMIT.search(limits)
    return found[2] if found else ""


def _outputs(folder: Path) -> Iterator[str]:
    for number in (1, 2):
        try:
            yield os.readlink(folder / "fd" / str(number))
        except OSError:
            continue


def _is_file(place: str) -> bool:
    try:
        return Path(place).is_file()
    except OSError:
        return False
