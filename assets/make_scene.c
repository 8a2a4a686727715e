/* Renders assets/scene.png: a tower by a mountain lake, our content image.
 *
 *     build/float/assets/make_scene assets/scene.png
 *
 * The camera stands 6 m above the water; see scene.h. */
#include <stdio.h>

#include "assets/scene.h"

enum { WIDTH = 512, HEIGHT = 384 };

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: %s picture.png\n", argv[0]), 2;
    static Vec image[WIDTH * HEIGHT];
    const Camera camera = {{0, 6, 0}, {1, 0, 0}, WIDTH, HEIGHT, .samples = 3};
    scene_init();
#pragma omp parallel for schedule(dynamic)
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            image[y * WIDTH + x] = scene_pixel(&camera, x, y);
    return art_write(argv[1], image, WIDTH, HEIGHT);
}
