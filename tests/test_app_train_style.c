/* train-style from outside: what it makes, what it says, what it refuses, and that a run
 * which was ended goes on to the same bytes. */
#include "tests/same_rows.h"

#define SAVED "--checkpoint run.checkpoint"

static int make_all(void **state) {
    if (make_folder(state)) return -1;
    put_image("art.png", 64, 80);
    put_image("p.png", 40, 48);
    setenv("T",
           "train-style art.png p.png --batch 1 --size 32 --last-size 36 "
           "--content-layers relu1_2 --style-layers relu1_1,relu2_1 --steps",
           1);
    setenv("OMP_NUM_THREADS", "1", 1);
    done("mkdir few && cp p.png few/1.png && cp c.png few/2.PNG");
    done("$SG $T 6 -o whole.style --trace whole.csv --checkpoint whole.checkpoint "
         "--checkpoint-every 3");
    return 0;
}

/* Of whole.* nothing is changed. */
static void forget(void) {
    done("rm -f run.* out.* other.*");
}

/* 276,131 numbers of two bytes, and a header: at most 0.6 MB. */
static void one_photograph_becomes_a_style(void **state) {
    (void)state;
    const Outcome o = shell("$SG $T 2 -o out.style --preview out.png --trace out.csv");
    assert_int_equal(o.status, 0);
    assert_string_equal(o.err, "");
    done("test $(wc -c <out.style) -gt 552262 && test $(wc -c <out.style) -lt 600000");
    done("test $(wc -l <out.csv) = 2 && grep -q "
         "'^step,side,total,content,style,tv,stability,seconds$' out.csv");
    done("$SG eval p.png art.png --image out.png --json");
    forget();
}

static void the_number_of_missing_updates_is_said(void **state) {
    (void)state;
    done("$SG $T 2 -o out.style >out.txt");
    done("grep -q '^2 updates are 1998 fewer than the 2000 ' out.txt");
    done("grep -q '^update     2 of 2  36 px  loss .* 0:00 left$' out.txt");
    forget();
}

static void photographs_come_from_anywhere(void **state) {
    (void)state;
    done("tar --format=ustar -cf few.tar few");
    done("$SG train-style art.png few few.tar p.png --batch 1 --size 32 --last-size 32 "
         "--steps 1 -o out.style >out.txt");
    done("grep -q '^5 photographs, 1 squares an update' out.txt");
    const Outcome o = shell("$SG train-style art.png --batch 1 --size 32 --last-size 32 "
                            "--steps 1 -o out.style");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "no photograph is named"));
    forget();
}

static void small_photographs_are_named(void **state) {
    (void)state;
    const Outcome o = shell("$SG $T 1 c.png -o out.style");
    assert_int_equal(o.status, 0);
    assert_string_equal(o.err, "1 of 2 photographs have a side below 36 pixels and are "
                               "enlarged, so they are blurred\n");
    forget();
}

static void what_cannot_work_is_refused(void **state) {
    (void)state;
    refused("$SG train-style", 2, "PAINTING");
    refused("$SG $T 0", 2, "--steps");
    refused("$SG $T 1 --size 16", 2, "--size");
    refused("$SG $T 1 --last-size 1000", 2, "--last-size");
    refused("$SG $T 1 --size 64", 1, "--last-size 36 is smaller than the 64 of --size");
    refused("$SG $T 1 --style-weight 0", 1, "must be above 0");
    refused("$SG $T 1 --content-weight -1", 2, "--content-weight");
    refused("$SG $T 1 --style-layers relu9_9", 1, "relu9_9");
    refused("$SG $T 1 --content-layers relu1_2:0", 1, "the weight of relu1_2");
    refused("$SG train-style s.png p.png --steps 1", 1,
            "s.png: 24 x 20 pixels are too few for a style");
    refused("$SG train-style none.png p.png", 1, "none.png");
    refused("$SG train-style art.png none.png", 1, "none.png");
    refused("$SG $T 1 --memory-limit 1M", 1, "a smaller --batch or --last-size");
    refused("$SG $T 1 -o art.png", 1, "art.png");
    refused("$SG $T 1 -o p.png", 1, "p.png");
    refused("$SG $T 1 -o no/folder.style", 1, "no/folder.style");
    refused("$SG $T 1 --preview out.txt", 1, "out.txt");
    refused("$SG $T 1 --preview whole.csv.png --trace whole.csv.png", 1, "whole.csv.png");
    refused("$SG $T 1 --weights whole.style -o out.style", 1, "whole.style");
    assert_false(exists("out.style"));
}

