#include "lessons/lesson.h"

#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "autograd/tape_print.h"
#include "io/assets.h"
#include "io/command.h"
#include "io/file.h"
#include "io/image.h"
#include "io/number.h"
#include "io/spin_briefly.h"
#include "lessons/check/language.h"
#include "lessons/page.h"
#include "lessons/transcript.h"
#include "lessons/translate.h"
#include "tensor/text.h"
#include "transfer/input.h"
#include "transfer/network_open.h"

#define CHECK_STEP 1e-5
#define CHECK_TOLERANCE 1e-6
#define MAX_CHECKED 200 /* elements of one variable */

struct Lesson {
    Arena *arena;
    const char *name;
    const char *folder;
    const char *weights;
    const char *net;
    char **image; /* the reader's own images */
    int images;   /* the number of these */
    int seen;     /* how many of these were opened */
    int size;     /* longer side of images, pixels */
    bool own;     /* images, weights or size are the reader's */
    bool about;   /* lesson_about was called */
    bool failed;  /* a gradient check did not pass */
    bool network; /* lesson_network was called */
    Transcript transcript;
};

static const char help[] =
    "usage: %s [PICTURE...] [--size N] [--weights FILE] [--net NAME] [--out FOLDER]\n"
    "\n"
    "  PICTURE        your own image instead of ours\n"
    "  --size N       longer side of the images, pixels (%d)\n"
    "  --weights FILE a trained network: .safetensors, .pth or .npz (our own, paintnet)\n"
    "  --net NAME     the network in that file (detected)\n"
    "  --out FOLDER   where images, plots and index.html go (out/%s;\n"
    "                 out/own_%s with your own images, weights or size)\n";

void lesson_fail(const Lesson *l, const Error *err) {
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", l->name, err->text);
    exit(1);
}

static void must(const Lesson *l, bool good, const Error *err) {
    if (!good) lesson_fail(l, err);
}

/* One sentence about the command line, and exit status 2. */
_Noreturn static void refuse(const Lesson *l, const char *what, const char *text) {
    fprintf(stderr, tr("%s: %s %s; see --help\n"), l->name, tr(what), text);
    exit(2);
}

static int read_size(const Lesson *l, const char *text) {
    char *end;
    const long size = strtol(text, &end, 10);
    if (end == text || *end || size < MIN_IMAGE_SIDE || size > 4096)
        refuse(l, "the side must be 16 to 4096 pixels, not --size", text);
    return (int)size;
}

static void read_arguments(Lesson *l, int argc, char **argv) {
    const int usual_size = l->size;
    static const struct option options[] = {
        {"size", required_argument, NULL, 's'}, {"weights", required_argument, NULL, 'w'},
        {"net", required_argument, NULL, 'n'},  {"out", required_argument, NULL, 'o'},
        {"help", no_argument, NULL, 'h'},       {NULL, 0, NULL, 0}};
    opterr = 0;
    for (int letter; (letter = getopt_long(argc, argv, ":ho:", options, NULL)) != -1;)
        switch (letter) {
        case 's':
            l->size = read_size(l, optarg);
            break;
        case 'w':
            l->weights = optarg;
            break;
        case 'n':
            l->net = optarg;
            break;
        case 'o':
            l->folder = optarg;
            break;
        case 'h':
            printf(tr(help), argv[0], l->size, l->name, l->name);
            exit(0);
        case ':':
            refuse(l, "a value must follow", argv[optind - 1]);
        default:
            refuse(l, "unknown option", argv[optind - 1]);
        }
    l->image = argv + optind;
    l->images = argc - optind;
    l->own = l->images > 0 || l->weights || l->net || l->size != usual_size;
}

static const char *joined(Arena *arena, const char *a, const char *b) {
    const size_t room = strlen(a) + strlen(b) + 2;
    char *path = arena_alloc(arena, room);
    snprintf(path, room, "%s/%s", a, b);
    return path;
}

/* The path of a file of the lesson in this language: Chinese ones are in zh/. */
static const char *path_in(Lesson *l, Language language, const char *file) {
    return language == CHINESE ? joined(l->arena, lesson_path(l, "zh"), file)
                               : lesson_path(l, file);
}

/* Without a catalogue all is in English, and nothing Chinese of an earlier run stays. */
static void begin_transcripts(Lesson *l) {
    Error err;
    must(l, transcript_begin(&l->transcript, &err), &err);
    if (l->transcript.languages > CHINESE)
        must(l, file_make_folder(lesson_path(l, "zh"), &err), &err);
    else
        remove(path_in(l, CHINESE, "transcript.txt"));
}

