"""tiles.py FILE... -- what vector tiles hold, feature by feature, in an order of its own: tilemaker
orders features by addresses, which is to say by chance."""
import struct
import sys


def fields(data):
    """(number, value) of each field of a protobuf message; varints as int, the rest as bytes."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            size = {1: 8, 5: 4}.get(key & 7) or varint()
            yield key >> 3, data[at:at + size]
            at += size


def value_of(message):
    number, value = next(fields(message))
    if number == 2:
        return "%g" % struct.unpack("<f", value)
    if number == 3:
        return "%g" % struct.unpack("<d", value)
    return value.decode() if isinstance(value, bytes) else str(value)


def varints(data):
    """The numbers of a packed field."""
    numbers, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    return numbers


def layer(message):
    parts = list(fields(message))
    keys = [v.decode() for n, v in parts if n == 3]
    values = [value_of(v) for n, v in parts if n == 4]
    lines = []
    for number, feature in parts:
        if number != 2:
            continue
        feature = dict(fields(feature))
        tags = varints(feature.get(2, b""))
        named = sorted(f"{keys[k]}={values[v]}" for k, v in zip(tags[::2], tags[1::2]))
        lines.append(f"  type {feature.get(3)} {' '.join(named)} geometry {varints(feature[4])}")
    name = next(v for n, v in parts if n == 1).decode()
    return [f" {name}", *sorted(lines)]


for path in sorted(sys.argv[1:]):
    print(path)
    with open(path, "rb") as file:
        for _, one in fields(file.read()):
            print("\n".join(layer(one)))