static void a_folder_with_a_text_in_it_is_refused(void **state) {
    (void)state;
    done("mkdir mixed empty; cp p.png mixed/; echo hello >mixed/notes.txt");
    refused("$SG train-style art.png mixed -o out.style", 1,
            "mixed/notes.txt: is no .jpg or .png");
    refused("$SG train-style art.png empty -o out.style", 1, "empty");
    done("mv mixed/notes.txt mixed/notes.jpg");
    refused("$SG train-style art.png mixed -o out.style", 1, "mixed/notes.jpg");
    done("rm -r mixed empty");
}

/* From update 3 of 6, with squares of another side. */
static void a_run_goes_on_to_the_same_bytes(void **state) {
    (void)state;
    done("$SG train-style --resume whole.checkpoint.previous -o other.style --trace "
         "other.csv --checkpoint other.checkpoint --threads 2 --preview other.png");
    done("cmp other.style whole.style");
    same_rows("other.csv", "whole.csv");
    assert_true(exists("other.png"));
    forget();
}

static void a_run_that_is_stopped_keeps_what_it_has(void **state) {
    (void)state;
    const pid_t child = begin("exec $SG $T 6 -o out.style --trace out.csv "
                              "--checkpoint-every 1 " SAVED);
    for (int i = 0; i < 300000 && !exists("run.checkpoint"); i++)
        usleep(1000);
    kill(child, SIGTERM);
    const Outcome o = end(child);
    assert_true(exists("out.style"));
    if (o.status != 0) { /* else the last update was over already */
        assert_int_equal(o.status, 128 + SIGTERM);
        assert_non_null(strstr(o.err, "saved out.style after "));
    }
    nothing_hidden_stays();
    done("$SG train-style --resume run.checkpoint");
    done("cmp out.style whole.style");
    same_rows("out.csv", "whole.csv");
    forget();
}

/* A folder counts with all files in it. */
static void a_changed_folder_is_refused(void **state) {
    (void)state;
    done("$SG train-style art.png few --batch 1 --size 32 --last-size 32 --steps 2 "
         "--checkpoint-every 1 -o out.style " SAVED);
    done("cp out.style other.style && $SG train-style --resume run.checkpoint.previous "
         "--checkpoint run.again && cmp out.style other.style");
    done("cp p.png few/3.png");
    refused("$SG train-style --resume run.checkpoint", 1,
            "few: is not the file that the run has read");
    done("rm few/3.png");
    refused("$SG train-style --resume run.checkpoint --steps 9", 2, "keeps the settings");
    refused("$SG train-features --resume run.checkpoint", 1,
            "is a checkpoint of train-style");
    forget();
}

static void a_preview_that_cannot_be_written_ends_nothing(void **state) {
    (void)state;
    done("mkdir gone");
    const Outcome o = shell("$SG $T 4 -o out.style --preview gone/now.png "
                            "--preview-every 1 | while read line; do rm -rf gone; done");
    assert_int_equal(o.status, 0);
    assert_true(exists("out.style"));
    assert_non_null(strstr(o.err, "gone/now.png"));
    forget();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_photograph_becomes_a_style),
        cmocka_unit_test(the_number_of_missing_updates_is_said),
        cmocka_unit_test(photographs_come_from_anywhere),
        cmocka_unit_test(small_photographs_are_named),
        cmocka_unit_test(what_cannot_work_is_refused),
        cmocka_unit_test(a_folder_with_a_text_in_it_is_refused),
        cmocka_unit_test(a_run_goes_on_to_the_same_bytes),
        cmocka_unit_test(a_run_that_is_stopped_keeps_what_it_has),
        cmocka_unit_test(a_changed_folder_is_refused),
        cmocka_unit_test(a_preview_that_cannot_be_written_ends_nothing),
    };
    return cmocka_run_group_tests(tests, make_all, remove_folder);
}
