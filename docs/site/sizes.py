"""Width and height of pictures, so that a page does not jump when they arrive."""
import re
import struct

SVG = re.compile(r'<svg[^>]*?\bwidth="(\d+)(pt|px)?"[^>]*?\bheight="(\d+)', re.S)
POINT = 4 / 3  # pixels


def size_of(path):
    """(width, height), or None for a picture that does not say so at once."""
    with open(path, "rb") as file:
        head = file.read(4096)
    if head.startswith(b"\x89PNG"):
        return struct.unpack(">II", head[16:24])
    found = SVG.search(head.decode("utf-8", "replace"))
    if not found:
        return None
    unit = POINT if found.group(2) == "pt" else 1
    return round(int(found.group(1)) * unit), round(int(found.group(3)) * unit)


def attributes(path):
    size = size_of(path)
    return f' width="{size[0]}" height="{size[1]}"' if size else ""
