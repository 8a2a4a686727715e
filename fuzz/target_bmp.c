#include "fuzz/image.h"

FUZZ_IMAGE("BM")
