/* What people have lost: files named twice, text for a full disk, manifests of strangers.
 */
#include "tests/shell.h"

/* Each line names one file twice; none of them may change anything, or compute long. */
static void no_file_is_named_twice(void **state) {
    (void)state;
    static const char *const lines[][2] = {
        {"$SG $P -o u.png --manifest u.png",
         "--manifest would write over the file of -o"},
        {"$SG $P -o u.png --plot u.png", "--plot would write over the file of -o"},
        {"$SG $P -o u.png --trace u.png", "--trace would write over the file of -o"},
        {"$SG $P -o u.png --trace t --manifest t", "--manifest would write over"},
        {"$SG $P -o u.png --trace x.csv --plot x.png", "x.csv"},
        {"$SG $P -o u.png --manifest x.gp --plot x.svg", "x.gp"},
        {"$SG $P -o u.png --trace x.png.part --plot x.png", "x.png.part"},
        {"$SG $P -o u.png --trace s.png", "--trace would write over the file of STYLE"},
        {"$SG $P -o c.png", "-o would write over the file of CONTENT"},
        {"$SG $P -o ./sub/../c.png", "the file of CONTENT"},
        {"$SG $P -o hard.png", "the file of CONTENT"},
        {"$SG $P -o soft.png", "the file of STYLE"},
        {"$SG $P -o u.png --trace to-come.csv --manifest link.csv", "link.csv"},
        {"$SG $P -o u.png --mask s.png --manifest s.png", "--manifest would write over"},
        {"$SG $P -o u.png --init s.png --trace s.png", "--trace would write over"},
        {"$SG $P -o u.png --recipe ./my.recipe --trace my.recipe", "--recipe"},
        {"$SG $P -o u.png --weights w.pth --trace w.pth", "--weights"},
        {"$SG paint n-00002.png s.png --size 24 --steps 4 -o n.png --save-every 2",
         "--save-every would write over the file of CONTENT"},
        {"$SG $P -o l.png --save-every 1", "--save-every would write l-00002.png"},
        {"$SG $P -o u.png --save-every 1 --plot u-00003.png", "--save-every would write"},
        {"$SG eval c.png s.png --size 24 --grad c.png", "--grad would write over"},
        {"$SG eval c.png s.png --size 24 --image n-00002.png --grad n-00002.png",
         "the file of --image"},
        {"$SG features c.png --size 24 --layers relu1_1 -o c.png", "-o would write over"},
        {"$SG features sub/relu1_1.png --size 24 --layers relu1_1 -o f.npz --png sub",
         "--png would write over the file of CONTENT"},
        {"$SG train-features c.png --teacher a.pth,w.pth -o w.pth", "--teacher"},
        {"$SG train-features c.png --teacher w.pth -o u --trace c.png", "PHOTOGRAPHS"},
        {"$SG train-style c.png s.png -o c.png", "the file of PAINTING"},
        {"$SG train-style c.png s.png -o u --preview s.png", "PHOTOGRAPHS"},
        {"$SG train-any-style c.png --styles s.png -o s.png", "the file of --styles"},
        {"$SG train-any-style c.png -o u --preview c.png", "PHOTOGRAPHS"},
    };
    done("ln c.png hard.png; ln -s s.png soft.png; ln -s to-come.csv link.csv; mkdir sub;"
         "cp c.png n-00002.png; ln -s s.png l-00002.png; cp c.png sub/relu1_1.png;"
         "echo 'source me' >my.recipe; echo 'like paint' >>my.recipe; echo x >w.pth;"
         "md5sum *.png *.recipe *.pth sub/* >sums");
    const int before = count_files("");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        refused(lines[i][0], 1, lines[i][1]);
    done("md5sum --quiet -c sums");
    assert_int_equal(count_files(""), before);
    done("$SG paint c.png c.png --mask c.png --init c.png --size 24 --steps 1 -o u.png");
    done("$SG $P --save-every 2 -o n2.png --trace /dev/null --manifest n2.json");
}

/* /dev/full is a disk without room. */
static void printed_text_arrives_or_is_missed(void **state) {
    (void)state;
    static const char *const lines[] = {"$SG --help",
                                        "$SG --version",
                                        "$SG paint --help",
                                        "$SG recipes",
                                        "$SG recipes gatys",
                                        "$SG errata S2-1",
                                        "$SG errata all",
                                        "$SG gradcheck add",
                                        "$SG convert-loss c.png s.png --size 24",
                                        "$SG eval c.png s.png --size 24 --json 2>x",
                                        "$SG eval c.png s.png --size 24 2>x",
                                        "$SG features c.png --size 24 --layers relu1_1",
                                        "$SG bench --size 32 --rounds 1 --json",
                                        "$SG bench --size 32 --rounds 1",
                                        "$SG $P --plan 2>x"};
    if (access("/dev/full", W_OK)) skip();
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char line[512];
        snprintf(line, sizeof line,
                 "%s >/dev/full 2>says; s=$?; tail -n 1 says >&2; exit $s", lines[i]);
        char *other = strstr(line, " 2>x");
        if (other) memset(other, ' ', 4);
        refused(line, 1, "cannot write to standard output: No space left on device");
        snprintf(line, sizeof line, "%s >&-", lines[i]);
        assert_int_equal(shell(line).status, 1);
        /* the reader is gone before the program writes: 141 is 128 and SIGPIPE */
        snprintf(line, sizeof line,
                 "exec 3>&1; (sleep 0.2; %s; echo $? >&3) 2>said | true; sleep 0.1",
                 lines[i]);
        const Outcome o = shell(line);
        assert_string_equal(o.out, "141\n");
        if (!other) done("test ! -s said || grep -q '^content from' said");
    }
}

