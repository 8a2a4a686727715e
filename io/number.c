#include "io/number.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "tensor/check.h"
#include "tensor/text.h"

size_t number_size(NumberKind kind) {
    static const size_t sizes[] = {
        [NUMBER_U8] = 1,  [NUMBER_U16] = 2,  [NUMBER_I32] = 4, [NUMBER_I64] = 8,
        [NUMBER_F16] = 2, [NUMBER_BF16] = 2, [NUMBER_F32] = 4, [NUMBER_F64] = 8};
    return sizes[kind];
}

bool number_whole(NumberKind kind) {
    return kind == NUMBER_U8 || kind == NUMBER_U16 || kind == NUMBER_I32 ||
           kind == NUMBER_I64;
}

const char *number_name(NumberKind kind) {
    static const char *const names[] = {
        [NUMBER_U8] = "uint8",    [NUMBER_U16] = "uint16",  [NUMBER_I32] = "int32",
        [NUMBER_I64] = "int64",   [NUMBER_F16] = "float16", [NUMBER_BF16] = "bfloat16",
        [NUMBER_F32] = "float32", [NUMBER_F64] = "float64"};
    return names[kind];
}

uint64_t bytes_load(const unsigned char *at, int count) {
    uint64_t value = 0;
    for (int i = 0; i < count; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

void bytes_store(unsigned char *at, int count, uint64_t value) {
    for (int i = 0; i < count; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static double from_float_bits(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return (double)x;
}

static double from_double_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Exponent e and fraction f mean (1024 + f) 2^(e - 25); e = 0 means f 2^-24. */
static double from_half_bits(unsigned bits) {
    int e = bits >> 10 & 31, f = bits & 1023;
    double size = e == 31  ? (f ? (double)NAN : (double)INFINITY)
                  : e == 0 ? ldexp(f, -24)
                           : ldexp(1024 + f, e - 25);
    return bits & 0x8000 ? -size : size;
}

double number_load(NumberKind kind, const unsigned char *at) {
    switch (kind) {
    case NUMBER_U8:
        return at[0];
    case NUMBER_U16:
        return (double)bytes_load(at, 2);
    case NUMBER_I32:
        return (double)(int32_t)bytes_load(at, 4);
    case NUMBER_I64:
        return (double)(int64_t)bytes_load(at, 8);
    case NUMBER_F16:
        return from_half_bits((unsigned)bytes_load(at, 2));
    case NUMBER_BF16:
        return from_float_bits((uint32_t)bytes_load(at, 2) << 16);
    case NUMBER_F32:
        return from_float_bits((uint32_t)bytes_load(at, 4));
    case NUMBER_F64:
        return from_double_bits(bytes_load(at, 8));
    }
    return 0;
}

/* A half is `steps` times the unit in the last place, 2^(e - 11) for 2^(e-1) <= |x| <
 * 2^e and at least 2^-24. With steps from 1024 to 2048 the exponent field is the
 * exponent of this unit + 25; if rounding gives 2048, the sum below carries into it. */
static unsigned to_half_bits(double x) {
    unsigned sign = signbit(x) ? 0x8000 : 0;
    if (isnan(x)) return 0x7E00;
    if (fabs(x) >= 65520) return sign | 0x7C00;
    int e;
    frexp(x, &e);
    int place = x == 0 || e - 11 < -24 ? -24 : e - 11;
    unsigned steps = (unsigned)rint(ldexp(fabs(x), -place));
    return sign | (((unsigned)(place + 24) << 10) + steps);
}

void number_store(NumberKind kind, unsigned char *at, double x) {
    CHECK(kind == NUMBER_F16 || kind == NUMBER_F32 || kind == NUMBER_F64,
          "kind %d is read only", (int)kind);
    if (kind == NUMBER_F16) {
        bytes_store(at, 2, to_half_bits(x));
    } else if (kind == NUMBER_F32) {
        float single = (float)x;
        uint32_t bits;
        memcpy(&bits, &single, sizeof bits);
        bytes_store(at, 4, bits);
    } else {
        uint64_t bits;
        memcpy(&bits, &x, sizeof bits);
        bytes_store(at, 8, bits);
    }
}

const char *sides_to_shape(const uint64_t *sides, int rank, Shape *out) {
    int full[NUMBER_SIDES] = {1, 1, 1, 1};
    size_t size = sizeof(double);
    for (int i = 0; i < rank; i++) {
        if (sides[i] == 0) return "has an empty side";
        if (sides[i] > INT_MAX) return "has a side of more than 2147483647";
        if (sides[i] > SIZE_MAX / 2 / size) return "has more elements than memory holds";
        size *= (size_t)sides[i];
        full[NUMBER_SIDES - rank + i] = (int)sides[i];
    }
    *out = (Shape){full[0], full[1], full[2], full[3]};
    return NULL;
}

void sides_from_shape(Shape shape, int rank, int sides[NUMBER_SIDES]) {
    CHECK(rank >= 0 && rank <= NUMBER_SIDES, "a rank of %d", rank);
    int full[NUMBER_SIDES] = {shape.n, shape.c, shape.h, shape.w};
    for (int i = 0; i < NUMBER_SIDES - rank; i++)
        CHECK(full[i] == 1, "shape %s has more than %d dimensions", SHAPE(shape), rank);
    memcpy(sides, full + NUMBER_SIDES - rank, (size_t)rank * sizeof *sides);
}

NameText name_text(const char *name) {
    NameText out = {""};
    text_show(out.text, sizeof out.text, name);
    return out;
}
