/* The one floating-point type of the library.
 *
 * Programs compute in float; gradient checks need double, because a difference of two
 * nearly equal losses loses half of its digits. Both builds come from the same source:
 * -DREAL_DOUBLE turns `real` into double. Include <tgmath.h> beside this header and
 * sqrt, exp, ... pick the right width. Files always hold float32. */
#ifndef TENSOR_REAL_H
#define TENSOR_REAL_H

#include <float.h>

#ifdef REAL_DOUBLE
/* The type of all values and gradients: double with -DREAL_DOUBLE, else float. */
typedef double real;
#define REAL_NAME "double"
#define REAL_EPSILON DBL_EPSILON
#define REAL_MAX DBL_MAX
#define REAL_WIDTH                                                                       \
    stylegrad_double_program_links_float_library_so_compile_it_without_REAL_DOUBLE
#else
/* The type of all values and gradients: double with -DREAL_DOUBLE, else float. */
typedef float real;
#define REAL_NAME "float"
#define REAL_EPSILON FLT_EPSILON
#define REAL_MAX FLT_MAX
#define REAL_WIDTH                                                                       \
    stylegrad_float_program_links_double_library_so_compile_it_with_DREAL_DOUBLE
#endif

/* A program and the library that it links must agree on `real`: otherwise the program
 * would run and compute nonsense. So every file that includes this header refers to a
 * name that only the library of its own width defines, in tensor/width.c. The linker
 * stops at the other library, and the name that it misses says what to do. */
extern const char REAL_WIDTH;
#if defined(__has_attribute)
#if __has_attribute(retain) /* also where the linker drops what nobody uses */
#define REAL_KEPT __attribute__((used, retain))
#endif
#endif
#ifndef REAL_KEPT
#define REAL_KEPT __attribute__((used))
#endif
static const char *const real_width REAL_KEPT = &REAL_WIDTH;

#endif
