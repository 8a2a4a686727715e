/* weights/fetch.sh against a server on the loopback address, and weights/convert_h5.py on
 * files with the layout of Keras', and the Makefile. */
#include "io/weight_file.h"
#include "nn/network.h"
#include "tests/said.h"

/* ---- fetch.sh ---- */

#define PYTHON "/usr/bin/python3"
#define SERVED "$D/server/net-$(cat $D/digits).pth"
#define FETCH                                                                            \
    "STYLEGRAD_WEIGHTS_FOLDER=$D STYLEGRAD_WEIGHTS_URL=http://127.0.0.1:$(cat $D/port) " \
    "weights/fetch.sh net-$(cat $D/digits).pth"

static FILE *server;

/* A file of 300 kB, its digits, and a server that has it. */
static bool serve(void) {
    if (shell("command -v curl && command -v sha256sum && " PYTHON " -c 'import sys'")) {
        print_message("skipped: curl, sha256sum or python3 is not here\n");
        return false;
    }
    assert_int_equal(
        shell("mkdir $D/server && head -c 300000 /dev/urandom >$D/server/x &&"
              "sha256sum $D/server/x | cut -c 1-8 | tr -d '\\n' >$D/digits &&"
              "mv $D/server/x " SERVED),
        0);
    char command[600];
    snprintf(command, sizeof command,
             PYTHON " tests/range_server.py %s/server >%s/port 2>%s/server.log", folder,
             folder, folder);
    server = popen(command, "w");
    assert_non_null(server);
    for (int i = 0; i < 500 && shell("test -s $D/port"); i++)
        usleep(20000);
    return true;
}

static void a_download_is_checked_and_goes_on_where_it_ended(void **state) {
    (void)state;
    if (!serve()) skip();
    /* from nothing */
    assert_int_equal(shell(FETCH), 0);
    assert_int_equal(shell("cmp " SERVED " $D/net-$(cat $D/digits).pth"), 0);
    assert_int_equal(shell("test ! -e $D/net-$(cat $D/digits).pth.part"), 0);
    /* a second time nothing is asked for */
    assert_int_equal(shell(FETCH), 0);
    says("is here");
    assert_int_equal(shell("test $(wc -l <$D/server/requests) = 1"), 0);
    /* after an interruption the rest is asked for */
    assert_int_equal(shell("rm $D/net-*.pth $D/server/requests; head -c 123456 " SERVED
                           " >$D/net-$(cat $D/digits).pth.part && " FETCH),
                     0);
    assert_int_equal(shell("cmp " SERVED " $D/net-$(cat $D/digits).pth"), 0);
    assert_int_equal(shell("cat $D/server/requests"), 0);
    says("bytes=123456-");
    /* a complete part needs no server */
    assert_int_equal(shell("rm $D/server/requests; mv $D/net-$(cat $D/digits).pth "
                           "$D/net-$(cat $D/digits).pth.part && " FETCH),
                     0);
    assert_int_equal(shell("test ! -e $D/server/requests"), 0);
    /* a wrong file is removed, and one that is damaged here is replaced */
    assert_int_equal(
        shell("rm $D/net-*; cp " SERVED " $D/kept; echo x >>" SERVED "; " FETCH), 1);
    says("arrived damaged and was removed");
    assert_int_equal(shell("ls $D/net-* "), 2);
    assert_int_equal(
        shell("mv $D/kept " SERVED "; echo x >$D/net-$(cat $D/digits).pth; " FETCH), 0);
    assert_int_equal(shell("cmp " SERVED " $D/net-$(cat $D/digits).pth"), 0);
    /* a part that is longer than the file was damaged */
    assert_int_equal(shell("rm $D/net-*; cat " SERVED " " SERVED
                           " >$D/net-$(cat $D/digits).pth.part; " FETCH),
                     1);
    says("arrived damaged and was removed");
    assert_int_equal(shell(FETCH), 0);
    /* a server that knows no ranges sends the whole file the next time */
    assert_int_equal(shell("touch $D/server/whole; rm $D/net-*; head -c 1234 " SERVED
                           " >$D/net-$(cat $D/digits).pth.part; " FETCH),
                     1);
    says("it begins anew");
    assert_int_equal(shell(FETCH " && rm $D/server/whole"), 0);
    assert_int_equal(shell("cmp " SERVED " $D/net-$(cat $D/digits).pth"), 0);
    /* what the server does not have, what has no digits */
    assert_int_equal(shell("STYLEGRAD_WEIGHTS_FOLDER=$D STYLEGRAD_WEIGHTS_URL="
                           "http://127.0.0.1:$(cat $D/port) weights/fetch.sh "
                           "no-01234567.pth"),
                     1);
    says("did not arrive");
    assert_int_equal(shell("weights/fetch.sh vgg19.pth"), 2);
    says("no checksum in its name");
    pclose(server);
}

/* ---- convert_h5.py ---- */

