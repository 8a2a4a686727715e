/* The preprocessing that weights expect, and how it is inferred from them. */
#include <math.h>

#include "nn/network.h"
#include "nn/network_struct.h"

void network_preprocess(Network *network, Preprocess preprocess) {
    network->asked = preprocess;
}

Preprocess network_preprocessing(const Network *network) {
    return network->own ? network->own : preprocess_of(network->table->normalize);
}

Normalize network_normalize(const Network *network) {
    return network->own ? preprocess_normalize(network->own) : *network->table->normalize;
}

/* Sums over the windows of four of the 64 first filters of Oxford's VGG-19, for red,
 * green and blue: filters that respond to colours. A positive factor does not change
 * their direction. */
static const struct {
    int filter;
    double sum[3];
} oxford[] = {{1, {-0.8188, 0.3112, 1.001}},
              {16, {1.5809, -0.8284, -0.5864}},
              {29, {1.3655, -0.592, -1.6116}},
              {59, {1.0633, 1.509, -1.7469}}};

/* Whether the angle between the filters and Oxford's is below 8 degrees, with their
 * channels read from `from` in steps of `by`. */
static bool like_oxford(Tensor first, int from, int by) {
    for (size_t i = 0; i < sizeof oxford / sizeof *oxford; i++) {
        double dot = 0, a = 0, b = 0;
        for (int c = 0; c < 3; c++) {
            const real *window = tensor_at(first, oxford[i].filter, from + by * c, 0, 0);
            double sum = 0, wanted = oxford[i].sum[c];
            for (int k = 0; k < first.shape.h * first.shape.w; k++)
                sum += (double)window[k];
            dot += sum * wanted, a += sum * sum, b += wanted * wanted;
        }
        if (!(dot > 0.99 * sqrt(a * b)) || a == 0) return false;
    }
    return true;
}

/* The right column minus the left one and the lower row minus the upper one, of other
 * filters of Oxford's VGG-19, summed over the colours: edges, whose sign is reversed by
 * a rotation by 180 degrees. */
static const struct {
    int filter;
    double tilt[2];
} edges[] = {{0, {-4.1529, -4.4761}},
             {10, {0.1379, -5.4069}},
             {47, {2.9036, 5.1783}},
             {51, {-6.2842, -1.9378}}};

/* Whether these edges are opposite to Oxford's, to 8 degrees. */
static bool edges_turned(Tensor first) {
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        double x = 0, y = 0;
        for (int c = 0; c < 3; c++)
            for (int k = 0; k < 3; k++) {
                const real *window = tensor_at(first, edges[i].filter, c, 0, 0);
                x += (double)window[3 * k + 2] - (double)window[3 * k];
                y += (double)window[6 + k] - (double)window[k];
            }
        double dot = x * edges[i].tilt[0] + y * edges[i].tilt[1];
        if (!(dot < -0.99 * hypot(x, y) * hypot(edges[i].tilt[0], edges[i].tilt[1])))
            return false;
    }
    return true;
}

bool network_turned(Tensor first) {
    return shape_equal(first.shape, (Shape){64, 3, 3, 3}) &&
           (like_oxford(first, 0, 1) || like_oxford(first, 2, -1)) && edges_turned(first);
}

Preprocess network_choose(const Network *network, Naming naming, Tensor first) {
    if (network->asked) return network->asked;
    if (shape_equal(first.shape, (Shape){64, 3, 3, 3})) {
        if (like_oxford(first, 0, 1)) return PREPROCESS_CAFFE_RGB;
        if (like_oxford(first, 2, -1)) return PREPROCESS_CAFFE;
    }
    if (naming == NAMING_TORCHVISION || naming == NAMING_SEQUENTIAL)
        return PREPROCESS_TORCH;
    return naming == NAMING_KERAS ? PREPROCESS_CAFFE : PREPROCESS_AUTO;
}
