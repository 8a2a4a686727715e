/* The images of a stage, as the command line names them: read from their files in the
 * size of the stage, in the colours that are wanted, with masks and shares.
 *
 *     Images images;
 *     if (!images_read(arena, options, &stage, &images, &err)) ...
 *     ... images.scene ... */
#ifndef APP_IMAGES_H
#define APP_IMAGES_H

#include "app/scene_options.h"
#include "transfer/scene.h"

/* All tensors are in one arena. */
typedef struct Images {
    Scene scene;       /* without styles where only an image is named */
    Tensor photograph; /* the content in its own colours */
    size_t unread;     /* images_sizes: bytes that reading the rest takes */
} Images;

/* Reads all images of the operands, and their masks, for a stage of a run. */
bool images_read(Arena *arena, const Options *options, const Recipe *stage, Images *out,
                 Error *err);

/* The same, but what a large image shows is not read: it only has its shape. */
bool images_sizes(Arena *arena, const Options *options, const Recipe *stage, Images *out,
                  Error *err);

/* Says on stderr when the numbers of a .npy image look like those of another range. */
void images_note_range(const char *path, Tensor image);

/* The size of an image: how many pixels on which side. */
typedef struct ImageSize {
    int pixels;
    SizeOf of;
} ImageSize;

/* That of the style images in a stage. With --style-size it keeps its proportion to the
 * last stage. */
ImageSize images_style_size(const Recipe *stage, const Options *options);

#endif
