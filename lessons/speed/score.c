#include "lessons/speed/score.h"

/* Two layers of a small network, with as many operations each: one call at half the peak
 * is shorter than a slice of time that a system gives a program. */
const SpeedLayer speed_layers[SPEED_LAYERS] = {{32, 56, 56, 32, 3}, {64, 28, 28, 64, 3}};

const double speed_shares[SPEED_POINTS] = {2, 5, 10, 25, 50};

double speed_flop(const SpeedLayer *layer) {
    return 2.0 * layer->o * layer->c * layer->k * layer->k * layer->h * layer->w;
}

double speed_rate(const SpeedRow *row, int layer) {
    const double seconds = row->seconds[layer];
    return seconds > 0 ? speed_flop(&speed_layers[layer]) / seconds * 1e-9 : 0;
}

double speed_total(const SpeedRow *row) {
    double flop = 0, seconds = 0;
    for (int i = 0; i < SPEED_LAYERS; i++) {
        if (!(row->seconds[i] > 0)) return 0;
        flop += speed_flop(&speed_layers[i]);
        seconds += row->seconds[i];
    }
    return flop / seconds * 1e-9;
}

double speed_share(double rate, double peak) {
    return peak > 0 ? 100 * rate / peak : 0;
}

int speed_points(const SpeedResult *result) {
    const double share = speed_share(speed_total(&result->rows[0]), result->peak);
    int points = 0;
    while (result->right && points < SPEED_POINTS && share >= speed_shares[points])
        points++;
    return points;
}
