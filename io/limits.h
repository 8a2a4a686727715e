/* How much the readers take from one file. A file that wants more is refused before memory
 * is asked for, and the message names the limit. To raise one, build with another value:
 *
 *     make clean && make CPPFLAGS=-DIMAGE_LARGEST_SIDE=32768
 *
 * Memory and time grow with it. Limits that a format itself sets are not here. */
#ifndef IO_LIMITS_H
#define IO_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/* The end of a message about a limit, after the advice. */
#define OR_RAISE(name) ", or raise " #name " (io/limits.h)"

/* The value of a macro as text. */
#define LIMIT_TEXT(name) LIMIT_TEXT_OF(name)
#define LIMIT_TEXT_OF(value) #value

/* Images. */
#ifndef IMAGE_LARGEST_SIDE
#define IMAGE_LARGEST_SIDE 16384 /* pixels */
#endif
#ifndef IMAGE_LARGEST_AREA
#define IMAGE_LARGEST_AREA 67108864 /* pixels: 8192 x 8192 */
#endif
#ifndef IMAGE_LARGEST_FILE
#define IMAGE_LARGEST_FILE (256u << 20) /* bytes */
#endif
#ifndef JPEG_SCANS_MOST
#define JPEG_SCANS_MOST 100 /* progressive scans; programs write some 10 */
#endif

/* Arrays, weights and archives. */
#ifndef WEIGHTS_FILE_MOST
#define WEIGHTS_FILE_MOST ((size_t)2 << 30) /* bytes */
#endif
#ifndef NPY_HEADER_MOST
#define NPY_HEADER_MOST ((size_t)64 << 10) /* bytes */
#endif
#ifndef ZIP_ENTRIES_MOST
#define ZIP_ENTRIES_MOST 4096
#endif
#ifndef ZIP_UNPACKED_MOST
#define ZIP_UNPACKED_MOST ((uint64_t)2 << 30) /* bytes, all entries together */
#endif
#ifndef ZIP_GROWTH_MOST
#define ZIP_GROWTH_MOST 100 /* times its size, that an archive unpacks to, ... */
#endif
#ifndef ZIP_SMALL
#define ZIP_SMALL ((uint64_t)64 << 20) /* ... unless that is less than this; bytes */
#endif
#ifndef PICKLE_MOST
#define PICKLE_MOST ((size_t)16 << 20) /* bytes in one pickle */
#endif
#ifndef PICKLE_STEPS_MOST
#define PICKLE_STEPS_MOST 1000000 /* instructions in one pickle */
#endif
#ifndef PICKLE_DEPTH_MOST
#define PICKLE_DEPTH_MOST 65536 /* values on its stack; torch.save needs some 2000 */
#endif
#ifndef TORCH_TENSORS_MOST
#define TORCH_TENSORS_MOST 4096 /* tensors in one file */
#endif
#ifndef TORCH_GROWTH_MOST
#define TORCH_GROWTH_MOST 2 /* times the file, that its tensors have together */
#endif
#ifndef SAFETENSORS_MOST
#define SAFETENSORS_MOST 4096 /* tensors in one file */
#endif
#ifndef SAFETENSORS_HEADER_MOST
#define SAFETENSORS_HEADER_MOST ((uint64_t)16 << 20) /* bytes */
#endif

/* Texts and runs. */
#ifndef RECIPE_FILE_MOST
#define RECIPE_FILE_MOST 65536 /* bytes; a recipe has about a thousand */
#endif
#ifndef MANIFEST_FILE_MOST
#define MANIFEST_FILE_MOST ((size_t)1 << 20) /* bytes */
#endif
#ifndef CHECKPOINT_FILE_MOST
#define CHECKPOINT_FILE_MOST ((size_t)1 << 40) /* bytes; memory ends before */
#endif

#endif
