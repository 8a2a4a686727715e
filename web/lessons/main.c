/* All lessons as one program of WASI, which is the lesson that its name says:
 *
 *     argv: 08_gram assets/mine.ppm
 *
 * Each lesson's main is compiled as main_NN_name (web/lessons.mk). The files that they read
 * and write are in the memory of the page that runs them (web/page/files.js). What the other
 * files here have in the place of those in io/ is plain: there is one user, no disk that may
 * be full, and no process that dies half way. */
#include <stdio.h>
#include <string.h>

#define LESSONS(EACH)                                                                    \
    EACH(01_tensor)                                                                      \
    EACH(02_tape)                                                                        \
    EACH(03_gradcheck)                                                                   \
    EACH(04_conv)                                                                        \
    EACH(05_pooling)                                                                     \
    EACH(06_features)                                                                    \
    EACH(07_content_loss)                                                                \
    EACH(08_gram)                                                                        \
    EACH(09_style_loss)                                                                  \
    EACH(10_tv_loss)                                                                     \
    EACH(11_total_loss)                                                                  \
    EACH(12_optimisers)                                                                  \
    EACH(13_style_transfer)                                                              \
    EACH(14_errata)                                                                      \
    EACH(15_train_features)                                                              \
    EACH(16_gan)                                                                         \
    EACH(17_generator)                                                                   \
    EACH(18_adain)                                                                       \
    EACH(19_flow)                                                                        \
    EACH(sheet_002)                                                                      \
    EACH(flow_chart)

#define DECLARE(name) int main_##name(int argc, char **argv);
LESSONS(DECLARE)

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} lessons[] = {
#define ROW(name) {#name, main_##name},
    LESSONS(ROW)};

int main(int argc, char **argv) {
    for (size_t i = 0; i < sizeof lessons / sizeof *lessons; i++)
        if (strcmp(argv[0], lessons[i].name) == 0) return lessons[i].run(argc, argv);
    fprintf(stderr, "there is no lesson %s\n", argv[0]);
    return 2;
}
