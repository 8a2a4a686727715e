/* The programs of bench/, on the smallest work: wrong inputs get one line, and without
 * PyTorch there is still a figure with its numbers. */
#include "tests/app.h"

#define PYTHON "/usr/bin/python3 bench/"

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

/* Runs a line of shell in which $D is the test's folder and $OURS the options for the
 * program under test. */
static Outcome shell(const char *line) {
    const char *program = getenv("STYLEGRAD");
    char command[2048];
    snprintf(command, sizeof command,
             "D=%s; OURS='--stylegrad %s --steps 1 --threads 1'; { %s; } "
             ">$D/stdout 2>$D/stderr",
             folder, program ? program : "build/stylegrad-double", line);
    int status = system(command);
    return outcome_of(WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static bool missing(const char *program) {
    char line[128];
    snprintf(line, sizeof line, "command -v %s", program);
    if (shell(line).status == 0) return false;
    print_message("skipped: %s is not here\n", program);
    return true;
}

static void refused(const char *line, int status, const char *words) {
    Outcome o = shell(line);
    const char *newline = strchr(o.err, '\n');
    if (o.status != status || !newline || newline[1] || !strstr(o.err, words))
        fail_msg("%s: status %d, said: %s", line, o.status, o.err);
}

static void wrong_inputs_are_refused_in_one_line(void **state) {
    (void)state;
    if (missing("/usr/bin/python3")) skip();
    refused(PYTHON "compare vgg7:256", 2, "vgg7:256");
    refused(PYTHON "compare vgg19:8", 2, "from 16 to 16384");
    refused(PYTHON "compare --rounds 0", 2, "at least 1");
    refused(PYTHON "compare --evaluations 0 paint", 2, "at least 1");
    refused(PYTHON "compare paint:8", 2, "from 16 to 16384");
    refused(PYTHON "compare --no-torch ${OURS%% --steps*} paint:64", 1,
            "PyTorch, which is missing");
    refused(PYTHON "compare --no-torch --stylegrad $D/none", 1, "run 'make' first");
    refused(PYTHON "compare --no-torch --stylegrad /bin/echo", 1, "printed no JSON");
    refused(PYTHON "scaling 128 x", 2, "x: wants pixels");
    refused(PYTHON "scaling --stylegrad /bin/false 64", 1, "status 1");
    refused(PYTHON "kernels --size none", 2, "none: wants pixels");
    refused(PYTHON "figure --net vgg7", 2, "vgg7");
    refused(PYTHON "figure --redraw --out $D/none", 1, "none.csv is missing");
    refused(PYTHON "pages --nonsense", 2, "--nonsense");
    refused(PYTHON "judge --judge x --contents $D --styles $D way", 2, "NAME=OPTIONS");
    refused(PYTHON "judge --judge x --contents $D/none --styles $D a=", 1,
            "none: No such");
}

static void without_pytorch_the_figure_shows_stylegrad_and_the_limit(void **state) {
    (void)state;
    if (missing("/usr/bin/python3") || missing("gnuplot")) skip();
    Outcome o = shell(PYTHON "figure --no-torch --net squeezenet1_1 --sizes 48 32 $OURS "
                             "--out $D/steps");
    assert_int_equal(o.status, 0);
    assert_string_equal(o.err, ""); /* no progress but on a terminal */
    o = shell("cat $D/steps.csv");
    assert_non_null(strstr(o.out, "\"stylegrad, ms\""));
    assert_non_null(strstr(o.out, "\n32,"));
    assert_non_null(strstr(o.out, "\n48,"));
    assert_null(strstr(o.out, "PyTorch"));
    assert_int_equal(shell("rm $D/steps.png && " PYTHON
                           "figure --redraw --out $D/steps && "
                           "test -s $D/steps.png -a -s $D/steps.svg")
                         .status,
                     0);
}

static void scaling_says_time_and_memory(void **state) {
    (void)state;
    if (missing("/usr/bin/python3")) skip();
    Outcome o =
        shell(PYTHON "scaling --net squeezenet1_1 --rounds 1 $OURS 32 --json | "
                     "/usr/bin/python3 -c 'import json, sys; r = json.load(sys.stdin); "
                     "print([x[\"size\"] for x in r[\"rows\"] if x[\"ms\"] > 0 and "
                     "x[\"bytes\"] > 0])'");
    assert_string_equal(o.out, "[32]\n");
}

static void compare_says_what_the_machine_can_do(void **state) {
    (void)state;
    if (missing("/usr/bin/python3")) skip();
    Outcome o =
        shell(PYTHON "compare --no-torch --rounds 1 $OURS squeezenet1_1:32 --json | "
                     "/usr/bin/python3 -c 'import json, sys; r = json.load(sys.stdin); "
                     "m = r[\"machine\"]; print(list(r[\"works\"]), "
                     "m[\"threads\"], m[\"fma_gflops\"] > 0, m[\"triad_gbs\"] > 0)'");
    assert_string_equal(o.out, "['squeezenet1_1:32'] 1 True True\n");
    o = shell(PYTHON "compare --no-torch --rounds 1 $OURS squeezenet1_1:32");
    assert_non_null(strstr(o.out, "multiply-adds "));
    assert_non_null(strstr(o.out, " GB/s on 1"));
    assert_non_null(strstr(o.out, "squeezenet1_1 32x32, 1 threads"));
}

static void need_pillow(void) {
    if (missing("/usr/bin/python3")) skip();
    if (shell("/usr/bin/python3 -c 'import PIL'").status == 0) return;
    print_message("skipped: Pillow is not here\n");
    skip();
}

/* Two photographs, one painting: 3 x 2 cells of 20 pixels and 2 of margin all around. A
 * image that cannot be painted is a grey cell in a red frame, and a line. */
static void a_sheet_shows_every_pair(void **state) {
    (void)state;
    need_pillow();
    assert_int_equal(shell("mkdir $D/photos $D/paintings $D/empty").status, 0);
    put_image("photos/a.png", 24, 32);
    put_image("photos/b.png", 24, 32);
    put_image("paintings/c.png", 32, 24);
    Outcome o =
        shell(PYTHON "sheet --contents $D/photos --styles $D/paintings --cell 20 "
                     "--out $D/sheets ${OURS%% --steps*} 'small=--size 24 --steps "
                     "1' 'wrong=--recipe none'");
    assert_int_equal(o.status, 0);
    assert_non_null(
        strstr(o.out, "wrong, a_c: stylegrad paint: --recipe none: there is"));
    assert_non_null(strstr(o.out, "sheets/small.jpg"));
    o = shell("/usr/bin/python3 -c 'from PIL import Image\n"
              "import sys\n"
              "for name in sys.argv[1:]:\n"
              "    i = Image.open(name); print(i.size, i.getpixel((24, 24 + 8)))' "
              "$D/sheets/wrong.jpg");
    assert_non_null(strstr(o.out, "(48, 72) (2"));
    refused(PYTHON "sheet --contents $D/empty --styles $D/paintings a=", 1,
            "no .jpg or .png");
}

/* Two paintings, one of which has a style of its own: its sheet has one column. With any
 * style there are two. */
static void a_sheet_of_one_pass_has_the_paintings_with_a_style(void **state) {
    (void)state;
    need_pillow();
    assert_int_equal(shell("mkdir $D/one $D/two $D/trained && "
                           "cp assets/styles/mosaic.style $D/trained/with.style")
                         .status,
                     0);
    put_image("one/a.png", 32, 32);
    put_image("two/with.png", 64, 64);
    put_image("two/without.png", 64, 64);
    Outcome o = shell(PYTHON "sheet --contents $D/one --styles $D/two --cell 20 --out "
                             "$D/passes ${OURS%% --steps*} \"own=@$D/trained --size 24\" "
                             "'any=--style --alpha 0.5'");
    assert_int_equal(o.status, 0);
    o = shell(
        "LC_ALL=C ls $D/passes/own $D/passes/any | grep png && /usr/bin/python3 -c '"
        "from PIL import Image\nimport sys\n"
        "print(*(Image.open(name).size for name in sys.argv[1:]))' "
        "$D/passes/own.jpg $D/passes/any.jpg $D/passes/own/a_with.png");
    assert_string_equal(o.out, "a_with.png\na_without.png\na_with.png\n"
                               "(48, 48) (72, 48) (24, 24)\n");
    refused(PYTHON "sheet --contents $D/one --styles $D/two x=@$D/one", 1,
            "x: nothing to paint; there is no style of these paintings");
}

/* One photograph; of two drawn wallpapers the larger image of the one, and of a portrait of
 * more than 60,000 bytes what is not transparent. */
static void pictures_to_learn_from_are_cut_out_of_packages(void **state) {
    (void)state;
    need_pillow();
    Outcome o = shell(
        "/usr/bin/python3 -c 'import os, sys\n"
        "from PIL import Image\n"
        "share = sys.argv[1] + \"/packages/usr/share/\"\n"
        "def put(name, image):\n"
        "    os.makedirs(os.path.dirname(share + name), exist_ok=True)\n"
        "    image.save(share + name)\n"
        "put(\"backgrounds/Lake_by_A.jpg\", Image.new(\"RGB\", (900, 1200)))\n"
        "put(\"backgrounds/umang_by_Abhishek_Mudgal.jpg\", Image.new(\"RGB\", (9, 9)))\n"
        "put(\"wallpapers/Drawn/contents/images/s.png\", Image.new(\"RGB\", (9, 9)))\n"
        "put(\"wallpapers/Drawn/contents/images/l.png\", Image.new(\"RGB\", (90, 80)))\n"
        "noise = Image.frombytes(\"RGBA\", (300, 400), os.urandom(480000))\n"
        "noise.putalpha(0); noise.paste((9, 80, 200, 255), (100, 50, 200, 250))\n"
        "put(\"games/wesnoth/1/images/portraits/p.png\", noise)' $D && " PYTHON
        "pictures $D/packages $D/learned && /usr/bin/python3 -c 'import glob, sys\n"
        "from PIL import Image\n"
        "for name in sorted(glob.glob(sys.argv[1] + \"/*/*\")):\n"
        "    i = Image.open(name); print(i.size, i.getpixel((5, 5)))' $D/learned");
    assert_string_equal(o.err, "");
    if (!strstr(o.out, "photographs: 1\n") || !strstr(o.out, "paintings: 2\n") ||
        !strstr(o.out, "\n(100, 200) (9, 80, 200)\n") ||
        !strstr(o.out, "\n(90, 80) (0, 0, 0)\n") ||
        !strstr(o.out, "\n(600, 800) (0, 0, 0)\n"))
        fail_msg("%s", o.out);
    refused(PYTHON "pictures $D/none $D/other", 1, "unpack the packages as --help says");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_inputs_are_refused_in_one_line),
        cmocka_unit_test(without_pytorch_the_figure_shows_stylegrad_and_the_limit),
        cmocka_unit_test(a_sheet_shows_every_pair),
        cmocka_unit_test(a_sheet_of_one_pass_has_the_paintings_with_a_style),
        cmocka_unit_test(pictures_to_learn_from_are_cut_out_of_packages),
        cmocka_unit_test(scaling_says_time_and_memory),
        cmocka_unit_test(compare_says_what_the_machine_can_do),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
