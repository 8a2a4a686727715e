/* The compiler of this program, for the manifest of an image. */
#ifndef APP_COMPILER_H
#define APP_COMPILER_H

#include "tensor/version.h"

#ifdef __clang__
#define STYLEGRAD_COMPILER                                                               \
    "clang " STYLEGRAD_VERSION_OF(__clang_major__, __clang_minor__, __clang_patchlevel__)
#else
#define STYLEGRAD_COMPILER                                                               \
    "gcc " STYLEGRAD_VERSION_OF(__GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__)
#endif

#endif
