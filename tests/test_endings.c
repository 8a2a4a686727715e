/* How a run ends: signals, a gnuplot that hangs, full disks, folders that go away, closed
 * streams. What there is is saved, and nothing hidden stays. */
#include "tests/shell.h"
#include "tests/teacher.h"

static void wait_for(const char *name) {
    for (int i = 0; i < 300000 && !exists(name); i++)
        usleep(1000);
}

/* A run without end, of which the second image is there. */
static pid_t begin_long(const char *more) {
    char line[512];
    snprintf(line, sizeof line, "exec $SG $P --steps 1000000 --save-every 2 -o r.png %s",
             more);
    const pid_t child = begin(line);
    wait_for("r-00004.png");
    return child;
}

static void forget_run(void) {
    done("rm -f r.* r-* plot.*");
}

static void every_polite_signal_ends_a_run_and_saves_it(void **state) {
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < 3; i++) {
        const pid_t child = begin_long("--trace r.csv --manifest r.json");
        kill(child, signals[i]);
        const Outcome o = end(child);
        assert_int_equal(o.status, 128 + signals[i]);
        assert_non_null(strstr(o.err, "stopped on request"));
        assert_true(exists("r.png") && exists("r.csv") && exists("r.json"));
        nothing_hidden_stays();
        done("$SG rerun r.json -o again.png && cmp r.png again.png");
        forget_run();
    }
}

/* A manifest whose run was asked to stop while it did its last step. */
static void a_request_during_the_last_step_stops_nothing(void **state) {
    (void)state;
    done("$SG $P --steps 2 -o r.png --manifest r.json");
    done("sed 's/\"stopped\": false/\"stopped\": true/' r.json > r.stopped.json");
    done("$SG rerun r.stopped.json -o r.again.png 2> r.err; grep -q 'all steps are done "
         "after 2 of 2' r.err");
    forget_run();
}

/* timeout(1) sends its signal to the program and to its group; a terminal that closes
 * sends SIGHUP, and so does the shell in it. */
static void signals_of_one_moment_are_one(void **state) {
    (void)state;
    const pid_t child = begin_long("--trace r.csv");
    kill(child, SIGTERM);
    kill(child, SIGTERM);
    kill(child, SIGHUP);
    assert_true(end(child).status > 128);
    assert_true(exists("r.png") && exists("r.csv"));
    nothing_hidden_stays();
    forget_run();
}

/* nohup ignores SIGHUP, and the program leaves it so. */
static void an_ignored_signal_stays_ignored(void **state) {
    (void)state;
    const pid_t child = begin("trap '' HUP; exec $SG $P --steps 1000000 --save-every 2 "
                              "-o r.png");
    wait_for("r-00004.png");
    kill(child, SIGHUP);
    usleep(200000);
    assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
    kill(child, SIGINT);
    assert_int_equal(end(child).status, 130);
    forget_run();
}

static void put_gnuplot(void) {
    done("mkdir -p bin; printf '#!/bin/sh\\n: >plot.png.part\\necho $$ "
         ">gnuplot.pid\\nexec sleep 1000\\n' "
         ">bin/gnuplot; chmod +x bin/gnuplot");
}

/* Whether the gnuplot of put_gnuplot is still there, and not only its entry, which an
 * orphan keeps until somebody asks for it. */
static bool gnuplot_runs(void) {
    return shell("p=$(cat gnuplot.pid); kill -0 $p && ! grep -q ') Z' /proc/$p/stat")
               .status == 0;
}

/* The first signal ends gnuplot, and what there is is there; when the run was to end
 * already, a second one ends all. */
static void a_signal_ends_a_gnuplot_that_hangs(void **state) {
    (void)state;
    put_gnuplot();
    pid_t child =
        begin("PATH=$PWD/bin:$PATH exec $SG $P -o r.png --trace r.csv --manifest "
              "r.json --plot plot.png");
    wait_for("gnuplot.pid");
    assert_true(exists("r.png") && exists("r.csv") && exists("r.json"));
    usleep(100000);
    kill(child, SIGTERM);
    const Outcome o = end(child);
    assert_int_equal(o.status, 128 + SIGTERM);
    assert_non_null(strstr(o.err, "plot.png: not drawn"));
    assert_false(gnuplot_runs() || exists("plot.png.part"));
    done("rm gnuplot.pid");
    forget_run();
    child =
        begin("PATH=$PWD/bin:$PATH exec $SG $P --steps 1000000 --save-every 2 -o r.png "
              "--trace r.csv --plot plot.png");
    wait_for("r-00004.png");
    kill(child, SIGINT);
    wait_for("gnuplot.pid");
    usleep(100000);
    kill(child, SIGTERM);
    assert_int_equal(end(child).status, -SIGTERM);
    usleep(100000);
    assert_false(gnuplot_runs() || exists("plot.png.part"));
    assert_true(exists("r.png") && exists("r.csv"));
    nothing_hidden_stays();
    done("rm gnuplot.pid");
    forget_run();
}

