"""What every staff answer carries: a browser that keeps nothing, runs nothing foreign and tells nobody."""

from flask import Flask, Response, g

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

# Every feature a browser could offer to a page; none is needed here.
_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _FEATURES),
    "X-Robots-Tag": "noindex, nofollow",
}
# Only on the pages that ask for a passkey; they say so with `g.passkeys`.
WITH_PASSKEYS = HEADERS["Permissions-Policy"]
for _feature in ("create", "get"):
    WITH_PASSKEYS = WITH_PASSKEYS.replace(
        f"publickey-credentials-{_feature}=()", f"publickey-credentials-{_feature}=(self)"
    )
HSTS = "max-age=63072000; includeSubDomains"


def guard_answers(app: Flask, tls: bool) -> None:
    """Set the headers on every answer of the application, error pages and stylesheets too."""

    def harden(response: Response) -> Response:
        response.headers.update(HEADERS)
        if g.get("passkeys"):
            response.headers["Permissions-Policy"] = WITH_PASSKEYS
        if tls:
            response.headers["Strict-Transport-Security"] = HSTS
        return response

    app.after_request(harden)
