/* train-features --checkpoint and --resume from outside: what is kept, what is refused, and
 * what is left when a disk is full, a folder is read-only or a pipe is closed. That killed
 * trainings continue is in test_killed_training.c, and after every step in
 * test_training.c. */
#include "tests/app_training.h"

#define SAVED "--checkpoint run.checkpoint"

/* Of whole.* nothing is changed. */
static void forget_training(void) {
    done("rm -f run.* killed.* stopped.* other.* kept.*");
}

/* The weights are normalised anew, the rows come from the checkpoint: seconds, too. */
static void a_finished_training_is_written_once_more(void **state) {
    (void)state;
    done("mv whole.safetensors kept.safetensors; mv whole.csv kept.csv");
    done("$SG train-features --resume whole.checkpoint");
    done("cmp whole.safetensors kept.safetensors && cmp whole.csv kept.csv && test $(wc "
         "-l <whole.csv) = 2");
    forget_training();
}

/* From step 6 of 12. */
static void outputs_can_be_named_anew(void **state) {
    (void)state;
    done("$SG train-features --resume whole.checkpoint.previous -o other.safetensors "
         "--trace other.csv --checkpoint other.checkpoint --checkpoint-every 5s "
         "--threads 2");
    done("cmp other.safetensors whole.safetensors");
    same_rows("other.csv", "whole.csv");
    assert_true(exists("other.checkpoint"));
    forget_training();
}

/* The signal comes between two steps, or during the setup of the training; the row that a
 * training makes when it is stopped is not in the trace of one that goes on. */
static void a_training_that_was_stopped_continues(void **state) {
    (void)state;
    const pid_t child = begin("exec $SG $T 12 -o stopped.safetensors --trace stopped.csv "
                              "--checkpoint-every 1 " SAVED);
    for (int i = 0; i < 300000 && !exists("run.checkpoint"); i++)
        usleep(1000);
    kill(child, SIGTERM);
    const Outcome o = end(child);
    assert_true(exists("stopped.safetensors") && exists("stopped.csv"));
    if (o.status != 0) { /* else the last step was over already */
        assert_int_equal(o.status, 128 + SIGTERM);
        assert_non_null(strstr(o.err, "saved stopped.safetensors after "));
    }
    nothing_hidden_stays();
    done("$SG train-features --resume run.checkpoint");
    done("cmp stopped.safetensors whole.safetensors");
    same_rows("stopped.csv", "whole.csv");
    forget_training();
}

static void settings_are_those_of_the_checkpoint(void **state) {
    (void)state;
    static const char *const settled[] = {
        "--steps 20", "--lr 1",      "--batch 4", "--seed 2",
        "--half",     "--painted 0", "--size 32", "--teacher teacher.safetensors"};
    char line[256];
    for (size_t i = 0; i < sizeof settled / sizeof *settled; i++) {
        snprintf(line, sizeof line, "$SG train-features --resume whole.checkpoint %s",
                 settled[i]);
        refused(line, 2, "a run that is continued keeps the settings");
    }
    refused("$SG train-features c.png --resume whole.checkpoint", 2, "leave out c.png");
    refused("$SG train-features --resume whole.checkpoint --checkpoint-every 0s", 2,
            "30s");
}

/* Of another command, of another kind of file, of a part of one, or of none. */
static void other_checkpoints_are_refused(void **state) {
    (void)state;
    done("$SG $P -o other.png --checkpoint other.checkpoint");
    refused("$SG paint --resume whole.checkpoint", 1,
            "whole.checkpoint: is a checkpoint of train-features, not of paint; continue "
            "it with 'stylegrad train-features --resume'");
    refused("$SG train-features --resume other.checkpoint", 1,
            "other.checkpoint: is a checkpoint of paint, not of train-features; continue "
            "it with 'stylegrad paint --resume'");
    refused("$SG train-features --resume teacher.safetensors", 1, "is no checkpoint");
    refused("$SG train-features --resume c.png", 1, "c.png");
    refused("$SG train-features --resume none", 1, "none");
    done("head -c 100000 whole.checkpoint >run.cut");
    refused("$SG train-features --resume run.cut", 1, "run.cut");
    forget_training();
}

/* One letter of the variant is changed: the header is not in the hash, and keeps its
 * length. */
static void the_other_width_is_refused(void **state) {
    (void)state;
    done("LC_ALL=C sed 's/\\(variant[\\\\\": ]*\\)[fd]/\\1x/' whole.checkpoint "
         ">run.other");
    refused("$SG train-features --resume run.other", 1, "this program computes in");
    forget_training();
}

