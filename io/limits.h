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
#ifndef IMAGE_LARGEST_BYTES
#define IMAGE_LARGEST_BYTES 134217728 /* pixels of an image that stays in bytes */
#endif
#ifndef IMAGE_LARGEST_FILE
#define IMAGE_LARGEST_FILE (256u << 20) /* bytes */
#endif
#ifndef JPEG_MAX_SCANS
#define JPEG_MAX_SCANS 100 /* progressive scans; programs write some 10 */
#endif

/* Arrays, weights and archives. */
#ifndef MAX_WEIGHTS_FILE
#define MAX_WEIGHTS_FILE ((size_t)2 << 30) /* bytes */
#endif
#ifndef NPY_MAX_HEADER
#define NPY_MAX_HEADER ((size_t)64 << 10) /* bytes */
#endif
#ifndef ZIP_MAX_ENTRIES
#define ZIP_MAX_ENTRIES 4096
#endif
#ifndef ZIP_MAX_UNPACKED
#define ZIP_MAX_UNPACKED ((uint64_t)2 << 30) /* bytes, all entries together */
#endif
#ifndef ZIP_MAX_GROWTH
#define ZIP_MAX_GROWTH 100 /* times its size, that an archive unpacks to, ... */
#endif
#ifndef ZIP_SMALL
#define ZIP_SMALL ((uint64_t)64 << 20) /* ... unless that is less than this; bytes */
#endif
#ifndef PICKLE_MAX_BYTES
#define PICKLE_MAX_BYTES ((size_t)16 << 20) /* bytes in one pickle */
#endif
#ifndef PICKLE_MAX_STEPS
#define PICKLE_MAX_STEPS 1000000 /* instructions in one pickle */
#endif
#ifndef PICKLE_MAX_DEPTH
#define PICKLE_MAX_DEPTH 65536 /* values on its stack; torch.save needs some 2000 */
#endif
#ifndef TORCH_MAX_TENSORS
#define TORCH_MAX_TENSORS 4096 /* tensors in one file */
#endif
#ifndef TORCH_MAX_GROWTH
#define TORCH_MAX_GROWTH 2 /* times the file, that its tensors have together */
#endif
#ifndef SAFETENSORS_MAX_TENSORS
#define SAFETENSORS_MAX_TENSORS 4096 /* tensors in one file */
#endif
#ifndef SAFETENSORS_MAX_HEADER
#define SAFETENSORS_MAX_HEADER ((uint64_t)16 << 20) /* bytes */
#endif

/* Texts and runs. */
#ifndef MAX_RECIPE_FILE
#define MAX_RECIPE_FILE 65536 /* bytes; a recipe has about a thousand */
#endif
#ifndef MAX_MANIFEST_FILE
#define MAX_MANIFEST_FILE ((size_t)1 << 20) /* bytes */
#endif
#ifndef MAX_CHECKPOINT_FILE
#define MAX_CHECKPOINT_FILE ((size_t)1 << 40) /* bytes; memory ends before */
#endif

#endif
