/* PNM: "P6 640 480 255", one white space, and the bytes; in P2 and P3 the numbers are
 * written as text. P2 and P5 are grey, P3 and P6 RGB. Comments run from # to the end of
 * the line. */
#include "io/picture.h"
#include "tensor/check.h"

typedef struct PnmReader {
    const unsigned char *at, *end;
} PnmReader;

static bool is_space(int byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The next number of the text, or -1: there is none, or it is above 2^24. */
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
static const char *read_header(const FileBytes *file, PnmReader *in, Picture *picture) {
    *in = (PnmReader){file->data + 2, file->data + file->size};
    int kind = file->data[1];
    if (kind == '1' || kind == '4') return "a PNM of bits";
    picture->channels = kind == '2' || kind == '5' ? 1 : 3;
    picture->w = read_number(in);
    picture->h = read_number(in);
    picture->largest = read_number(in);
    if (picture->w < 0 || picture->h < 0) return "its size cannot be read";
    if (picture->largest < 1 || picture->largest > UINT16_MAX)
        return "its largest value is not one of 1 to 65535";
    if (in->at == in->end) return "its end is missing";
    if (!is_space(*in->at++)) return "its header cannot be read";
    return NULL;
}

const char *pnm_scan(Arena *scratch, const FileBytes *file, PictureFacts *facts) {
    (void)scratch;
    PnmReader in;
    Picture picture;
    const char *problem = read_header(file, &in, &picture);
    if (problem) return problem;
    facts->w = picture.w;
    facts->h = picture.h;
    facts->wide = picture.largest > 255;
    /* Text takes a digit and a space per value, the last one a digit. */
    uint64_t values =
        (uint64_t)picture.w * (uint64_t)picture.h * (unsigned)picture.channels;
    uint64_t room = (uint64_t)(in.end - in.at);
    if (is_text(file) ? values > (room + 1) / 2 : values * (1 + facts->wide) > room)
        return "its end is missing";
    return NULL;
}

const char *pnm_decode(Arena *arena, const FileBytes *file, Picture *out) {
    PnmReader in;
    Picture picture = {0};
    const char *problem = read_header(file, &in, &picture);
    CHECK(!problem, "pnm_decode before pnm_scan: %s", problem);
    size_t count = (size_t)picture.w * (size_t)picture.h * (size_t)picture.channels;
    uint16_t *values = ARENA_NEW(arena, uint16_t, count);
    for (size_t i = 0; i < count; i++) {
        int value;
        if (is_text(file)) {
            value = read_number(&in);
        } else {
            value = *in.at++;
            if (picture.largest > 255) value = value << 8 | *in.at++;
        }
        if (value < 0) return "its end is missing";
        if (value > picture.largest) return "a value is above its largest value";
        values[i] = (uint16_t)value;
    }
    picture.wide = values;
    *out = picture;
    return NULL;
}