Lesson *lesson_begin(int argc, char **argv, const char *name, int size) {
    spin_briefly(argv);
    language_begin();
    Arena *arena = arena_new();
    Lesson *l = ARENA_NEW(arena, Lesson, 1);
    Error err;
    *l = (Lesson){.arena = arena, .name = name, .size = size};
    read_arguments(l, argc, argv);
    /* What the page says is about our own images: they stay where it shows them. */
    if (!l->folder)
        l->folder = text_format(arena, "out/%s%s", l->own ? "own_" : "", name);
    must(l, file_make_folder(l->folder, &err), &err);
    begin_transcripts(l);
    return l;
}

/* Reports the arguments that this lesson does not use. */
static void tell_unused(const Lesson *l) {
    for (int i = l->seen; i < l->images; i++)
        fprintf(stderr, tr("%s: uses %d of your images; %s is not used\n"), l->name,
                l->seen, l->image[i]);
    if (l->weights && !l->network)
        fprintf(stderr, tr("%s: this lesson has no network; --weights has no effect\n"),
                l->name);
}

static void write_transcripts(Lesson *l) {
    Error err;
    for (int k = 0; k < l->transcript.languages; k++) {
        const char *path = path_in(l, (Language)k, "transcript.txt");
        must(l, transcript_end(&l->transcript, (Language)k, path, &err), &err);
    }
}

int lesson_end(Lesson *l) {
    const bool failed = l->failed;
    if (l->about) lesson_print(l, "\n~ about: the last digits depend on the processor\n");
    write_transcripts(l);
    tell_unused(l);
    page_show(l->arena, l->name, l->folder, l->own);
    arena_free(l->arena);
    return failed;
}

Arena *lesson_arena(Lesson *l) {
    return l->arena;
}

const char *lesson_path(Lesson *l, const char *file) {
    return joined(l->arena, l->folder, file);
}

/* ---- What comes in ---- */

Tensor lesson_image(Lesson *l, int which, const char *ours) {
    Error err;
    Tensor image = {0};
    const bool yours = which < l->images;
    const char *path = yours ? l->image[which] : assets_path(l->arena, ours, &err);
    if (yours && l->seen <= which) l->seen = which + 1;
    must(l, path && input_image(l->arena, path, l->size, &image, &err), &err);
    return image;
}

int lesson_images(const Lesson *l) {
    return l->images;
}

/* Opens the network of a weight file. The file itself says what input it was made for. */
static Network *open_network(Lesson *l, const char *path, Pooling pooling, Error *err) {
    const NetworkOptions wanted = {
        .net = l->net, .pool = pooling, .advice = "name it with --net"};
    Network *net = network_open(l->arena, path, &wanted, NULL, err);
    int first;
    if (!net || network_layer_find(net, "relu1_1", &first, err)) return net;
    error_set(err,
              "%s: %s has no layer relu1_1; lessons look at layers of a VGG, take the "
              "weights of one",
              path, network_name(net));
    return NULL;
}

Network *lesson_network(Lesson *l) {
    return lesson_network_pooling(l, POOL_DEFAULT);
}

Network *lesson_network_pooling(Lesson *l, Pooling pooling) {
    Error err;
    l->network = true;
    const char *path =
        l->weights ? l->weights : assets_path(l->arena, "paintnet.safetensors", &err);
    Network *net = path ? open_network(l, path, pooling, &err) : NULL;
    must(l, net, &err);
    return net;
}

void lesson_record(Lesson *l, Network *net, Node *image, const char *const *layers,
                   int count, Node **out) {
    Error err;
    Node *input = ag_normalize(image, network_normalize(net));
    must(l, network_record(net, image->tape, input, layers, count, out, &err), &err);
}

/* ---- What goes out ---- */

void lesson_print(Lesson *l, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    transcript_print(&l->transcript, format, arguments);
    va_end(arguments);
}

void lesson_print_tensor(Lesson *l, Tensor t) {
    transcript_tensor(&l->transcript, t);
}

void lesson_print_tape(Lesson *l, const Tape *tape) {
    transcript_tape(&l->transcript, tape);
}

const char *lesson_about(Lesson *l, double value) {
    char text[32];
    l->about = true;
    const double size = fabs(value);
    if (size >= 1000 && size < 1e6) {
        const double unit = pow(10, floor(log10(size)) - 2); /* of the third digit */
        snprintf(text, sizeof text, "~%.0f", round(value / unit) * unit);
    } else {
        snprintf(text, sizeof text, "~%#.3g", value);
        const size_t last = strlen(text) - 1;
        if (text[last] == '.') text[last] = 0; /* of "~123." */
    }
    return arena_string(l->arena, text);
}

