"""Looks whether a server could listen, so that one sentence says why not. It listens to nothing."""

from __future__ import annotations

import errno
import socket

from survey_app.hosting.settings import Place, SettingsError

_WHY = {
    errno.EADDRINUSE: "Port {port} is taken: stop what uses it, or choose another with --port.",
    errno.EACCES: "Port {port} is for root only: choose one above 1023 with --port.",
    errno.EADDRNOTAVAIL: "This machine has no address {host}: choose another with --host.",
}


def require_free_port(place: Place) -> None:
    """Raise SettingsError unless this address and port can be listened on now."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        why = _WHY.get(error.errno or 0, "Nobody can listen at {host}, port {port}: choose others.")
        raise SettingsError(why.format(host=place.host, port=place.port)) from error
