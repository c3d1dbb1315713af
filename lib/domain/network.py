"""The network of a client's address, for counting attempts."""

import ipaddress

_SUBSCRIBER_BITS = 64  # a provider gives at least this network to one subscriber of IPv6


def get_subscriber(address: str) -> str:
    """Return the network that attempts are counted for; empty if the address is malformed.

    It is an IPv4 address, or the /64 network of an IPv6 address: one subscriber of IPv6 has more
    addresses than could be counted one by one.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, _SUBSCRIBER_BITS), strict=False))
    return str(parsed)
