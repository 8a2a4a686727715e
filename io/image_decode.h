/* Inside the image reader: from bytes to pixels in two steps, each for one format.
 *
 *     scan      reads the file without decoding it: is it complete, how large is the image
 *     decode    computes pixels, with memory bounded by what the scan found
 *
 * The decoder for PNG, JPEG and BMP is stb_image, which trusts its input: it checks no
 * checksum, fills in missing data and allocates what the header says. So the scan refuses
 * damaged files first. Functions return NULL, or the reason in a few words, which
 * image_read completes to a sentence. */
#ifndef IO_IMAGE_DECODE_H
#define IO_IMAGE_DECODE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/colours.h"
#include "io/file.h"
#include "tensor/tensor.h"

/* image_read and image_read_mask from memory; the path is for messages. */
bool image_read_bytes(Arena *arena, const char *path, const FileBytes *file, Tensor *out,
                      Error *err);
bool image_read_mask_bytes(Arena *arena, const char *path, const FileBytes *file,
                           Tensor *out, Error *err);

/* What a header announces. */
typedef struct ImageFacts {
    int64_t w, h;    /* pixels, as stored; not yet known to be sensible */
    bool wide;       /* two bytes per value */
    int orientation; /* EXIF: 1 upright, up to 8; how to turn what is stored */
    bool exif;       /* an EXIF block was seen; the first one counts */
    bool bare_cmyk;  /* a JPEG of four channels without Adobe's marker */
    ColourFacts colours;
} ImageFacts;

/* Decoded values, rows from the top, channels of a pixel side by side. */
typedef struct DecodedImage {
    int w, h;
    int channels;          /* 1 grey, 2 grey alpha, 3 RGB, 4 RGB alpha */
    int largest;           /* the value that means 1 */
    const uint8_t *narrow; /* the values, or NULL */
    const uint16_t *wide;  /* the values when `narrow` is NULL */
} DecodedImage;

/* What they unpack for the facts is allocated in `scratch`. */
const char *png_scan(Arena *scratch, const FileBytes *file, ImageFacts *facts);
const char *jpeg_scan(Arena *scratch, const FileBytes *file, ImageFacts *facts);
const char *bmp_scan(Arena *scratch, const FileBytes *file, ImageFacts *facts);
const char *pnm_scan(Arena *scratch, const FileBytes *file, ImageFacts *facts);

/* The part of png_scan for chunks that describe the pixels: orientation and colours. */
void png_scan_chunk(Arena *scratch, const char *type, const unsigned char *data,
                    size_t size, ImageFacts *facts);

/* The file with Adobe's marker, which says that four channels are CMYK, stored inverted.
 */
FileBytes jpeg_mark_cmyk(Arena *scratch, const FileBytes *file);

/* Pixels of a PNM file that pnm_scan accepted. */
const char *pnm_decode(Arena *arena, const FileBytes *file, DecodedImage *out);

/* Pixels of any other file, with at most `budget` bytes of memory, which belongs to this
 * thread until stb_free. Call stb_free after success and after failure. */
const char *stb_decode(const FileBytes *file, bool wide, size_t budget,
                       DecodedImage *out);
void stb_free(void);

/* The most bytes that the last stb_decode of this thread held at a time. */
size_t stb_peak(void);

/* The most bytes for decoding an image of that size from a file of that size: the
 * compressed data in one block, and the pixels in up to six intermediate forms.
 */
size_t stb_budget(const ImageFacts *facts, size_t file_size);

typedef enum ImageFormat { IMAGE_PNG, IMAGE_JPEG, IMAGE_BMP, IMAGE_PPM } ImageFormat;

/* The values of (1, c, h, w) as bytes, those of a pixel side by side: see image_write. There
 * is room for all of them, and none is NaN. */
void image_bytes(Tensor image, uint8_t *bytes);

/* The whole file, in the arena; the image has 1 or 3 channels of one byte. */
FileBytes stb_encode(Arena *arena, ImageFormat format, const DecodedImage *image);

#endif
