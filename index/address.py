"""Where a URL leads, checked before anything is sent: no page may make us talk to the machines behind a firewall.

A name is resolved once and the connection made to the very address that was looked at: a name server that answers
differently the second time ("DNS rebinding") gains nothing.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from index.errors import FetchError

PORTS = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291, section 2.5.5.1


@dataclass(frozen=True, slots=True)
class Address:
    """A URL in its parts, as they are sent: `host` in ASCII, `path` with its query and percent-encoded."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a robots.txt is valid for."""
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole, without a fragment."""
        return f"{self.origin}{self.path}"


def read_address(url: str) -> Address:
    """`url` in its parts. Raises FetchError when it cannot be fetched: another scheme, no host, a password in it."""
    try:
        parts = parse_url(url.strip())
    except LocationParseError as error:
        raise FetchError(url, "this is not a web address", "Check its spelling.") from error
    if parts.scheme not in PORTS:
        scheme = parts.scheme or "none"
        raise FetchError(url, f"only http and https are fetched (its scheme is {scheme})", "Give a web address.")
    if not parts.host:
        raise FetchError(url, "this web address names no host", "Check its spelling.")
    if parts.auth:
        raise FetchError(_without_password(url), "a web address may hold no name or password", "Leave them out.")
    return Address(parts.scheme, parts.host.strip("[]"), parts.port or PORTS[parts.scheme], parts.request_uri)


def absolute(base: str, link: str) -> str:
    """The address that `link` means on the page `base`; itself when it can be none."""
    link = link.encode("utf-8", "replace").decode()  # half a surrogate pair could not be stored
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return link


def resolve(address: Address, allow_private: bool) -> list[str]:
    """The IP addresses that the host of `address` has now, in the order in which to try them.

    Raises FetchError when there are none, or when one of them is not an address of the public internet: that of this
    machine, of its network, of a cloud's metadata service; unless `allow_private`.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(
            address.url,
            f"the host {address.host} is not known",
            "Check the spelling of the address, and the connection to the internet.",
            retryable=True,
        ) from error
    addresses = list(dict.fromkeys(str(where[0]) for *_, where in found))
    if not allow_private and (private := next((ip for ip in addresses if not _is_public(ip)), None)):
        raise FetchError(
            address.url,
            f"its host {address.host} is at {private}, which is not on the public internet",
            "Set NEWSDESK_FETCH_PRIVATE=true if it is meant to be fetched.",
        )
    return addresses


def _is_public(ip: str) -> bool:
    address = _embedded(ip_address(ip))
    return address.is_global and not address.is_multicast


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for, in the ways there are to write one in the other."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64 or address in _COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
