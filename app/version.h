/* The program's version: a manifest names the one that made an image, because another
 * may round otherwise. */
#ifndef APP_VERSION_H
#define APP_VERSION_H

#define STYLEGRAD_VERSION "0.1.0"

/* Two compilers order the operations of the same code differently, which changes the last
 * bits of some sums: 3e-8 of the loss between gcc 12 and clang 14. */
#define VERSION_TEXT(x) #x
#define VERSION_NUMBER(a, b, c) VERSION_TEXT(a) "." VERSION_TEXT(b) "." VERSION_TEXT(c)
#ifdef __clang__
#define STYLEGRAD_COMPILER                                                               \
    "clang " VERSION_NUMBER(__clang_major__, __clang_minor__, __clang_patchlevel__)
#else
#define STYLEGRAD_COMPILER                                                               \
    "gcc " VERSION_NUMBER(__GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__)
#endif

#endif
