"""Width and height of pictures, so that a page does not jump when they arrive."""
import re
import struct

SVG = re.compile(r'<svg[^>]*?\bwidth="(\d+)(pt|px)?"[^>]*?\bheight="(\d+)', re.S)
POINT = 4 / 3  # pixels
WIDE = 1200


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
    """Those of an img. Sheets of many pictures, with words in them, do not get as small as a
    phone: book.css."""
    size = size_of(path)
    if not size:
        return ""
    wide = f' style="--natural: {size[0]}px"' if size[0] > WIDE and path.endswith(".png") else ""
    return f' width="{size[0]}" height="{size[1]}"{wide}'
