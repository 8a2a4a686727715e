/* `paint` with many photographs: what is painted, what is skipped, what is said. */
#include <stdlib.h>

#include "tests/shell.h"

#define SMALL                                                                            \
    " --net vgg19 --weights random:3 --size 24 --style-layers relu1_1 --content-layers " \
    "relu1_2 --optim adam --steps 2 "

/* p/ has two photographs. */
static int make_photos(void **state) {
    if (make_folder(state)) return -1;
    return begin("mkdir p && cp c.png p/a.png && cp s.png p/b.png") < 0 || wait(NULL) < 0;
}

static void says(const Outcome *o, const char *words) {
    if (!strstr(o->err, words)) fail_msg("no \"%s\" in: %s", words, o->err);
}

static void says_not(const Outcome *o, const char *words) {
    if (strstr(o->err, words)) fail_msg("\"%s\" in: %s", words, o->err);
}

/* Network, style targets and tape of the first run serve the others: the bits are those of
 * single runs, in tiles and in stages, too. */
static void many_are_the_bits_of_single_runs(void **state) {
    (void)state;
    static const char *const more[] = {"", "--tile 16 --size 48", "--size 64 --pyramid 2",
                                       "--features normalised",
                                       "--init noise --colors luminance"};
    /* c2 is as large as c, and another one. */
    done("$SG paint c.png s.png" SMALL "--size 32 -o c2.png");
    for (int i = 0; i < 5; i++) {
        char line[600];
        snprintf(line, sizeof line,
                 "rm -rf o && $SG paint p/b.png c.png c2.png p/a.png s.png" SMALL
                 "%s -o o/ && for n in p/a p/b c c2; do $SG paint $n.png s.png" SMALL
                 "%s -o one.png && cmp one.png o/${n##*/}.png || exit 9; done",
                 more[i], more[i]);
        done(line);
    }
    /* Two styles, said as options, are those of the operands. */
    done("rm -rf o && $SG paint p --style s.png --style c.png" SMALL "-o o && $SG paint "
         "p/a.png s.png c.png" SMALL "-o one.png && cmp one.png o/a.png");
    done("$SG paint p/a.png --style s.png --style c.png" SMALL "-o two.png && "
         "cmp one.png two.png");
}

static void what_cannot_be_painted_is_reported(void **state) {
    (void)state;
    Outcome o = shell("rm -rf o q && cp -r p q && echo no image >q/b.txt && $SG paint q "
                      "gone.png s.png" SMALL "-o o");
    assert_int_equal(o.status, 1);
    says(&o, "1 of 4 q/a.png: o/a.png, ");
    says(&o, "2 of 4 q/b.png: o/b.png.png, "); /* b.txt would be b.png as well */
    says(&o, "3 of 4 q/b.txt: not painted: q/b.txt: ");
    says(&o, "4 of 4 gone.png: not painted: ");
    says(&o, "4 photographs: 2 painted, 2 not painted (q/b.txt, ...)");
    assert_true(exists("o/a.png") && exists("o/b.png.png"));
    assert_false(exists("o/b.txt.png"));
}

/* Only the same photograph, settings, styles and result are done. */
static void a_second_run_skips_what_is_done(void **state) {
    (void)state;
    done("rm -rf o && $SG paint p s.png" SMALL "-o o");
    Outcome o = shell("$SG paint p s.png" SMALL "-o o --threads 2");
    assert_int_equal(o.status, 0);
    says(&o, "1 of 2 p/a.png: o/a.png is done\n");
    says(&o, "2 photographs: 0 painted, 2 done before\n");
    /* By content, not by name or date. */
    o = shell("cp s.png t.png; touch p/a.png; $SG paint p t.png" SMALL "-o o");
    says(&o, "0 painted, 2 done before");
    static const char *const changed[][2] = {
        {"$SG paint p s.png" SMALL "-o o --steps 3", "2 painted"},
        {"$SG paint p s.png" SMALL "-o o --colors luminance", "2 painted"},
        {"$SG paint p c.png" SMALL "-o o", "2 painted"},
        {"$SG paint p s.png" SMALL "-o o --weights random:4", "2 painted"},
        {"$SG paint p s.png" SMALL "-o o --type jpg", "2 painted"},
        {"$SG paint p s.png" SMALL "-o o", "2 painted"}, /* other settings lay there */
        {"rm o/b.png; $SG paint p s.png" SMALL "-o o", "1 painted, 1 done before"},
        {"echo more >>o/b.png; $SG paint p s.png" SMALL "-o o", "1 painted, 1 done"},
        {"cp c.png d.png; cp s.png p/a.png; $SG paint p s.png" SMALL "-o o",
         "1 painted, 1 done before"},
        {"cp d.png p/a.png; rm o/.stylegrad-done; $SG paint p s.png" SMALL "-o o",
         "2 painted"},
    };
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
        o = shell(changed[i][0]);
        if (!strstr(o.err, changed[i][1]))
            fail_msg("%s: no \"%s\" in: %s", changed[i][0], changed[i][1], o.err);
    }
}

