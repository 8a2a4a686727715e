"""Writes the small .npy and .npz files that tests/test_npy.c reads, with NumPy itself.

    /usr/bin/python3 bench/oracle/npy.py

The numbers are 0.5, 1.5, 2.5, ... (integers: 0, 1, 2, ...), which are exact in every kind of number. NumPy 1.24 wrote the files
in the repository.
"""
import io
import os

import numpy

folder = os.path.join(os.path.dirname(__file__), "..", "..", "tests", "golden")


def counted(shape, kind):
    start = 0.5 if kind in ("<f2", "<f4", "<f8") else 0
    size = int(numpy.prod(shape))
    return (numpy.arange(size) + start).reshape(shape).astype(kind)


def save(name, array, version=None):
    with open(os.path.join(folder, name), "wb") as file:
        numpy.lib.format.write_array(file, array, version)


for kind in ("<f2", "<f4", "<f8", "|u1", "<i4", "<i8"):
    save("npy_%s.npy" % kind[1:], counted((2, 3), kind))
save("npy_scalar.npy", numpy.array(0.5, "<f4"))
save("npy_vector_v2.npy", counted((5,), "<f4"), (2, 0))
save("npy_rank4_v3.npy", counted((2, 1, 3, 2), "<f8"), (3, 0))
save("npy_fortran.npy", numpy.asfortranarray(counted((2, 3, 4), "<f4")))
save("npy_big_endian.npy", counted((2, 3), "<f4").astype(">f4"))
numpy.savez(os.path.join(folder, "npz_stored.npz"),
            a=counted((2, 3), "<f4"), b=numpy.array(0.5, "<f8"))
numpy.savez_compressed(os.path.join(folder, "npz_deflated.npz"),
                       a=counted((2, 3), "<f4"), zeros=numpy.zeros((10, 10), "<f4"))


class Stream(io.BytesIO):
    """A stream that cannot be rewound: then the sizes in the zip follow the data."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise io.UnsupportedOperation

    tell = seek


stream = Stream()
numpy.savez_compressed(stream, a=counted((2, 3), "<f4"))
with open(os.path.join(folder, "npz_stream.npz"), "wb") as file:
    file.write(stream.getvalue())
