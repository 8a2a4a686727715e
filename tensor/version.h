/* The version of the library and of the program, by semantic versioning: see CHANGELOG.md.
 *
 *     #if STYLEGRAD_VERSION_MAJOR > 0 || STYLEGRAD_VERSION_MINOR >= 1
 *
 * The macros are those of the headers, stylegrad_version() is that of the library that
 * the program runs with, which may be a later one. */
#ifndef TENSOR_VERSION_H
#define TENSOR_VERSION_H

/* The three numbers. */
#define STYLEGRAD_VERSION_MAJOR 0
#define STYLEGRAD_VERSION_MINOR 1
#define STYLEGRAD_VERSION_PATCH 0

/* Three numbers as a text; TEXT makes one of whatever x stands for. */
#define STYLEGRAD_VERSION_TEXT(x) #x
#define STYLEGRAD_VERSION_OF(major, minor, patch)                                        \
    STYLEGRAD_VERSION_TEXT(major)                                                        \
    "." STYLEGRAD_VERSION_TEXT(minor) "." STYLEGRAD_VERSION_TEXT(patch)

/* "0.1.0" */
#define STYLEGRAD_VERSION                                                                \
    STYLEGRAD_VERSION_OF(STYLEGRAD_VERSION_MAJOR, STYLEGRAD_VERSION_MINOR,               \
                         STYLEGRAD_VERSION_PATCH)

/* The same text, of the library. */
const char *stylegrad_version(void);

#endif
