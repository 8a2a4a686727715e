#include "fuzz/image.h"

FUZZ_IMAGE("\xFF\xD8\xFF")
