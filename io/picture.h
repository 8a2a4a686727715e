/* Inside the picture reader: from bytes to pixels in two steps, each for one format.
 *
 *   scan     walks over the file without decoding it: is it whole, how large is the
 * picture decode   makes pixels, with memory bounded by what the scan found
 *
 * The decoder for PNG, JPEG and BMP is stb_image, which trusts its input: it checks no
 * checksum, fills in missing data and allocates what the header says. The scan refuses
 * damaged files first. Functions return NULL or the reason in a few words, which
 * image_read completes to a sentence. */
#ifndef IO_PICTURE_H
#define IO_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/colours.h"
#include "io/file.h"
#include "tensor/tensor.h"

/* image_read, or image_read_mask, of a file that is in memory already; the path is for
 * messages. */
bool picture_read(Arena *arena, const char *path, const FileBytes *file, Tensor *out,
                  Error *err);
bool picture_read_mask(Arena *arena, const char *path, const FileBytes *file, Tensor *out,
                       Error *err);

/* What a header announces. */
typedef struct PictureFacts {
    int64_t w, h;    /* pixels, as stored; not yet known to be sensible */
    bool wide;       /* two bytes per value */
    int orientation; /* EXIF: 1 upright, up to 8; how to turn what is stored */
    bool exif;       /* an EXIF block was seen; the first one counts */
    bool bare_cmyk;  /* a JPEG of four channels without Adobe's marker */
    ColourFacts colours;
} PictureFacts;

/* Decoded values, rows from the top, channels of a pixel side by side. */
typedef struct Picture {
    int w, h;
    int channels;          /* 1 grey, 2 grey alpha, 3 RGB, 4 RGB alpha */
    int largest;           /* the value that means 1 */
    const uint8_t *narrow; /* the values, or NULL */
    const uint16_t *wide;  /* the values when `narrow` is NULL */
} Picture;

/* What they unpack or gather for the facts lives in `scratch`. */
const char *png_scan(Arena *scratch, const FileBytes *file, PictureFacts *facts);
const char *jpeg_scan(Arena *scratch, const FileBytes *file, PictureFacts *facts);
const char *bmp_scan(Arena *scratch, const FileBytes *file, PictureFacts *facts);
const char *pnm_scan(Arena *scratch, const FileBytes *file, PictureFacts *facts);

/* The part of png_scan for chunks beside the pixels: orientation and colours. */
void png_scan_chunk(Arena *scratch, const char *type, const unsigned char *data,
                    size_t size, PictureFacts *facts);

/* The file with Adobe's marker, which says that four channels are CMYK, stored inverted.
 */
FileBytes jpeg_mark_cmyk(Arena *scratch, const FileBytes *file);

/* Pixels of a PNM file that pnm_scan accepted. */
const char *pnm_decode(Arena *arena, const FileBytes *file, Picture *out);

/* Pixels of any other file, with at most `budget` bytes of memory, which belongs to this
 * thread until stb_free. Call stb_free after success and after failure. */
const char *stb_decode(const FileBytes *file, bool wide, size_t budget, Picture *out);
void stb_free(void);

/* Most bytes that the last stb_decode of this thread held at a time. */
size_t stb_peak(void);

/* Bytes that decoding a picture of that size from a file of that size may take: the
 * compressed data gathered in one piece and the pixels in up to six intermediate forms.
 */
size_t stb_budget(const PictureFacts *facts, size_t file_size);

typedef enum PictureFormat {
    PICTURE_PNG,
    PICTURE_JPEG,
    PICTURE_BMP,
    PICTURE_PPM
} PictureFormat;

/* The whole file, in the arena; the picture has 1 or 3 channels of one byte. */
FileBytes stb_encode(Arena *arena, PictureFormat format, const Picture *picture);

#endif
