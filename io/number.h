/* Numbers in files: a few little-endian bytes each.
 *
 * Weight files and arrays come from programs that store integers, half, single or double
 * precision. All of them are read as `real`, byte by byte, so that the byte order and
 * the alignment of the machine do not matter:
 *
 *     const unsigned char one[] = {0x00, 0x3C};
 *     double x = number_load(NUMBER_F16, one);    // 1.0 */
#ifndef IO_NUMBER_H
#define IO_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#include "tensor/tensor.h"

/* Dimensions of a tensor at most. */
#define NUMBER_SIDES 4

/* How a file stores a number. */
typedef enum NumberKind {
    NUMBER_U8,   /* unsigned byte */
    NUMBER_U16,  /* two of them */
    NUMBER_I32,  /* integers, two's complement */
    NUMBER_I64,  /* beyond 2^53 the nearest double is taken */
    NUMBER_F16,  /* 1 sign bit, 5 exponent, 10 fraction */
    NUMBER_BF16, /* the upper half of a float: 1, 8, 7 */
    NUMBER_F32,  /* float */
    NUMBER_F64,  /* double */
} NumberKind;

/* Bytes of one number. */
size_t number_size(NumberKind kind);

/* Whether it is a kind of integers. */
bool number_whole(NumberKind kind);

/* What NumPy calls the kind: "uint8", "float32". */
const char *number_name(NumberKind kind);

/* The number at `at`. */
double number_load(NumberKind kind, const unsigned char *at);

/* Writes x at `at`, rounded to the nearest number of that kind, halfway cases to even;
 * numbers that are too large become infinity. Only F16, F32 and F64: integers and BF16
 * are never written. */
void number_store(NumberKind kind, unsigned char *at, double x);

/* `count` (1 to 8) bytes from `at` on as one unsigned number, lowest byte first; and the
 * reverse, which writes `value`. */
uint64_t bytes_load(const unsigned char *at, int count);
void bytes_store(unsigned char *at, int count, uint64_t value);

/* Turns the `rank` (0 to 4) sides a file states into a shape with leading ones. Returns
 * NULL, or what is wrong with them as the end of a sentence ("has an empty side"). */
const char *sides_to_shape(const uint64_t *sides, int rank, Shape *out);

/* The opposite: the last `rank` sides of a shape. Stops when a side left out is not 1. */
void sides_from_shape(Shape shape, int rank, int sides[NUMBER_SIDES]);

/* A name found in a file, fit for an error message: shown as by SHOWN (tensor/text.h),
 * and a long name loses its middle: error_set(err, "tensor %s ...", NAME(name)). */
typedef struct NameText {
    char text[84]; /* ends with a zero byte */
} NameText;
NameText name_text(const char *name);
#define NAME(name) name_text(name).text

#endif
