"""DER writer: just the ASN.1 that certificates and CRLs need (X.690).

The certificates are assembled by hand because the real profiles hold shapes that
certificate builders refuse or silently mend: string types chosen per attribute,
8-octet key identifiers, a SHA-1 signature, a look-alike's copied key identifier.
"""

PRINTABLE = 0x13
UTF8 = 0x0C
IA5 = 0x16
GENERAL = 0x1B

_PRINTABLE_SET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?")


def tlv(tag, body):
    """One tag-length-value; the length is always the shortest form."""
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def seq(*parts):
    return tlv(0x30, b"".join(parts))


def set_of(*parts):
    """SET OF: DER demands ascending order of the encodings (X.690 11.6)."""
    return tlv(0x31, b"".join(sorted(parts)))


def explicit(number, body):
    return tlv(0xA0 | number, body)


def implicit(number, body, constructed=False):
    return tlv((0xA0 if constructed else 0x80) | number, body)


def integer(value):
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def boolean(value):
    return tlv(0x01, b"\xff" if value else b"\x00")


def null():
    return b"\x05\x00"


def octets(body):
    return tlv(0x04, body)


def bits(body, unused=0):
    return tlv(0x03, bytes([unused]) + body)


def named_bits(positions):
    """A BIT STRING of named bits, trailing zero bits removed (X.690 11.2.2)."""
    top = max(positions)
    value = bytearray(top // 8 + 1)
    for position in positions:
        value[position // 8] |= 0x80 >> (position % 8)
    return bits(bytes(value), 7 - top % 8)


def oid(dotted):
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    body = bytearray()
    for arc in [first * 40 + second, *rest]:
        group = [arc & 0x7F]
        while arc := arc >> 7:
            group.append(0x80 | (arc & 0x7F))
        body.extend(reversed(group))
    return tlv(0x06, bytes(body))


def text(value, kind=None):
    """A string; without a kind PrintableString where it can be, else UTF8String."""
    if kind is None:
        kind = PRINTABLE if _PRINTABLE_SET.issuperset(value) else UTF8
    if kind == PRINTABLE and not _PRINTABLE_SET.issuperset(value):
        raise ValueError(f"not a PrintableString: {value!r}")
    return tlv(kind, value.encode("utf-8" if kind == UTF8 else "ascii"))


def generalized_time(moment):
    return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def time(moment):
    """RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050."""
    if moment.year >= 2050:
        return generalized_time(moment)
    return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
