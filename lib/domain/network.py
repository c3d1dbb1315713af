"""Whose address a client comes from, as coarse as one subscriber."""

import ipaddress

_SUBSCRIBER_BITS = 64  # what a provider gives one subscriber of IPv6


def subscriber(address: str) -> str:
    """Return the network to which tries are counted: an IPv4 address, or 64 bits of an IPv6.

    Who has an IPv6 subscription has more addresses than anybody can count.
    """
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, _SUBSCRIBER_BITS), strict=False))
    return str(known)