/* Writes a manifest of a small run, then with these words for others. */
static void put_manifest(const char *name, const char *old, const char *new) {
    char text[16384], *at;
    done("$SG $P -o honest.png --manifest honest.json");
    read_back(in_folder("honest.json"), text, sizeof text);
    assert_non_null(at = strstr(text, old));
    FILE *file = fopen(in_folder(name), "w");
    fprintf(file, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
    fclose(file);
}

/* Whatever the manifest says, only -o is written. */
static void a_manifest_of_a_stranger_writes_nothing(void **state) {
    (void)state;
    static const char *const names[] = {"manifest",   "trace", "plot", "out",
                                        "save-every", "init",  "mask", "steps"};
    done("echo precious >precious.txt");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char text[128];
        snprintf(text, sizeof text, "\"options\": {\n    \"%s\": \"%s\",", names[i],
                 strcmp(names[i], "save-every") ? "precious.txt" : "1");
        put_manifest("evil.json", "\"options\": {", text);
        snprintf(text, sizeof text, "its options have \"%s\"", names[i]);
        refused("$SG rerun evil.json -o x.png", 1, text);
        refused("$SG rerun evil.json", 1, "wants -o FILE");
    }
    put_manifest("evil.json", "\"file\": \"honest.png\"", "\"file\": \"precious.txt\"");
    refused("$SG rerun evil.json", 1, "wants -o FILE");
    done("$SG rerun evil.json -o x.png && test \"$(cat precious.txt)\" = precious");
    put_manifest("evil.json", "\"weights\": \"random:1\"",
                 "\"weights\": \"precious.txt\"");
    refused("$SG rerun evil.json -o x.png", 1, "\"weights\"");
    refused("$SG rerun honest.json -o honest.json", 1,
            "-o would write over the file of MANIFEST");
    refused("$SG rerun honest.json -o c.png", 1,
            "-o would write over the file of CONTENT");
}

/* Files in the folder of the manifest or the current one, and others after a word. */
static void inputs_elsewhere_want_a_word(void **state) {
    (void)state;
    char line[512];
    done("mkdir -p far near; cp c.png far/f.png; cp s.png near/n.png; cd near; "
         "$SG paint ../far/f.png n.png --net vgg19 --size 24 --style-layers relu1_1 "
         "--content-layers relu1_2 --steps 2 -o o.png --manifest m.json");
    refused("cd near; $SG rerun m.json -o x.png", 1, "--trust-inputs");
    done("cd near; $SG rerun m.json -o x.png --trust-inputs");
    char said[8192];
    read_back(in_folder("stderr"), said, sizeof said);
    assert_non_null(strstr(said, "reads ../far/f.png, n.png\n"));
    /* from another folder: beside the manifest is the second place to look */
    snprintf(line, sizeof line,
             "cd /; $SG rerun %s/near/m.json --trust-inputs -o %s/x.png", folder, folder);
    done(line);
    read_back(in_folder("stderr"), said, sizeof said);
    assert_non_null(strstr(said, "near/n.png"));
    /* from the folder above, all is within */
    done("$SG rerun near/m.json -o x.png || (cp -r far near/far2; exit 1)");
    put_manifest("pipe.json", "\"file\": \"c.png\"", "\"file\": \"/dev/zero\"");
    refused("$SG rerun pipe.json -o x.png --trust-inputs", 1, "no regular file");
}

/* Everything that can be known about an output is known before. */
static void outputs_are_checked_before_the_work(void **state) {
    (void)state;
    static const char *const lines[] = {
        "$SG $P -o $LONG.png",
        "$SG $P -o a$MAX.png --save-every 1",
        "$SG $P -o u.png --plot aaa$MAX.png", /* .part is five letters longer */
        "$SG $P -o u.png --trace $LONG",
        "$SG eval c.png s.png --size 24 --grad $LONG",
        "$SG features c.png --size 24 --layers relu1_1 -o $LONG",
        "$SG gradcheck add --plot $LONG.png",
    };
    char name[301];
    memset(name, 'a', 300);
    name[300] = 0;
    setenv("LONG", name, 1);
    name[248] = 0; /* with a, .png and -00003 more than 255 */
    setenv("MAX", name, 1);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        refused(lines[i], 1, "File name too long");
    done("mkdir u.csv");
    refused("$SG $P -o u.png --plot u.png.png --trace u.csv", 1, "u.csv: it is a folder");
    refused("$SG $P -o v.png --plot u.svg", 1, "u.csv: it is a folder");
    refused("$SG features c.png --size 24 --layers relu1_1 -o f.npz --png c.png", 1,
            "cannot make the folder c.png");
    done("rmdir u.csv");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_file_is_named_twice),
        cmocka_unit_test(printed_text_arrives_or_is_missed),
        cmocka_unit_test(a_manifest_of_a_stranger_writes_nothing),
        cmocka_unit_test(inputs_elsewhere_want_a_word),
        cmocka_unit_test(outputs_are_checked_before_the_work),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
