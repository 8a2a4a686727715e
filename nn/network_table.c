#include "nn/network_table.h"

#include <stddef.h>

static const NetworkTable *const known[] = {&network_vgg19,      &network_vgg16,
                                            &network_squeezenet, &network_squeezenet1_0,
                                            &network_small16x,   &network_paintnet};

const NetworkTable *network_table(int i) {
    return i >= 0 && (size_t)i < sizeof known / sizeof *known ? known[i] : NULL;
}

const NetworkTable *network_relative(int i) {
    static const NetworkTable *const relatives[] = {&network_vgg13, &network_vgg11};
    return i >= 0 && (size_t)i < sizeof relatives / sizeof *relatives ? relatives[i]
                                                                      : NULL;
}
