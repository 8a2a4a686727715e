/* Any style from outside: train-any-style and stylize --style: what they make, what they
 * say, what they refuse, and that a training that was ended goes on to the same bytes. */
#include "tests/same_rows.h"

#define SAVED "--checkpoint run.checkpoint"
#define ANY "$SG stylize --decoder any.safetensors "

static int make_all(void **state) {
    if (make_folder(state)) return -1;
    put_image("art.png", 64, 80);
    put_image("p.png", 72, 66);
    put_image("large.png", 150, 140);
    done("mkdir gallery && cp art.png gallery");
    setenv("T", "train-any-style p.png --styles gallery --styles p.png --batch 1 --steps",
           1);
    setenv("OMP_NUM_THREADS", "1", 1);
    done("$SG $T 4 --last-size 72 --light 0.5 -o any.safetensors --trace whole.csv "
         "--checkpoint whole.checkpoint --checkpoint-every 2");
    return 0;
}

/* Of any.* and whole.* nothing is changed. */
static void forget(void) {
    done("rm -rf run.* out.* other.* pictures");
}

/* 577 thousand numbers of two bytes, and a header: at most 1.3 MB. */
static void a_decoder_is_trained(void **state) {
    (void)state;
    done("test $(wc -c <any.safetensors) -gt 1150000");
    done("test $(wc -c <any.safetensors) -lt 1300000");
    const Outcome o = shell("$SG $T 1 -o out.safetensors --preview out.png >out.txt");
    assert_int_equal(o.status, 0);
    done("grep -q '^1 photographs, 2 paintings, 1 of each an update, squares of 64 to '"
         "'128 pixels, 1 updates$' out.txt");
    done("grep -q '^update     1 of 1  128 px  loss .* 0:00 left$' out.txt");
    done("$SG stylize --style art.png --decoder out.safetensors out.png -o other.png");
    done("$SG $T 1 --light 0.4 -o other.safetensors && cmp out.safetensors "
         "other.safetensors");
    done("$SG $T 1 --light 0 -o other.safetensors && ! cmp -s out.safetensors "
         "other.safetensors");
    done("head -1 whole.csv | grep -q '^step,side,total,content,style,tv,seconds$'");
    forget();
}

/* From update 2 of 4, and with squares of another side; paintings are a folder and a file.
 */
static void a_training_goes_on_to_the_same_bytes(void **state) {
    (void)state;
    done("$SG train-any-style --resume whole.checkpoint.previous -o other.safetensors "
         "--trace other.csv --checkpoint other.checkpoint --threads 2");
    done("cmp other.safetensors any.safetensors");
    same_rows("other.csv", "whole.csv");
    refused("$SG train-style --resume whole.checkpoint", 1,
            "is a checkpoint of train-any-style");
    forget();
}

static void trainings_that_cannot_work_are_refused(void **state) {
    (void)state;
    refused("$SG train-any-style", 2, "PHOTOS");
    refused("$SG $T 0", 2, "--steps");
    refused("$SG $T 1 --size 32", 2, "--size");
    refused("$SG $T 1 --size 96 --last-size 64", 1,
            "--last-size 64 is smaller than the 96 of --size");
    refused("$SG $T 1 --style-weight 0", 1, "must be above 0");
    refused("$SG $T 1 --light 4.5", 2, "--light");
    refused("$SG $T 1 --light -1", 2, "--light");
    refused("$SG $T 1 --styles none.png", 1, "none.png");
    refused("$SG $T 1 --memory-limit 1M", 1, "a smaller --batch or --last-size");
    refused("$SG $T 1 -o p.png", 1, "p.png");
    refused(
        "$SG $T 1 -o gallery/any.safetensors", 1,
        "-o would write gallery/any.safetensors into the folder of --styles, gallery");
    refused("$SG $T 1 --trace gallery/../gallery/t.csv", 1,
            "into the folder of --styles, gallery; choose another folder");
    refused("$SG $T 1 -o no/folder", 1, "no/folder");
    refused("$SG $T 1 --preview out.txt", 1, "out.txt");
    refused("$SG train-any-style none.png", 1, "none.png");
}

static void parts_paint_what_the_whole_does(void **state) {
    (void)state;
    done(ANY "--style art.png large.png -o out.ppm");
    done(ANY "--style art.png large.png --tile 128 -o other.ppm");
    done(ANY "--style art.png:3 large.png -o out.again.ppm && cmp out.ppm out.again.ppm");
    done("cmp -l out.ppm other.ppm | awk '{d = strtonum(\"0\" $2) - strtonum(\"0\" $3)} "
         "d > 1 || d < -1 {exit 1}' || cmp out.ppm other.ppm");
    forget();
}

