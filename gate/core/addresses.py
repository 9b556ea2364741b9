"""Which addresses may be called without TLS: this machine, and hosts that the manifest names."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    if host.casefold() == "localhost" or host.casefold().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_encrypted(url: str) -> bool:
    return urlsplit(url).scheme.casefold() in ("wss", "https")


def host_and_port(url: str) -> tuple[str, int]:
    address = urlsplit(url)
    return address.hostname or "", address.port or (443 if is_encrypted(url) else 80)


def is_plain_but_far(url: str, allowed: Iterable[str]) -> bool:
    """Whether this address would send tokens and voices in the clear to another machine."""
    address = urlsplit(url)
    host = address.hostname or ""
    plain = address.scheme.casefold() in ("ws", "http")
    return plain and not is_loopback(host) and host.casefold() not in {name.casefold() for name in allowed}
