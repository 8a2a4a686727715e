#include "fuzz/image.h"
#include "fuzz/repair.h"

FUZZ_IMAGE("\x89PNG\r\n\x1a\n")
FUZZ_REPAIRED(repair_png)
