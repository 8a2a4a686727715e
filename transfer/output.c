#include "transfer/output.h"

#include "io/file.h"
#include "io/image.h"
#include "io/npy.h"
#include "transfer/input.h"

bool output_image(const char *path, Tensor image, Error *err) {
    return input_is_tensor(path) ? npy_write(path, image, 4, err)
                                 : image_write(path, image, err);
}

bool output_check(const char *path, Error *err) {
    return input_is_tensor(path) ? file_write_check(path, err)
                                 : image_write_check(path, err);
}