/* The weights learned so far, and the trace of them: a header and one row. */
static void a_signal_ends_a_training_and_saves_it(void **state) {
    (void)state;
    put_teacher("teacher.safetensors", "vgg19", 1);
    const pid_t child = begin(
        "exec $SG train-features $(for i in $(seq 50); do echo c.png; done) --teacher "
        "teacher.safetensors --batch 2 --painted 0 --size 16 --steps 1000000 -o "
        "student.safetensors --trace loss.csv");
    char said[1024] = "";
    for (int i = 0; i < 300000 && !strchr(said, '\n'); i++) {
        usleep(1000);
        read_back(in_folder("stdout"), said, sizeof said);
    }
    usleep(200000);
    kill(child, SIGTERM);
    const Outcome o = end(child);
    assert_int_equal(o.status, 128 + SIGTERM);
    assert_non_null(strstr(o.err, "saved student.safetensors after "));
    done("test $(wc -l <loss.csv) -ge 2 && $SG weights student.safetensors | grep -q "
         "paintnet");
    nothing_hidden_stays();
}

/* Neither in commands that have nothing to save, nor where nothing is to be saved:
 * SIGQUIT ends a run in the middle of its trace. */
static void a_signal_leaves_no_hidden_file(void **state) {
    (void)state;
    pid_t child = begin("exec $SG eval c.png s.png --net vgg19 --size 3000 --tile 16 "
                        "--recompute --grad g.npy");
    usleep(500000);
    kill(child, SIGTERM);
    assert_int_equal(end(child).status, -SIGTERM);
    assert_false(exists("g.npy"));
    nothing_hidden_stays();
    child =
        begin("ulimit -c 0; exec $SG $P --steps 1000000 --save-every 2 -o r.png --trace "
              "r.csv");
    wait_for("r-00004.png");
    kill(child, SIGQUIT);
    assert_int_equal(end(child).status, -SIGQUIT);
    assert_false(exists("r.png") || exists("r.csv"));
    nothing_hidden_stays();
    forget_run();
}

/* Into one block of 512 bytes goes no file, neither here nor elsewhere: only the first rows
 * of the trace, which have 11 columns, and their names. */
static void a_full_disk_leaves_no_hidden_file(void **state) {
    (void)state;
    const Outcome o = shell("ulimit -f 1; exec $SG $P --steps 40 -o f.png --trace f.csv "
                            "--manifest f.json 2>/dev/null");
    assert_int_equal(o.status, 1);
    assert_false(exists("f.png") || exists("f.csv") || exists("f.json"));
    nothing_hidden_stays();
    assert_int_equal(count_files("stylegrad-saved"), 1);
    done(
        "awk -F, 'NF != 11 { exit 1 } END { exit NR < 2 }' stylegrad-saved-*.csv && test "
        "$(tail -c 1 stylegrad-saved-*.csv | wc -l) = 1 && rm stylegrad-saved-*");
}

/* The folder of -o goes away while the run is on. */
static void a_picture_without_a_folder_is_saved_elsewhere(void **state) {
    (void)state;
    done("mkdir gone");
    const pid_t child = begin("exec $SG $P --steps 1000000 -o gone/x.png --trace t.csv "
                              "--manifest m.json --save-every 2");
    wait_for("gone/x-00002.png");
    assert_int_equal(rename(in_folder("gone"), in_folder("went")), 0);
    const Outcome o = end(child);
    assert_int_equal(o.status, 1);
    assert_non_null(strstr(o.err, "it is saved as ./stylegrad-saved-"));
    assert_true(exists("t.csv") && exists("m.json"));
    assert_int_equal(count_files("stylegrad-saved-"), 1);
    nothing_hidden_stays();
    /* The manifest tells how far it came and which image it is. */
    assert_int_equal(
        shell("grep -q '\"stopped\": true' m.json && grep -q could.not.be m.json "
              "&& grep -q 'file\": \"./stylegrad-saved' m.json")
            .status,
        0);
    done("$SG rerun m.json -o again.png && cmp again.png stylegrad-saved-*.png && "
         "rm stylegrad-saved-*.png t.csv m.json");
}

/* Docker mounts a file as a file: nothing can be renamed over it. */
static void a_mounted_file_is_written_in_place(void **state) {
    (void)state;
    done("echo old >inside.png; echo old >outside.png");
    if (shell("unshare -m mount --bind outside.png inside.png").status != 0) {
        print_message("no rights to mount a file\n");
        skip();
    }
    done(
        "unshare -m sh -c 'mount --bind outside.png inside.png && $SG $P -o inside.png'");
    char said[8192];
    read_back(in_folder("stderr"), said, sizeof said);
    assert_non_null(strstr(said, "saved inside.png in place"));
    done(
        "$SG $P -o same.png && cmp same.png outside.png && test $(cat inside.png) = old");
    nothing_hidden_stays();
}

/* A closed descriptor is not given to the next file. */
static void closed_streams_get_no_file(void **state) {
    (void)state;
    static const char *const closed[] = {"<&-",      ">&-",      "2>&-",        "<&- >&-",
                                         "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"};
    done("$SG $P -o whole.png --trace whole.csv");
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        char line[256];
        snprintf(line, sizeof line, "$SG $P -o e.png --trace e.csv %s", closed[i]);
        done(line);
        /* a header and 3 steps, whose seconds differ; the image is the same */
        done("cmp e.png whole.png && test $(wc -l <e.csv) = 4 && "
             "test $(grep -c '^[0-9s]' e.csv) = 4");
    }
}