const char *lesson_about_to(Lesson *l, int digits, double value) {
    char text[32];
    const double unit = pow(10, -digits);
    l->about = true;
    /* + 0.0 makes 0 of -0 */
    snprintf(text, sizeof text, "~%.*f", digits, round(value / unit) * unit + 0.0);
    return arena_string(l->arena, text);
}

void lesson_tell(Lesson *l, const char *format, ...) {
    (void)l;
    va_list arguments;
    va_start(arguments, format);
    transcript_tell(format, arguments);
    va_end(arguments);
}

/* The rounding error of a difference quotient falls with its step. So a failed check is
 * repeated with ten times the step: a wrong gradient fails with any step. */
static GradCheck check_variable(Tape *tape, Node *y, Node *variable) {
    GradCheck check = gradcheck_variable(tape, y, variable, CHECK_STEP, MAX_CHECKED);
    if (gradcheck_passed(&check, CHECK_TOLERANCE)) return check;
    return gradcheck_variable(tape, y, variable, 10 * CHECK_STEP, MAX_CHECKED);
}

void lesson_gradcheck(Lesson *l, const char *what, Tape *tape, Node *y) {
    size_t checked = 0;
    size_t kinks = 0;
    bool passed = true;
    for (int i = 0; i < tape_size(tape); i++) {
        Node *variable = tape_node(tape, i);
        if (variable->op != &op_variable) continue;
        const GradCheck check = check_variable(tape, y, variable);
        if (!variable->reached) continue; /* it does not lead to y */
        checked += check.checked;
        kinks += check.kinks;
        if (gradcheck_passed(&check, CHECK_TOLERANCE)) continue;
        passed = false;
        transcript_gradcheck(&l->transcript, &check);
    }
    lesson_print(l, "gradient check  %-28s %4zu elements, %zu at kinks: %s\n", what,
                 checked, kinks, passed ? "error below 1e-6" : "FAILED");
    l->failed |= !passed;
}

void lesson_show(Lesson *l, const char *file, Tensor image) {
    Error err;
    must(l, image_write(lesson_path(l, file), image, &err), &err);
}

void lesson_plot(Lesson *l, const char *file, const Plot *plot) {
    Error err;
    for (int k = 0; k < l->transcript.languages; k++) {
        language_speak((Language)k);
        const Plot translated = plot_translated(l->arena, plot);
        must(l, plot_write(path_in(l, (Language)k, file), &translated, &err), &err);
    }
    language_speak(language_yours());
}

/* Graphviz' dot reads `from` and writes `to`. */
static bool run_dot(FILE *from, const char *to, Error *err) {
    static char program[] = "dot";
    static char svg[] = "-Tsvg";
    char *const arguments[] = {program, svg, NULL};
    FileOutput file;
    if (!file_begin(&file, to, err)) return false;
    if (command_run(arguments, "graphviz", from, file.stream, err))
        return file_commit(&file, err);
    file_abandon(&file);
    return false;
}

static void draw_graph(Lesson *l, const char *image, void (*write)(FILE *, void *),
                       void *context) {
    Error err;
    FileOutput description;
    char *path = arena_string(l->arena, image);
    char *dot = strrchr(path, '.');
    snprintf(dot, strlen(dot) + 1, ".dot"); /* as long as .svg */
    must(l, file_begin(&description, path, &err), &err);
    write(description.stream, context);
    must(l, file_commit(&description, &err), &err);
    FILE *from = fopen(path, "r");
    if (!from || !run_dot(from, image, &err))
        lesson_tell(l, "%s is not drawn: %s\n", image, from ? err.text : path);
    if (from) fclose(from);
}

void lesson_draw_graph(Lesson *l, const char *file, void (*write)(FILE *, void *),
                       void *context) {
    for (int k = 0; k < l->transcript.languages; k++) {
        language_speak((Language)k);
        draw_graph(l, path_in(l, (Language)k, file), write, context);
    }
    language_speak(language_yours());
}

typedef struct Drawing {
    const Tape *tape;
} Drawing;

static void write_tape(FILE *out, void *context) {
    const Drawing *drawing = context;
    tape_dot(drawing->tape, out);
}

void lesson_draw_tape(Lesson *l, const char *file, const Tape *tape) {
    Drawing drawing = {tape};
    draw_graph(l, lesson_path(l, file), write_tape, &drawing); /* has no sentences */
}