/* What is painted depends on each of these. */
static void styles_are_mixed_and_blended(void **state) {
    (void)state;
    done(ANY "--style art.png p.png -o out.a.ppm");
    done(ANY "--style art.png --style large.png:2 p.png -o out.b.ppm");
    done(ANY "--style art.png --style large.png p.png -o out.c.ppm");
    done(ANY "--style art.png --alpha 0.5 p.png -o out.d.ppm");
    done(ANY "--style art.png --style-size 64 p.png -o out.e.ppm");
    done("test $(sha256sum out.?.ppm | cut -c1-64 | sort -u | wc -l) = 5");
    done(ANY "--style art.png --alpha 0 p.png -o out.ppm");
    done(ANY "--style large.png --alpha 0 p.png -o other.ppm");
    done("cmp out.ppm other.ppm");
    forget();
}

static void a_folder_is_painted_once(void **state) {
    (void)state;
    done(ANY "--style art.png p.png large.png -o pictures/");
    assert_true(exists("pictures/p.png") && exists("pictures/large.png"));
    done("rm pictures/p.png && touch -d 2001-01-01 pictures/large.png");
    done(ANY "--style art.png p.png large.png -o pictures/");
    assert_true(exists("pictures/p.png"));
    done("test $(date -r pictures/large.png +%Y) = 2001");
    done(ANY "--style art.png --alpha 0.5 p.png large.png -o pictures/");
    done("test $(date -r pictures/large.png +%Y) != 2001");
    forget();
}

/* A name with a colon is a file when there is one. */
static void weights_of_styles_are_read(void **state) {
    (void)state;
    done("cp art.png odd:2");
    done(ANY "--style odd:2 p.png -o out.ppm && " ANY
             "--style art.png p.png -o other.ppm");
    done("cmp out.ppm other.ppm && rm odd:2");
    refused(ANY "--style art.png:0 p.png -o out.png", 1,
            "--style art.png:0: \"0\" is no weight, which is a number above 0");
    refused(ANY "--style art.png:x p.png -o out.png", 1, "\"x\" is no weight");
    refused(ANY "--style art.png:1e999 p.png -o out.png", 1, "is no weight");
    refused(ANY "--style '' p.png -o out.png", 2, "--style");
    forget();
}

static void what_cannot_be_painted_is_refused(void **state) {
    (void)state;
    put_image("tiny.png", 15, 40);
    refused(ANY "--style none.png p.png -o out.png", 1, "none.png");
    refused(ANY "--style art.png none.png -o out.png", 1, "none.png");
    refused(ANY "--style art.png tiny.png -o out.png", 1,
            "tiny.png: the picture is too "
            "small: any style paints at");
    refused(ANY "--style tiny.png p.png -o out.png", 1,
            "tiny.png: is 40 x 15 pixels; each side needs");
    refused(ANY "--style art.png p.png -o art.png", 1, "art.png");
    refused(ANY "--style art.png --alpha 1.5 p.png -o out.png", 2, "--alpha");
    refused(ANY "any.safetensors p.png -o out.png", 2, "add --style PAINTING");
    refused("$SG stylize p.png -o out.png", 2, "or --style PAINTING and a PHOTO");
    refused("$SG stylize --style art.png -o out.png", 2, "PHOTO");
    refused("$SG stylize --style art.png --decoder art.png p.png -o out.png", 1,
            "art.png: no decoder of any style (PNG)");
    assert_false(exists("out.png"));
    forget();
}

/* A step that changes nothing leaves the first image. */
static void an_optimisation_starts_from_the_picture_of_one_pass(void **state) {
    (void)state;
    done("$SG paint p.png art.png --init stylized --decoder any.safetensors --size 64 "
         "--pyramid 1 --steps 1 --optim gd --lr 1e-12 --manifest out.json -o out.ppm");
    done(ANY "--style art.png --size 64 p.png -o other.ppm");
    done("cmp -l out.ppm other.ppm | awk '{d = strtonum(\"0\" $2) - strtonum(\"0\" $3)} "
         "d > 1 || d < -1 {exit 1}' || cmp out.ppm other.ppm");
    done("$SG rerun out.json --trust-inputs -o out.again.ppm && cmp out.ppm "
         "out.again.ppm");
    refused("$SG paint p.png art.png --init stylized --decoder art.png -o out.png", 1,
            "art.png: no decoder of any style");
    refused("$SG paint p.png art.png --init stylized --decoder out.png -o out.png", 1,
            "out.png");
    refused("$SG paint p.png art.png --init-with stylized -o out.png", 2, "--init-with");
    forget();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_decoder_is_trained),
        cmocka_unit_test(a_training_goes_on_to_the_same_bytes),
        cmocka_unit_test(trainings_that_cannot_work_are_refused),
        cmocka_unit_test(parts_paint_what_the_whole_does),
        cmocka_unit_test(styles_are_mixed_and_blended),
        cmocka_unit_test(a_folder_is_painted_once),
        cmocka_unit_test(weights_of_styles_are_read),
        cmocka_unit_test(what_cannot_be_painted_is_refused),
        cmocka_unit_test(an_optimisation_starts_from_the_picture_of_one_pass),
    };
    return cmocka_run_group_tests(tests, make_all, remove_folder);
}