/* Other bytes under the same names. */
static void changed_inputs_are_refused(void **state) {
    (void)state;
    done("cp teacher.safetensors kept.safetensors; cp s.png kept.png");
    put_teacher("teacher.safetensors", "vgg19_small16x", 2);
    refused("$SG train-features --resume whole.checkpoint", 1,
            "teacher.safetensors: is not the file that the run has read");
    done("cp kept.safetensors teacher.safetensors; cp c.png s.png");
    refused("$SG train-features --resume whole.checkpoint", 1,
            "s.png: is not the file that the run has read");
    done("rm s.png");
    refused("$SG train-features --resume whole.checkpoint", 1, "s.png");
    done("mv kept.png s.png");
    forget_training();
}

/* A stranger's checkpoint reads nothing and writes nothing elsewhere on its own word. */
static void other_folders_need_a_word(void **state) {
    (void)state;
    done("mkdir near && cp c.png s.png near/ && cp whole.checkpoint near/run.checkpoint "
         "&& ln -s ../teacher.safetensors near/");
    refused("cd near; $SG train-features --resume run.checkpoint", 1, "--trust-inputs");
    done("cd near; sed 's/whole.safetensors/..\\/whole.safetens/' run.checkpoint "
         ">run.other");
    refused("cd near; $SG train-features --resume run.other --trust-inputs", 1,
            "say --out");
    done("cd near; $SG train-features --resume run.other --trust-inputs -o "
         "other.safetensors && cmp other.safetensors ../whole.safetensors");
    assert_false(exists("whole.safetens"));
    done("rm -r near");
}

/* Files are compared before the work; a pipe could not be read again. */
static void a_checkpoint_is_written_over_nothing(void **state) {
    (void)state;
    refused("$SG $T 10 -o w.safetensors --checkpoint c.png", 1, "--checkpoint");
    refused("$SG $T 10 -o w.safetensors --checkpoint teacher.safetensors", 1,
            "--checkpoint");
    refused("$SG $T 10 -o x.previous --checkpoint x", 1, "x.previous");
    refused("$SG $T 10 --trace t.csv -o w.safetensors --checkpoint t.csv", 1, "t.csv");
    refused("$SG $T 10 -o w.safetensors --checkpoint /dev/null", 1, "regular file");
    refused("$SG $T 10 -o w.safetensors --checkpoint no/folder", 1, "no/folder");
    refused("cat c.png | $SG $T 10 /dev/stdin -o w.safetensors " SAVED, 1,
            "could not be read again");
    assert_false(exists("w.safetensors") || exists("run.checkpoint"));
}

/* Weights fit into 12000 blocks of 512 bytes (2.6 MB, or 5.3 MB in double), the state of
 * the training does not (9 or 18 MB). */
static void a_full_disk_keeps_the_last_checkpoint(void **state) {
    (void)state;
    Outcome o = shell("ulimit -f 12000; $SG $T 10 -o killed.safetensors " SAVED);
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "cannot write run.checkpoint"));
    assert_non_null(strstr(o.err, "there is no checkpoint yet, the run goes on"));
    assert_true(exists("killed.safetensors"));
    assert_false(exists("run.checkpoint"));
    done("cp whole.checkpoint.previous run.checkpoint");
    o = shell("ulimit -f 12000; $SG train-features --resume run.checkpoint --checkpoint "
              "run.checkpoint -o other.safetensors --trace other.csv");
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "the checkpoint of step 6 is kept, the run goes on"));
    done("cmp run.checkpoint whole.checkpoint.previous; cmp other.safetensors "
         "whole.safetensors");
    o = shell("ulimit -f 100; $SG train-features --resume run.checkpoint --checkpoint "
              "run.checkpoint -o other.safetensors");
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "cannot write other.safetensors"));
    assert_non_null(strstr(o.err, "the checkpoint of step 6 is kept in run.checkpoint"));
    done("cmp run.checkpoint whole.checkpoint.previous; cmp other.safetensors "
         "whole.safetensors");
    nothing_hidden_stays();
    forget_training();
}

/* A disk of its own, which becomes read-only after the first checkpoint: the training goes
 * on, the weights are saved elsewhere, and each message says where things are. The trace,
 * which is open on that disk, is not: a disk is not made read-only as long as a file is
 * being written there. */