/* Filter o, input i, row y, column x holds 1000 o + 100 i + 10 y + x in the file. */
static void check_first(const NamedTensor *weight) {
    assert_non_null(weight);
    assert_string_equal(SHAPE(weight->tensor.shape), "(64,3,3,3)");
    for (int o = 0; o < 64; o++)
        for (int k = 0; k < 27; k++)
            assert_close(weight->tensor.data[27 * o + k],
                         1000 * o + 100 * (k / 9) + 10 * (k / 3 % 3) + k % 3, 0, 0);
}

static WeightFile converted_from(Arena *arena, const char *source) {
    char line[256];
    WeightFile file;
    Error err;
    snprintf(line, sizeof line, PYTHON " weights/convert_h5.py %s $D/converted", source);
    assert_int_equal(shell(line), 0);
    snprintf(line, sizeof line, "%s/converted", folder);
    if (!weight_file_read(arena, line, &file, &err)) fail_msg("%s", err.text);
    return file;
}

static WeightFile converted(Arena *arena, const char *name) {
    char source[80];
    snprintf(source, sizeof source, "$D/%s.h5", name);
    return converted_from(arena, source);
}

static void keras_files_become_safetensors_in_bgr(void **state) {
    (void)state;
    if (shell(PYTHON " -c 'import h5py'")) {
        print_message("skipped: h5py is not here\n");
        skip();
    }
    Arena *arena = arena_new();
    Error err;
    assert_int_equal(shell(PYTHON " tests/keras_files.py $D"), 0);
    static const char *const names[] = {"keras1", "keras2"};
    for (int i = 0; i < 2; i++) {
        WeightFile file = converted(arena, names[i]);
        assert_string_equal(file.preprocess, "caffe");
        assert_int_equal(file.tensors.count, 2); /* no fully connected ones */
        check_first(named_find(&file.tensors, "block1_conv1.weight"));
        assert_close(named_find(&file.tensors, "block1_conv1.bias")->tensor.data[63],
                     31.5, 0, 0);
        Network *vgg = network_new(arena, "vgg19", POOL_DEFAULT, &err);
        assert_true(network_load(vgg, &file.tensors, "x", NULL, 0, &err));
        assert_int_equal(network_preprocessing(vgg), PREPROCESS_CAFFE);
        /* red, the network's channel 0, is the file's channel 2 */
        assert_close(network_weights(vgg, arena).items[0].tensor.data[0], 200, 0, 0);
    }
    WeightFile squeezenet = converted(arena, "squeezenet");
    check_first(named_find(&squeezenet.tensors, "conv1.weight"));
    assert_non_null(named_find(&squeezenet.tensors, "fire2.squeeze1x1.weight"));
    assert_string_equal(network_recognise(&squeezenet.tensors), "squeezenet1_1");
    arena_free(arena);
}

/* Layers that are only counted get VGG's names, a prefix stays, and Theano's kernels are
 * turned back. */
static void keras_3_inner_models_and_theano_are_converted(void **state) {
    (void)state;
    static const char *const sources[][2] = {
        {"$D/keras3.h5", ""},
        {"$D/keras3.keras", ""},
        {"$D/keras3_inside.h5", "functional."},
        {"$D/inside.h5", "vgg19."},
        {"$D/vgg19_tf_dim_ordering_th_kernels.h5", ""},
        {"$D/vgg19_th_dim_ordering_th_kernels.h5", ""},
        {"$D/backend.h5", ""},
        {"--kernels theano $D/said.h5", ""}};
    if (shell(PYTHON " -c 'import h5py'")) skip();
    Arena *arena = arena_new();
    assert_int_equal(shell(PYTHON " tests/keras_files.py $D"), 0);
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        char name[80];
        WeightFile file = converted_from(arena, sources[i][0]);
        snprintf(name, sizeof name, "%sblock1_conv1.weight", sources[i][1]);
        check_first(named_find(&file.tensors, name));
        assert_string_equal(network_recognise(&file.tensors), "vgg19");
        snprintf(name, sizeof name, "%sblock2_conv1.weight", sources[i][1]);
        assert_int_equal(named_find(&file.tensors, name) != NULL, i < 3);
    }
    arena_free(arena);
}

/* One sentence, and no file, not even a part of one. */
static void what_is_no_keras_file_is_refused_in_one_line(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"$D/promise.h5", "holds 9895604649984 values of float32, which are no weights"},
        {"$D/elsewhere.h5", "keeps its numbers in another file"},
        {"$D/text.h5", "which are no weights"},
        {"$D/empty.h5", "no convolutions in it"},
        {"$D/missing.h5", "cannot be read as HDF5"},
        {"README.md", "cannot be read as HDF5"},
    };
    if (shell(PYTHON " -c 'import h5py'")) skip();
    assert_int_equal(shell(PYTHON " tests/keras_files.py $D"), 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char line[256];
        snprintf(line, sizeof line, PYTHON " weights/convert_h5.py %s $D/x.safetensors",
                 bad[i][0]);
        assert_int_equal(shell(line), 1);
        says(bad[i][1]);
        assert_true(strchr(said, '\n') == said + strlen(said) - 1);
        assert_int_equal(shell("! ls $D/x.*"), 0);
    }
    assert_int_equal(
        shell(PYTHON " weights/convert_h5.py $D/keras1.h5 $D/no/x.safetensors"), 1);
    says("cannot write");
    assert_int_equal(shell("cp $D/keras1.h5 $D/before.h5; " PYTHON
                           " weights/convert_h5.py $D/keras1.h5 $D/./keras1.h5"),
                     1);
    says("is the file that is read");
    assert_int_equal(shell("cmp $D/keras1.h5 $D/before.h5"), 0);
}

