"""memory -- reads the inferior such that damaged memory is an answer, never an accident."""
import struct

import gdb

# More than this in one piece is taken for a damaged count: gdb would allocate it first.
MAX_BYTES = 1 << 26


class Unreadable(Exception):
    """Says what could not be read."""


class Trouble(Exception):
    """What a command cannot do, as a sentence for the user."""


def read(address, size):
    """`size` bytes at `address`."""
    if not 0 <= size <= MAX_BYTES:
        raise Unreadable(f"count: {size} bytes at {address:#x}")
    if size == 0:
        return b""
    try:
        return bytes(gdb.selected_inferior().read_memory(address & (1 << 64) - 1, size))
    except gdb.error:
        raise Unreadable(f"memory at {address:#x}") from None


def u64(address):
    return struct.unpack("<Q", read(address, 8))[0]


def u64s(address, count):
    return [n[0] for n in struct.iter_unpack("<Q", read(address, 8 * count))]


def u32s(address, count):
    return [n[0] for n in struct.iter_unpack("<I", read(address, 4 * count))]


def i32s(address, count):
    return [n[0] for n in struct.iter_unpack("<i", read(address, 4 * count))]


def said(damage):
    """An exception of a failed reading, as what follows `<unreadable `."""
    return str(damage).replace("Cannot access memory at address", "memory at")


def guarded(make, *arguments):
    """What `make` returns; where memory cannot be read, `<unreadable ...>`."""
    try:
        return make(*arguments)
    except (Unreadable, gdb.error) as damage:
        return f"<unreadable {said(damage)}>"