static void a_disk_that_becomes_read_only_loses_nothing(void **state) {
    (void)state;
    if (shell("mkdir -p disk; unshare -m mount -t tmpfs none disk").status != 0) {
        print_message("no rights to mount a disk\n");
        skip();
    }
    const Outcome o = shell(
        "unshare -m sh -c 'mount -t tmpfs none disk; $SG $T 20 -o disk/w.safetensors "
        "--checkpoint-every 1 --checkpoint disk/run.checkpoint & p=$!; until test -e "
        "disk/run.checkpoint && mount -o remount,ro disk 2>/dev/null || ! kill -0 $p; do "
        "sleep 0.01; done; wait $p; echo $? >status; $SG train-features --resume "
        "disk/run.checkpoint -o killed.safetensors --checkpoint other.checkpoint'");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "cannot write disk/run.checkpoint"));
    assert_non_null(strstr(o.err, "is kept, the run goes on"));
    assert_non_null(strstr(o.err, "it is saved as ./stylegrad-saved-"));
    done("test $(cat status) = 1 && cmp stylegrad-saved-* killed.safetensors && rm "
         "stylegrad-saved-*");
    forget_training();
}

/* The reader of the report goes away: the training does not. */
static void a_closed_pipe_loses_nothing(void **state) {
    (void)state;
    done("($SG train-features --resume whole.checkpoint.previous -o killed.safetensors "
         "--trace killed.csv " SAVED "; echo $? >status) | true; test $(cat status) = "
         "141");
    done("cmp killed.safetensors whole.safetensors");
    same_rows("killed.csv", "whole.csv");
    assert_true(exists("run.checkpoint"));
    nothing_hidden_stays();
    forget_training();
}

/* Neither by another output of a run that continues it, nor unsaid by a new run. */
static void a_checkpoint_is_not_replaced_unseen(void **state) {
    (void)state;
    refused("$SG train-features --resume whole.checkpoint --checkpoint run.checkpoint "
            "--trace whole.checkpoint",
            1, "--resume");
    done("cp whole.checkpoint run.checkpoint");
    const Outcome o = shell("$SG $T 10 -o killed.safetensors " SAVED);
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "run.checkpoint: is a checkpoint, which this new run "
                                  "replaces; 'stylegrad train-features --resume'"));
    done("cmp run.checkpoint.previous whole.checkpoint");
    forget_training();
}

/* A photograph that is no image is found when it is drawn. It is the first of 50, which
 * only measures: the first report, after the last of 10 steps, finds it. What was learned
 * is saved, and the last checkpoint is named. */
static void a_photograph_that_cannot_be_read_loses_nothing(void **state) {
    (void)state;
    done("cp c.png kept.png; head -c 40 kept.png >first.png");
    const Outcome o = shell("set -- $T; shift 2; $SG train-features first.png \"$@\" 10 "
                            "-o killed.safetensors --checkpoint-every 4 " SAVED);
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "first.png"));
    assert_non_null(strstr(o.err, "; the checkpoint of step 8 is kept in "
                                  "run.checkpoint"));
    assert_non_null(strstr(o.err, "saved killed.safetensors after 10 of 10 steps"));
    assert_true(exists("killed.safetensors"));
    forget_training();
}

static int make_all(void **state) {
    if (make_training(state)) return -1;
    const Outcome o = shell("$SG $T 12 -o whole.safetensors --trace whole.csv "
                            "--checkpoint whole.checkpoint --checkpoint-every 6");
    assert_int_equal(o.status, 0);
    assert_string_equal(o.err, "");
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finished_training_is_written_once_more),
        cmocka_unit_test(outputs_can_be_named_anew),
        cmocka_unit_test(a_training_that_was_stopped_continues),
        cmocka_unit_test(settings_are_those_of_the_checkpoint),
        cmocka_unit_test(other_checkpoints_are_refused),
        cmocka_unit_test(the_other_width_is_refused),
        cmocka_unit_test(changed_inputs_are_refused),
        cmocka_unit_test(other_folders_need_a_word),
        cmocka_unit_test(a_checkpoint_is_written_over_nothing),
        cmocka_unit_test(a_full_disk_keeps_the_last_checkpoint),
        cmocka_unit_test(a_disk_that_becomes_read_only_loses_nothing),
        cmocka_unit_test(a_closed_pipe_loses_nothing),
        cmocka_unit_test(a_checkpoint_is_not_replaced_unseen),
        cmocka_unit_test(a_photograph_that_cannot_be_read_loses_nothing),
    };
    return cmocka_run_group_tests(tests, make_all, remove_folder);
}
