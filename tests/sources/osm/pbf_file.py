"""PBF files put together by hand, byte by byte, so that they can be as odd as files come."""

import zlib


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value):
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


def number(field, value):
    return varint(field << 3) + varint(value)


def signed(field, value):
    return varint(field << 3) + zigzag(value)


def part(field, content):
    return varint(field << 3 | 2) + varint(len(content)) + content


def deltas(values):
    return b"".join(zigzag(value - before) for before, value in zip([0, *values], values, strict=False))


def blob(kind, data, *, content=None):
    """Frame a block; `content` replaces the packed data by other fields."""
    packed = content if content is not None else number(2, len(data)) + part(3, zlib.compress(data))
    header = part(1, kind) + number(3, len(packed))
    return len(header).to_bytes(4, "big") + header + packed


def header(*required, optional=()):
    names = required or (b"OsmSchema-V0.6", b"DenseNodes")
    return blob(b"OSMHeader", b"".join([*(part(4, n) for n in names), *(part(5, n) for n in optional)]))


class Words:
    """The strings of a block."""

    def __init__(self):
        self.all = [b""]

    def __call__(self, text):
        raw = text if isinstance(text, bytes) else text.encode()
        if raw not in self.all:
            self.all.append(raw)
        return self.all.index(raw)

    def table(self):
        return part(1, b"".join(part(1, raw) for raw in self.all))


def tag_parts(words, tags):
    keys = b"".join(varint(words(key)) for key in tags)
    values = b"".join(varint(words(value)) for value in tags.values())
    return (part(2, keys) + part(3, values)) if tags else b""


def dense(words, nodes, *, extra=b""):
    """Write nodes {id: (x, y, tags)}; places are whole units of the block."""
    tags = b""
    if any(tags for *_, tags in nodes.values()):
        for *_, own in nodes.values():
            tags += b"".join(varint(words(key)) + varint(words(value)) for key, value in own.items()) + b"\0"
    x, y = ([place[at] for place in nodes.values()] for at in (0, 1))
    content = part(1, deltas(list(nodes))) + extra + part(8, deltas(y)) + part(9, deltas(x))
    return part(2, content + (part(10, tags) if tags else b""))


def plain_nodes(words, nodes, *, extra=b""):
    return b"".join(
        part(1, signed(1, ref) + tag_parts(words, tags) + extra + signed(8, y) + signed(9, x))
        for ref, (x, y, tags) in nodes.items()
    )


def ways(words, given, *, extra=b""):
    return b"".join(
        part(3, number(1, ref) + tag_parts(words, tags) + extra + part(8, deltas(refs)))
        for ref, refs, tags in given
    )


def relations(words, given):
    out = b""
    for ref, members, tags in given:
        roles = b"".join(varint(words(role)) for *_, role in members)
        types = b"".join(varint("nwr".index(kind)) for kind, *_ in members)
        content = number(1, ref) + tag_parts(words, tags) + part(8, roles)
        out += part(4, content + part(9, deltas([member for _, member, _ in members])) + part(10, types))
    return out


def block(words, *groups, extra=b""):
    return blob(b"OSMData", words.table() + b"".join(part(2, group) for group in groups) + extra)
