/* How much red, green and blue count in the luminance of a pixel: Rec. 601, the weights of
 * most programs for images. */
#ifndef TENSOR_LUMINANCE_H
#define TENSOR_LUMINANCE_H

#define LUMINANCE_RED 0.299
#define LUMINANCE_GREEN 0.587
#define LUMINANCE_BLUE 0.114

#endif
