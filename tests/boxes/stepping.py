"""Runs a function in a child process and kills it with SIGKILL just before its nth change to a file.

Linux lets a parent stop its child at every system call (ptrace), and that is how it is counted: no code
under test is changed for it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
from collections.abc import Callable

# write, pwrite64, writev, pwritev, fsync, fdatasync, ftruncate, rename(at, at2), unlink(at), mkdir(at), rmdir
CHANGES = {
    "x86_64": {1, 18, 20, 296, 74, 75, 77, 82, 264, 316, 87, 263, 83, 258, 84},
    "aarch64": {64, 68, 66, 70, 82, 83, 46, 38, 276, 35, 34},
}
_TRACEME, _SYSCALL, _SETOPTIONS, _SYSCALL_INFO = 0, 24, 0x4200, 0x420E
_SYSGOOD, _CLONE, _EXITKILL = 1, 8, 0x100000
_AT_SYSCALL, _ENTRY, _ALL = signal.SIGTRAP | 0x80, 1, 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


def run_until(act: Callable[[], None], step: int) -> bool:
    """Let `act` go as far as just before its `step`th change; returns whether it came to its end before.

    Raises AssertionError where it failed by itself.
    """
    child = os.fork()
    if child == 0:
        _be_followed(act)
    os.waitpid(child, 0)  # it has stopped itself
    _ptrace(_SETOPTIONS, child, 0, _SYSGOOD | _CLONE | _EXITKILL)
    _ptrace(_SYSCALL, child)
    changes = CHANGES[platform.machine()]
    while True:
        thread, status = os.waitpid(-1, _ALL)
        if thread == child and os.WIFSIGNALED(status):
            return False
        if thread == child and os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, "it failed by itself"
            return True
        if not os.WIFSTOPPED(status):
            continue
        if os.WSTOPSIG(status) == _AT_SYSCALL and _entered(thread) in changes:
            step -= 1
            if step == 0:
                os.kill(child, signal.SIGKILL)
        _go_on(thread, status)


def _be_followed(act: Callable[[], None]) -> None:
    """In the child."""
    status = 1
    try:
        _ptrace(_TRACEME, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        act()
        status = 0
    finally:
        os._exit(status)


def _go_on(thread: int, status: int) -> None:
    """Its own signals are handed on; what stopped it for us is not one."""
    number = os.WSTOPSIG(status)
    ours = number in (_AT_SYSCALL, signal.SIGTRAP, signal.SIGSTOP)
    _libc.ptrace(_SYSCALL, thread, None, None if ours else number)  # it may be dead by now


def _entered(thread: int) -> int:
    """The number of the system call that the thread is about to make; -1 where it comes back from one."""
    found = (ctypes.c_uint64 * 16)()
    size = _libc.ptrace(_SYSCALL_INFO, thread, ctypes.sizeof(found), ctypes.addressof(found))
    return int(found[3]) if size > 0 and found[0] & 0xFF == _ENTRY else -1


def _ptrace(request: int, process: int, address: int = 0, value: int = 0) -> None:
    if _libc.ptrace(request, process, address, value) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
