/* PNM: "P6 640 480 255", one white space, and the bytes; in P2 and P3 the numbers are
 * written as text. P2 and P5 are grey, P3 and P6 RGB. Comments run from # to the end of
 * the line. */
#include "io/image_decode.h"
#include "tensor/check.h"

typedef struct PnmReader {
    const unsigned char *at, *end;
} PnmReader;

static bool is_space(int byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The next number of the text; -1 when there is none, or it is above 2^24. */
static int read_number(PnmReader *in) {
    while (in->at < in->end && (is_space(*in->at) || *in->at == '#')) {
        if (*in->at == '#')
            while (in->at < in->end && *in->at != '\n')
                in->at++;
        else
            in->at++;
    }
    int number = -1;
    for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++) {
        number = (number < 0 ? 0 : number) * 10 + (*in->at - '0');
        if (number > 1 << 24) return -1;
    }
    return number;
}

static bool is_text(const FileBytes *file) {
    return file->data[1] < '4';
}

/* Reads up to the first pixel value. */
static const char *read_header(const FileBytes *file, PnmReader *in,
                               DecodedImage *image) {
    *in = (PnmReader){file->data + 2, file->data + file->size};
    int kind = file->data[1];
    if (kind == '1' || kind == '4') return "a PNM of bits";
    image->channels = kind == '2' || kind == '5' ? 1 : 3;
    image->w = read_number(in);
    image->h = read_number(in);
    image->largest = read_number(in);
    if (image->w < 0 || image->h < 0) return "its size cannot be read";
    if (image->largest < 1 || image->largest > UINT16_MAX)
        return "its largest value is not one of 1 to 65535";
    if (in->at == in->end) return "its end is missing";
    if (!is_space(*in->at++)) return "its header cannot be read";
    return NULL;
}

const char *pnm_scan(Arena *scratch, const FileBytes *file, ImageFacts *facts) {
    (void)scratch;
    PnmReader in;
    DecodedImage image;
    const char *problem = read_header(file, &in, &image);
    if (problem) return problem;
    facts->w = image.w;
    facts->h = image.h;
    facts->wide = image.largest > 255;
    /* Text takes a digit and a space per value, the last one a digit. */
    uint64_t values = (uint64_t)image.w * (uint64_t)image.h * (unsigned)image.channels;
    uint64_t room = (uint64_t)(in.end - in.at);
    if (is_text(file) ? values > (room + 1) / 2 : values * (1 + facts->wide) > room)
        return "its end is missing";
    return NULL;
}

const char *pnm_decode(Arena *arena, const FileBytes *file, DecodedImage *out) {
    PnmReader in;
    DecodedImage image = {0};
    const char *problem = read_header(file, &in, &image);
    CHECK(!problem, "pnm_decode before pnm_scan: %s", problem);
    size_t count = (size_t)image.w * (size_t)image.h * (size_t)image.channels;
    uint16_t *values = ARENA_NEW(arena, uint16_t, count);
    for (size_t i = 0; i < count; i++) {
        int value;
        if (is_text(file)) {
            value = read_number(&in);
        } else {
            value = *in.at++;
            if (image.largest > 255) value = value << 8 | *in.at++;
        }
        if (value < 0) return "its end is missing";
        if (value > image.largest) return "a value is above its largest value";
        values[i] = (uint16_t)value;
    }
    image.wide = values;
    *out = image;
    return NULL;
}
