"""Makes the small images of tests/golden that tests/test_image.c reads.

    python3 bench/oracle/pictures.py        (Pillow 9.4, NumPy 1.24)

resize_*.png   an image, and the same resized by Pillow's BILINEAR
read_*.png     one 7 x 5 image in the pixel formats of PNG; its values are
               v(x, y, c) = (37 x + 11 y + 71 c) mod 256, which the test computes, too
read_*.bmp     the same as BMP
photo*.jpg     smooth JPEGs; photo*.png are the same as decoded by Pillow
corners.jpg    four coloured corners, with an EXIF orientation that the test changes
"""
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data)))


def png(width, height, depth, colour, rows, extra=b"", interlace=0):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    raw = b"".join(b"\0" + row for row in rows)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
            + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def save(name, data):
    (GOLDEN / name).write_bytes(data)


def resize():
    y, x = np.mgrid[0:29, 0:37]
    source = np.stack([x * 255 // 36, (x * y) % 256, ((x + y) % 2) * 255], -1)
    source[8:20, 10:13] = [255, 0, 128]
    image = Image.fromarray(source.astype(np.uint8))
    image.save(GOLDEN / "resize_source.png")
    for width, height in [(16, 11), (61, 50), (20, 45), (1, 1), (37, 7)]:
        image.resize((width, height), Image.BILINEAR).save(
            GOLDEN / f"resize_{width}x{height}.png")


def interlaced(v):
    """The seven passes of Adam7, RGB."""
    passes = [(0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2),
              (0, 2, 1, 2), (1, 2, 0, 1)]
    for y, dy, x, dx in passes:
        part = v[y::dy, x::dx]
        if part.size:
            yield from (row.tobytes() for row in part)


def read():
    y, x, c = np.mgrid[0:5, 0:7, 0:4]
    v = ((37 * x + 11 * y + 71 * c) % 256).astype(np.uint8)
    wide = (v.astype(">u2") * 256 + 255 - v).astype(">u2")
    rows = lambda a: [row.tobytes() for row in a]
    plte = chunk(b"PLTE", bytes(v[:, :, :3].reshape(-1, 3)))
    index = np.arange(35, dtype=np.uint8).reshape(5, 7)
    save("read_rgb.png", png(7, 5, 8, 2, rows(v[:, :, :3])))
    save("read_rgba.png", png(7, 5, 8, 6, rows(v)))
    save("read_grey.png", png(7, 5, 8, 0, rows(v[:, :, 0])))
    save("read_grey_alpha.png", png(7, 5, 8, 4, rows(v[:, :, :2])))
    save("read_rgb16.png", png(7, 5, 16, 2, rows(wide[:, :, :3])))
    save("read_grey16.png", png(7, 5, 16, 0, rows(wide[:, :, 0])))
    save("read_palette.png", png(7, 5, 8, 3, rows(index), plte))
    save("read_palette_alpha.png", png(7, 5, 8, 3, rows(index), plte
                                       + chunk(b"tRNS", bytes(v[:, :, 3].reshape(-1)))))
    save("read_interlaced.png", png(7, 5, 8, 2, interlaced(v[:, :, :3]), interlace=1))
    bits = np.packbits((index % 2).astype(np.uint8), axis=1)
    save("read_bits.png", png(7, 5, 1, 0, rows(bits)))
    rgb = Image.fromarray(v[:, :, :3])
    rgb.save(GOLDEN / "read_rgb.bmp")
    Image.fromarray(v[:, :, 0]).save(GOLDEN / "read_grey.bmp")
    for name in ["rgb", "rgba", "grey", "grey_alpha", "palette_alpha", "interlaced"]:
        got = np.asarray(Image.open(GOLDEN / f"read_{name}.png").convert("RGBA"))
        if name in ("rgb", "interlaced"):
            assert (got[:, :, :3] == v[:, :, :3]).all(), name
        if name in ("rgba", "palette_alpha"):
            assert (got == v).all(), name


def photo():
    y, x = np.mgrid[0:19, 0:27]
    smooth = np.stack([8 * x + 20, 12 * y + 10, 128 + 50 * np.sin(x / 5 + y / 7)], -1)
    image = Image.fromarray(smooth.astype(np.uint8))
    for name, options in [("photo", dict(quality=90, subsampling=0)),
                          ("photo_420", dict(quality=90, subsampling=2)),
                          ("photo_progressive", dict(quality=90, progressive=True))]:
        image.save(GOLDEN / f"{name}.jpg", **options)
        Image.open(GOLDEN / f"{name}.jpg").save(GOLDEN / f"{name}.png")
    image.convert("L").save(GOLDEN / "photo_grey.jpg", quality=90)
    Image.open(GOLDEN / "photo_grey.jpg").convert("RGB").save(GOLDEN / "photo_grey.png")


def corners():
    stored = np.zeros((16, 24, 3), np.uint8)
    stored[:8, :8] = [255, 0, 0]
    stored[:8, 16:] = [0, 255, 0]
    stored[8:, :8] = [0, 0, 255]
    stored[8:, 16:] = [255, 255, 255]
    exif = Image.Exif()
    exif[0x0112] = 1
    Image.fromarray(stored).save(GOLDEN / "corners.jpg", quality=90, subsampling=0,
                                 exif=exif)


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    resize()
    read()
    photo()
    corners()
