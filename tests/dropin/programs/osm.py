"""osm.py -- prints a small map in OpenStreetMap's PBF format, for tilemaker."""
import struct
import sys
import zlib


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def zigzag(n):
    return varint(n * 2 if n >= 0 else -n * 2 - 1)


def field(number, value):
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    return varint(number << 3) + varint(value)


def deltas(numbers):
    out, last = b"", 0
    for n in numbers:
        out += zigzag(n - last)
        last = n
    return out


def blob(kind, data):
    body = field(2, len(data)) + field(3, zlib.compress(data))
    head = field(1, kind) + field(3, len(body))
    return struct.pack(">I", len(head)) + head + body


STRINGS = [b"", b"amenity", b"cafe", b"name", b"Corner", b"highway", b"residential", b"primary", b"bank"]
COUNT = 40
ids = list(range(1, COUNT + 1))
lats = [100000 + (i * 37 % 80) * 10000 for i in ids]
lons = [100000 + (i * 53 % 80) * 10000 for i in ids]
tags = b"".join(varint(1) + varint(2) + varint(3) + varint(4) + b"\0" if i % 4 == 0 else
                varint(1) + varint(8) + b"\0" if i % 4 == 1 else b"\0" for i in ids)
dense = field(1, deltas(ids)) + field(8, deltas(lats)) + field(9, deltas(lons)) + field(10, tags)
ways = b""
for w in range(6):
    refs = list(range(1 + w * 5, 6 + w * 5))
    if w == 5:
        refs.append(refs[0])
    ways += field(3, field(1, 100 + w) + field(2, varint(5)) + field(3, varint(6 + w % 2)) + field(8, deltas(refs)))
table = field(1, b"".join(field(1, s) for s in STRINGS))
header = field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes")
sys.stdout.buffer.write(blob(b"OSMHeader", header) + blob(b"OSMData", table + field(2, field(2, dense)))
                        + blob(b"OSMData", table + field(2, ways)))