/* ---- make ---- */

/* Every line that compiles or links, of the program, a test, a lesson, a drawing and the
 * notebooks' library, has the caller's flags beside all that is needed. */
static void a_caller_s_flags_come_on_top(void **state) {
    (void)state;
    static const char *const ways[] = {
        "env -u MAKEFLAGS -u MAKELEVEL make -n CFLAGS=-g7 CPPFLAGS=-DMY=1 "
        "LDFLAGS=-Wl,-zmy LDLIBS=-lmy",
        "env -u MAKEFLAGS -u MAKELEVEL CFLAGS=-g7 CPPFLAGS=-DMY=1 LDFLAGS=-Wl,-zmy "
        "LDLIBS=-lmy make -n"};
    for (int i = 0; i < 2; i++) {
        char line[1024];
        snprintf(line, sizeof line,
                 "%s BUILD=$D/b $D/b/stylegrad "
                 "$D/b/double/lessons/01_tensor $D/b/float/assets/make_scene "
                 "$D/b/float/tests/test_npy $D/b/double/libstylegrad.so >$D/lines",
                 ways[i]);
        if (i == 0 && shell("command -v make")) skip();
        (void)shell(line);
        assert_int_equal(shell("test $(grep -c ' -c ' $D/lines) -gt 200"), 0);
        assert_int_equal(shell("grep ' -c ' $D/lines | grep -v -- '-std=c11.* "
                               "-ffp-contract=off -fopenmp .*-g7'"),
                         1);
        assert_int_equal(shell("grep ' -c ' $D/lines | grep -v -- '-DMY=1'"), 1);
        assert_int_equal(shell("grep -- '-ljansson' $D/lines | grep -v -- "
                               "'-fopenmp -Wl,-zmy .*-g7.* -lmy'"),
                         1);
        assert_int_equal(shell("test $(grep -c -- '-ljansson' $D/lines) -ge 5"), 0);
        /* No file leaves it to the compiler what is fused: see NAME(fma) in simd.h. */
        assert_int_equal(shell("grep -- '-ffp-contract=[^o]' $D/lines"), 1);
    }
}

/* One line says why and what to do; gcc needs no libraries of 32 bits to be asked. */
static void builds_of_32_bits_are_refused_before_they_begin(void **state) {
    (void)state;
    if (shell("echo 1 | gcc -m32 -E -x c -")) {
        print_message("skipped: no gcc here knows 32-bit systems\n");
        skip();
    }
    assert_int_equal(shell("make -n CC='gcc -m32' BUILD=$D/none all"), 2);
    says("stylegrad needs a 64-bit system, and 'gcc -m32' builds for 32 bits; "
         "use a compiler for x86_64 or aarch64, without -m32");
    assert_int_equal(shell("make -n CFLAGS='-O2 -m32' BUILD=$D/none all | wc -l"), 0);
    says("'gcc -O2 -m32' builds for 32 bits");
    assert_int_equal(shell("make -n BUILD=$D/none build/none 2>&1 | grep '64-bit'"), 1);
}

/* A Jupyter that says how it was started, in the place of the real one. */
static void notebooks_are_served_to_this_machine_only(void **state) {
    (void)state;
    if (shell("test -x " PYTHON)) {
        print_message("skipped: python3 is not here\n");
        skip();
    }
    assert_int_equal(shell("for program in notebook jupyterlab; do"
                           " echo 'import sys; print(sys.argv)' >$D/$program.py; done"),
                     0);
    static const char *const ways[] = {"", "lab", "--no-browser", "lab --allow-root"};
    for (int i = 0; i < 4; i++) {
        char line[200];
        snprintf(line, sizeof line, "PYTHONPATH=$D " PYTHON " notebooks/serve.py %s",
                 ways[i]);
        assert_int_equal(shell(line), 0);
        says("'--ip=127.0.0.1'");
        assert_int_equal(shell("! grep -i token $D/said"), 0); /* Jupyter makes one */
    }
    /* nothing of ours starts one without */
    assert_int_equal(
        shell("grep -rnE 'disable_check_xsrf|allow_origin|"
              "(App|Server|Provider)[.](token|password|ip)' notebooks"
              " --include=*.mk --include=*.py --include=*.sh --include=*.js"),
        1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_download_is_checked_and_goes_on_where_it_ended),
        cmocka_unit_test(keras_files_become_safetensors_in_bgr),
        cmocka_unit_test(keras_3_inner_models_and_theano_are_converted),
        cmocka_unit_test(a_caller_s_flags_come_on_top),
        cmocka_unit_test(what_is_no_keras_file_is_refused_in_one_line),
        cmocka_unit_test(builds_of_32_bits_are_refused_before_they_begin),
        cmocka_unit_test(notebooks_are_served_to_this_machine_only),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
