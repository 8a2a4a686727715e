/* stylegrad errata: what the documents and the famous programs get wrong, with both
 * numbers. */
#include "errata/errata.h"

#include <strings.h>

#include "app/commands.h"
#include "app/session.h"

/* Prints text behind a label, in lines of at most 80 columns; a Chinese character is two
 * columns wide and three bytes long. */
static void print_wrapped(const char *label, const char *text) {
    enum { WIDTH = 80, INDENT = 9 };
    int column = INDENT;
    printf("%-*s", INDENT, label);
    while (*text) {
        int wide = 0;
        size_t length = 0;
        while (text[length] && text[length] != ' ') {
            const unsigned char byte = (unsigned char)text[length++];
            wide += byte < 0x80 ? 1 : byte >= 0xe0 ? 2 : 0;
        }
        if (column > INDENT && column + wide + 1 > WIDTH) {
            printf("\n%*s", INDENT, "");
            column = INDENT;
        }
        column += wide + printf("%s", column > INDENT ? " " : "");
        fwrite(text, 1, length, stdout);
        text += length;
        text += *text == ' ';
    }
    printf("\n");
}

/* The factor of an entry in few characters; "" when there is none. */
static void format_ratio(ErrataNumbers n, char text[32]) {
    snprintf(text, 32, "%.6g", n.said / n.right + 0.0); /* -0 is 0 */
}

static void print_entry(const Erratum *e) {
    printf("%s  %s\n", e->id, e->where);
    print_wrapped("  says", e->says);
    print_wrapped("  right", e->correct);
    if (!e->show) return;
    char ratio[32];
    const ErrataNumbers n = errata_run(e);
    format_ratio(n, ratio);
    printf("  %-12.6g %s\n  %-12.6g %s\n  %-12s is their ratio\n", n.said, e->said_is,
           n.right, e->right_is, ratio);
}

static void list(void) {
    const Erratum *e;
    printf("entry   ratio         where\n");
    for (int i = 0; (e = errata_entry(i)); i++) {
        char ratio[32] = "";
        if (e->show) format_ratio(errata_run(e), ratio);
        printf("%-7s %-13s %s\n", e->id, ratio, e->where);
    }
    printf("\n'stylegrad errata S2-1' prints what the text says, what is right, and both "
           "numbers.\n");
}

static void print_all(void) {
    const Erratum *e;
    for (int i = 0; (e = errata_entry(i)); i++) {
        if (i) printf("\n");
        print_entry(e);
    }
}

static int run(const CommandLine *line) {
    Error err;
    if (!options_read(line, NULL, &err)) return options_refuse(line, &err);
    if (line->operands == 0) {
        list();
        return 0;
    }
    if (strcasecmp(line->operand[0], "all") == 0) {
        print_all();
        return 0;
    }
    const Erratum *e = errata_find(line->operand[0], &err);
    if (!e) return session_complain("errata", &err);
    print_entry(e);
    return 0;
}

const Command command_errata = {
    .name = "errata",
    .operands = "[ID|all]",
    .operands_most = 1,
    .summary = "what documents and famous programs get wrong, in numbers",
    .details = "S0 to S4 are the five documents 000 to 004; NS, PT, PY, ... are "
               "programs.\nEvery ratio is computed when you ask; lesson 14 explains the "
               "story.\n\nexample: stylegrad errata S2-1\n",
    .run = run,
};
