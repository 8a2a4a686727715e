#include "app/stylized.h"

#include "io/assets.h"
#include "transfer/any_file.h"
#include "transfer/any_stylizer.h"
#include "transfer/network_open.h"

bool stylized_find(Arena *arena, StylizedFiles *files, Error *err) {
    Error none;
    if (!files->decoder)
        files->decoder = assets_path(arena, "anystyle.safetensors", &none);
    if (!files->decoder)
        return error_set(err, "there is no anystyle.safetensors among the program's "
                              "assets; train a decoder with 'stylegrad "
                              "train-any-style' and name it with --decoder");
    if (!files->paintnet)
        files->paintnet = assets_path(arena, "paintnet.safetensors", err);
    return files->paintnet;
}

static bool paint_scene(AnyStylizer *s, Arena *arena, const Scene *scene, Tensor *out,
                        Error *err) {
    Tensor picture;
    for (int i = 0; i < scene->styles; i++)
        if (scene->style[i].blend > 0 &&
            !any_stylizer_add(s, scene->style[i].image, scene->style[i].blend, err))
            return false;
    if (!any_stylizer_paint(s, scene->content, &picture, err)) return false;
    *out = tensor_clone(arena, picture);
    return true;
}

bool stylized_paint(Arena *arena, StylizedFiles files, const Scene *scene, Tensor *out,
                    Error *err) {
    const NetworkOptions wanted = {.net = "paintnet", .pad = PADDING_REFLECT};
    Decoder *decoder;
    Network *network;
    Arena *own = arena_new();
    bool good = stylized_find(own, &files, err) &&
                any_file_read(own, files.decoder, &decoder, NULL, err) &&
                (network = network_open(own, files.paintnet, &wanted, NULL, err));
    if (good) {
        AnyStylizer *s = any_stylizer_new(network, decoder);
        good = paint_scene(s, arena, scene, out, err);
        any_stylizer_free(s);
    }
    arena_free(own);
    return good;
}