/* The style is removed while the first of two stages is painted. The program is stopped
 * meanwhile, so that 198 of the 200 steps are still to come. */
static void a_stage_that_cannot_begin_leaves_the_result_of_the_one_before(void **state) {
    (void)state;
    static const char *const colors[] = {"style", "luminance"};
    for (int i = 0; i < 2; i++) {
        char line[512];
        snprintf(line, sizeof line,
                 "exec $SG $P --size 64 --pyramid 2 --steps 400 --save-every 2 -o r.png "
                 "--trace r.csv --manifest r.json --colors %s",
                 colors[i]);
        const pid_t child = begin(line);
        wait_for("r-00002.png");
        kill(child, SIGSTOP);
        assert_int_equal(rename(in_folder("s.png"), in_folder("away.png")), 0);
        kill(child, SIGCONT);
        const Outcome o = end(child);
        assert_int_equal(rename(in_folder("away.png"), in_folder("s.png")), 0);
        assert_int_equal(o.status, 1);
        const char *why = strstr(
            o.err,
            "stopped: stage 2 of 2 could not begin after 200 of 400 steps: total ");
        assert_non_null(why);
        const char *saved =
            strstr(why, "\nsaved r.png in the size of stage 1 of 2\nstylegrad paint: ");
        assert_non_null(saved);
        assert_non_null(strstr(saved, "s.png"));
        nothing_hidden_stays();
        done("cmp r.png r-00200.png");
        done("test $(wc -l <r.csv) = 201"); /* one line of names */
        done("$SG rerun r.json -o again.png && cmp r.png again.png");
        forget_run();
    }
}

/* The first step moves the pixels by 1e18 (1e80 in double) times their gradient. The loss
 * of style is of the fourth order in them, and beyond the largest number; that of content
 * is of the second, and within. */
static void a_run_that_diverges_names_the_first_loss(void **state) {
    (void)state;
    const Outcome o = shell(
        sizeof(real) == sizeof(float)
            ? "$SG paint c.png s.png --net vgg19 --size 24 --style-layers relu1_1 "
              "--content-layers relu1_2 --optim gd --lr 1e18 --steps 5 -o lost.png"
            : "$SG paint c.png s.png --net vgg19 --size 24 --style-layers relu1_1 "
              "--content-layers relu1_2 --optim gd --lr 1e80 --steps 5 -o lost.png");
    assert_int_equal(o.status, 1);
    if (!strstr(o.err, "step 2: the style loss relative at relu1_1 is infinite"))
        fail_msg("%s", o.err);
}

/* A check changes no bit of the image. */
static void the_gradient_is_compared_on_the_way(void **state) {
    (void)state;
    done("$SG paint c.png s.png --size 32 --steps 2 -o r.png");
    const Outcome o =
        shell("$SG paint c.png s.png --size 32 --steps 2 --check-every 1 -o "
              "checked.png && cmp r.png checked.png");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "the gradient was compared along 2 steps"));
    forget_run();
}

/* The photograph in its own style has the loss 0, whose gradient is 0. The optimiser says
 * so in memory of its stage, which is freed before the program repeats it: sanitizers see
 * the difference. */
static void the_reason_of_an_optimiser_outlives_its_stage(void **state) {
    (void)state;
    const Outcome o = shell("$SG paint c.png c.png --net vgg19 --style-layers relu1_1 "
                            "--content-layers relu1_2 --tv-weight 0 --optim lbfgs "
                            "--size 64 --steps 4 --pyramid 2 -o r.png");
    assert_int_equal(o.status, 0);
    assert_non_null(strstr(o.err, "the gradient is zero: no entry is larger than"));
    forget_run();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_polite_signal_ends_a_run_and_saves_it),
        cmocka_unit_test(a_request_during_the_last_step_stops_nothing),
        cmocka_unit_test(signals_of_one_moment_are_one),
        cmocka_unit_test(an_ignored_signal_stays_ignored),
        cmocka_unit_test(a_signal_ends_a_gnuplot_that_hangs),
        cmocka_unit_test(a_signal_ends_a_training_and_saves_it),
        cmocka_unit_test(a_signal_leaves_no_hidden_file),
        cmocka_unit_test(a_full_disk_leaves_no_hidden_file),
        cmocka_unit_test(a_picture_without_a_folder_is_saved_elsewhere),
        cmocka_unit_test(a_mounted_file_is_written_in_place),
        cmocka_unit_test(closed_streams_get_no_file),
        cmocka_unit_test(a_run_that_diverges_names_the_first_loss),
        cmocka_unit_test(the_gradient_is_compared_on_the_way),
        cmocka_unit_test(the_reason_of_an_optimiser_outlives_its_stage),
        cmocka_unit_test(a_stage_that_cannot_begin_leaves_the_result_of_the_one_before),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
