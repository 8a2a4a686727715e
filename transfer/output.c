#include "transfer/output.h"

#include "io/file.h"
#include "io/image.h"
#include "io/npy.h"
#include "transfer/input.h"

bool output_picture(const char *path, Tensor picture, Error *err) {
    return input_is_tensor(path) ? npy_write(path, picture, 4, err)
                                 : image_write(path, picture, err);
}

bool output_check(const char *path, Error *err) {
    return input_is_tensor(path) ? file_write_check(path, err)
                                 : image_write_check(path, err);
}
