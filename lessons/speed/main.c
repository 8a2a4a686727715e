/* `make speed-04`: how fast is the convolution of mine/04_conv.c?
 *
 *     GRADE_JSON=speed.json build/float/lessons/speed/main OBJECT [THREADS]
 *
 * OBJECT is the student's file as a shared object. Exit status 0 when its conv2d is right,
 * whatever its points; 1 when it is wrong; 2 when it could not be measured. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/check/language.h"
#include "lessons/speed/measure.h"
#include "lessons/speed/report.h"

/* dlsym's answer is a pointer to a function, which C does not let one cast. */
static SpeedConv *find(const char *path) {
    SpeedConv *conv = NULL;
    void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void *found = object ? dlsym(object, "conv2d") : NULL;
    if (found) memcpy(&conv, &found, sizeof conv);
    if (!found)
        fprintf(stderr, "%s\n", object ? tr("there is no function conv2d") : dlerror());
    /* cppcheck-suppress resourceLeak ; the object stays open */
    return conv;
}

int main(int argc, char **argv) {
    const int threads = argc > 2 ? atoi(argv[2]) : 1;
    const char *json = getenv("GRADE_JSON");
    language_begin();
    if (argc < 2 || argc > 3 || threads < 1 || threads > 1024) {
        fprintf(stderr, tr("usage: %s OBJECT [THREADS from 1 to 1024]\n"), argv[0]);
        return 2;
    }
    SpeedConv *conv = find(argv[1]);
    if (!conv) return 2;
    SpeedResult result;
    printf("%s", tr("measuring takes some 10 s; close what else computes\n\n"));
    fflush(stdout);
    measure_conv2d(conv, threads, &result);
    speed_print(stdout, &result);
    if (json && *json && !speed_save(json, &result)) return 2;
    return !result.right;
}
