"""Which addresses a fetch may reach: the wall between a hostile link and the networks this machine stands in."""

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

__all__ = ["Address", "AddressGuard", "Network", "literal_address"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# The registries of IANA, with what they leave open: the metadata services of clouds, and what was given back.
_REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), word)
    for word, networks in {
        "unspecified": "0.0.0.0/8 ::/128",
        "loopback": "127.0.0.0/8 ::1/128",
        "metadata": "169.254.169.254/32 168.63.129.16/32 100.100.100.200/32 192.0.0.192/32 fd00:ec2::/32",
        "link-local": "169.254.0.0/16 fe80::/10",
        "private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10 64:ff9b:1::/48",
        "shared (carrier NAT)": "100.64.0.0/10",
        "multicast": "224.0.0.0/4 ff00::/8",
        "benchmarking": "198.18.0.0/15 2001:2::/48",
        "documentation": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20",
        "relay": "192.88.99.0/24",
        "reserved": "192.0.0.0/24 192.31.196.0/24 192.52.193.0/24 192.175.48.0/24 240.0.0.0/4 2001::/23",
    }.items()
    for network in networks.split()
)
_UNICAST = IPv6Network("2000::/3")  # the only part of IPv6 that was ever given out
_NAT64 = IPv6Network("64:ff9b::/96")
_TEREDO = IPv6Network("2001::/32")
_LOOKS_NUMERIC = re.compile(r"(?:[0-9]+|0[xX][0-9a-fA-F]*)\Z")
_DOTS = str.maketrans("。．｡", "...")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressGuard:
    """Refuses every address that is not plainly a public one, unless `allowed` names it.

    >>> from ipaddress import ip_address
    >>> AddressGuard().why_refused(ip_address("64:ff9b::7f00:1"), 80)
    'a loopback address'
    >>> AddressGuard(allowed=(ip_network("127.0.0.0/8"),)).why_refused(ip_address("127.0.0.1"), 8080)
    """

    allowed: tuple[Network, ...] = ()
    ports: tuple[int, ...] = (80, 443)

    def why_refused(self, address: Address, port: int) -> str | None:
        """One reason not to connect there, or None."""
        address = _unmapped(address)
        if any(address in network for network in self.allowed):
            return None
        if word := _refused_word(address):
            return f"{'an' if word[0] in 'aeiou' else 'a'} {word} address"
        return self.why_port_refused(port)

    def why_port_refused(self, port: int) -> str | None:
        """One reason not to use that port of an address nobody allowed, or None."""
        return None if port in self.ports else f"port {port}"


def literal_address(host: str) -> Address | None:
    """The address a host is a spelling of, None for a name; ValueError for what only looks like an address.

    >>> [str(literal_address(host)) for host in ("2130706433", "0x7f.1", "0177.0.0.1", "127.1", "①②⑦。0.0.1")]
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.1']
    >>> literal_address("paste.test")
    """
    plain = unicodedata.normalize("NFKC", host).translate(_DOTS)
    if ":" in plain:
        if "%" in plain:
            raise ValueError("an address with a zone")
        bare = plain[1:-1] if plain.startswith("[") and plain.endswith("]") else plain
        return _unmapped(IPv6Address(bare))
    parts = plain.removesuffix(".").split(".")
    if not _LOOKS_NUMERIC.match(parts[-1]):
        return None
    return _old_spelling(parts)


def _old_spelling(parts: list[str]) -> IPv4Address:
    """An IPv4 address as inet_aton(3) reads it: one to four numbers, decimal, octal or hexadecimal."""
    if len(parts) > 4 or not all(_LOOKS_NUMERIC.match(part) and len(part) <= 16 for part in parts):
        raise ValueError("not an address")
    *bytes_, rest = (_number(part) for part in parts)
    if any(byte > 255 for byte in bytes_) or rest >= 256 ** (4 - len(bytes_)):
        raise ValueError("not an address")
    for place, byte in enumerate(bytes_):
        rest += byte << (8 * (3 - place))
    return IPv4Address(rest)


def _number(part: str) -> int:
    if part[:2] in ("0x", "0X"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)


def _unmapped(address: Address) -> Address:
    """An IPv4 address written as IPv6 is that IPv4 address: the system connects to it over IPv4."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _refused_word(address: Address) -> str | None:
    carried = _carried(address)
    if carried:
        return next((word for inner in carried if (word := _refused_word(inner))), None)
    for network, word in _REFUSED:
        if address in network:
            return word
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return "reserved"
    # The library's own tables know what IANA adds after us.
    return None if address.is_global else "reserved"


def _carried(address: Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses a translated or tunnelled packet ends at."""
    if not isinstance(address, IPv6Address):
        return ()
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFF_FFFF),)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address in _TEREDO and address.teredo is not None:
        return address.teredo
    return ()