/* A record whose last line was cut off, or that holds anything, is no reason to stop. */
static void a_damaged_record_is_no_record(void **state) {
    (void)state;
    done("rm -rf o && $SG paint p s.png" SMALL "-o o");
    Outcome o = shell("cd o && head -c 200 .stylegrad-done >r && mv r .stylegrad-done && "
                      "cd .. && $SG paint p s.png" SMALL "-o o");
    says(&o, "1 painted, 1 done before");
    o = shell("$SG paint p s.png" SMALL "-o o");
    says(&o, "0 painted, 2 done before");
    o = shell("head -c 5000 /dev/urandom >o/.stylegrad-done; $SG paint p s.png" SMALL
              "-o o");
    assert_int_equal(o.status, 0);
    says(&o, "2 photographs: 2 painted\n");
}

/* Ctrl-C in the second picture: the first is done, the second is not, and the same command
 * goes on. */
static void a_signal_ends_between_pictures(void **state) {
    (void)state;
    Outcome o = shell("rm -rf o; timeout -s INT 3 $SG paint p c.png --style s.png" SMALL
                      "--steps 1000000 -o o");
    assert_int_equal(o.status, 124); /* timeout's */
    says(&o, "3 photographs: 0 painted, 3 left for the same command");
    says_not(&o, "2 of 3");
    assert_true(exists("o/a.png")); /* as far as it is, but not done */
    assert_false(exists("o/.stylegrad-done"));
    nothing_hidden_stays();
}

static void each_has_its_own_record(void **state) {
    (void)state;
    done("rm -rf o m t && $SG paint p s.png" SMALL "-o o --trace t/ --manifest m && "
         "test -s t/a.csv && test -s t/b.csv && $SG rerun m/b.json -o again.png "
         "--trust-inputs && cmp again.png o/b.png");
    refused("$SG paint p s.png" SMALL "-o o --trace t.csv", 1,
            "--trace t.csv: of many photographs each has its own file; name a folder, "
            "such as trace/");
}

static void wrong_lines_are_refused_before_the_work(void **state) {
    (void)state;
    static const struct {
        const char *line;
        int status;
        const char *words;
    } cases[] = {
        {"$SG paint p -o o/", 2, "wants CONTENT STYLE [STYLE...], got 1"},
        {"$SG paint p/a.png p/b.png --style s.png -o x.png", 2,
         "2 photographs cannot all become x.png; name a folder with -o DIR/"},
        {"$SG paint p s.png -o x.png", 1,
         "p: is a folder; name one for the results, too, with -o DIR/"},
        {"$SG paint p s.png -o p", 1, "p: is also the folder of -o"},
        {"$SG paint c.png s.png -o .", 1, "c.png: would be replaced by a picture"},
        {"mkdir -p e; $SG paint e s.png -o o", 1, "e: holds no file"},
        {"mkdir -p x y; cp c.png x; cp c.png y; $SG paint x y s.png -o o", 1,
         "x/c.png and y/c.png would both become o/c.png.png; paint them into two "
         "folders"},
        {"$SG paint p gone.png -o o", 1, "gone.png"},
        {"$SG paint p --style - -o o", 2, "--style: wants a file"},
        {"$SG paint p s.png -o o --checkpoint k", 1,
         "--checkpoint: is for one photograph"},
        {"$SG paint p s.png -o o --save-every 2", 1, "--save-every: is for one"},
        {"$SG paint p s.png -o o --timelapse t.gif", 1, "--timelapse: is for one"},
        {"$SG paint p s.png -o s.png/", 1, "s.png"},
        {"$SG paint p s.png -o o --weights gone.npz", 1, "gone.npz"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(cases[i].line, cases[i].status, cases[i].words);
}

static void a_plan_is_that_of_the_first(void **state) {
    (void)state;
    Outcome o = shell("rm -rf o; $SG paint p s.png" SMALL "-o o --plan");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.out, "the first of 2 photographs:"));
    assert_false(exists("o"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_are_the_bits_of_single_runs),
        cmocka_unit_test(what_cannot_be_painted_is_reported),
        cmocka_unit_test(a_second_run_skips_what_is_done),
        cmocka_unit_test(a_damaged_record_is_no_record),
        cmocka_unit_test(a_signal_ends_between_pictures),
        cmocka_unit_test(each_has_its_own_record),
        cmocka_unit_test(wrong_lines_are_refused_before_the_work),
        cmocka_unit_test(a_plan_is_that_of_the_first),
    };
    return cmocka_run_group_tests(tests, make_photos, remove_folder);
}
