#include "tensor/version.h"

const char *stylegrad_version(void) {
    return STYLEGRAD_VERSION;
}
