"""Sending signed JSON to an address that a person typed, without letting it reach what is private.

Whoever types the address of a webhook makes this server ask it (SSRF). So a name is looked up once, every address it
has must be public, the connection goes to that very address (another answer to a second lookup changes nothing),
redirects are not followed and what comes back is not shown. `settings.WEBHOOK_PRIVATE_HOSTS` names exceptions.
"""

import hashlib
import hmac
import ipaddress
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from common.errors import InvalidInput

SIGNATURE_HEADER = "Millrace-Signature"
LONGEST_URL = 500
_PRIVATE_NAMES = ("localhost", ".localhost", ".local", ".internal", ".home.arpa", ".lan")
_TRY_AGAIN = frozenset({408, 425, 429})
_PORTS = {"https": 443, "http": 80}


class WebhookError(Exception):
    """A webhook that did not arrive. `is_final`: trying again would not help."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.is_final = is_final


@dataclass(frozen=True)
class _Target:
    """Where a webhook goes: the host as it is called, and the address that was looked up."""

    parts: SplitResult
    host: str
    port: int
    address: str

    @property
    def path(self) -> str:
        return f"{self.parts.path or '/'}{f'?{self.parts.query}' if self.parts.query else ''}"


def check_webhook_url(url: str, *, field: str) -> str:
    """Return an address that webhooks may be sent to, trimmed; a name is looked up only when something is sent.

    Raises InvalidInput that names the field.
    """
    text = url.strip()
    if len(text) > LONGEST_URL:
        raise InvalidInput(f"Use at most {LONGEST_URL} characters.", field=field)
    try:
        _, host, _ = _split(text)
    except ValueError:
        raise InvalidInput("Use an address such as https://hooks.example.com/millrace.", field=field) from None
    if not _is_allowed(host) and _is_private_name(host):
        raise InvalidInput(
            f"{host[:80]} is this machine or in a private network. Whoever runs Millrace can allow it "
            "(WEBHOOK_PRIVATE_HOSTS).",
            field=field,
        )
    return text


def sign(body: bytes, *, secret: str, at: int) -> str:
    """The signature of a body: "t=SECONDS,v1=HEX", where HEX is HMAC-SHA-256 of "SECONDS.BODY" by the secret."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def send_webhook(*, url: str, content: Mapping[str, Any], secret: str, at: int) -> int:
    """Post signed JSON and return the status (2xx). `at`: seconds since 1970, part of the signature.

    Raises WebhookError for anything else; a redirect counts as refused.
    """
    body = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Millrace",
        SIGNATURE_HEADER: sign(body, secret=secret, at=at),
    }
    target = _find(url)
    connection = _connect(target)
    try:
        connection.request("POST", target.path, body=body, headers=headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise WebhookError(f"{target.host} could not be reached: {type(error).__name__}.") from error
    finally:
        connection.close()
    if not 200 <= status < 300:
        is_final = status < 500 and status not in _TRY_AGAIN
        raise WebhookError(f"{target.host} answered {status}.", is_final=is_final)
    return status


def _split(url: str) -> tuple[SplitResult, str, int]:
    """The parts, the host and the port of an address. Raises ValueError."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    is_plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in _PORTS or not host or parts.username or parts.password or not is_plain:
        raise ValueError(url)
    return parts, host, parts.port or _PORTS[parts.scheme]


def _is_allowed(host: str) -> bool:
    return host in {one.strip().lower() for one in settings.WEBHOOK_PRIVATE_HOSTS}


def _is_private_name(host: str) -> bool:
    """Whether the host itself, without a lookup, is none of the public internet."""
    try:
        return not _is_public(host)
    except ValueError:
        is_number = host.replace(".", "").isdecimal() or host.startswith("0x")
        return "." not in host or is_number or any(host == name or host.endswith(name) for name in _PRIVATE_NAMES)


def _is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; also the IPv4 one within an IPv6 one. Raises ValueError."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is not None:
            return _is_public(str(inner))
        if found in _NAT64:
            return _is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _find(url: str) -> _Target:
    """Look the host up. Raises WebhookError when it is private or has no address."""
    try:
        parts, host, port = _split(url)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except ValueError:
        raise WebhookError("The address is none that a webhook can go to.", is_final=True) from None
    except OSError as error:
        raise WebhookError(f"{url[:80]} has no address: {type(error).__name__}.") from error
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not _is_allowed(host) and (not addresses or not all(_is_public(one) for one in addresses)):
        raise WebhookError(f"{host} is this machine or in a private network.", is_final=True)
    return _Target(parts, host, port, addresses[0])


def _connect(target: _Target) -> HTTPConnection:
    if target.parts.scheme == "https":
        return _PinnedHttps(target)
    return _PinnedHttp(target)


class _PinnedHttp(HTTPConnection):
    """A connection to the address that was looked up, whatever the name means by now."""

    def __init__(self, target: _Target) -> None:
        super().__init__(target.host, target.port, timeout=settings.WEBHOOK_TIMEOUT_SECONDS)
        self._target = target

    def connect(self) -> None:
        """Connect to the address."""
        self.sock = socket.create_connection((self._target.address, self._target.port), self.timeout)


class _PinnedHttps(HTTPSConnection):
    """The same, its certificate checked against the name."""

    def __init__(self, target: _Target) -> None:
        super().__init__(target.host, target.port, timeout=settings.WEBHOOK_TIMEOUT_SECONDS)
        self._target = target

    def connect(self) -> None:
        """Connect to the address."""
        plain = socket.create_connection((self._target.address, self._target.port), self.timeout)
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(plain, server_hostname=self._target.host)
