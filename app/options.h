/* The command line. Each command has a struct of its own and tables that describe its
 * fields, one row for each option. The words of a command line are parsed once, into a
 * list of what was said; the command then reads the list into its struct, which holds
 * the defaults:
 *
 *     typedef struct Own { double step; int threads; } Own;
 *     static const Option rows[] = {
 *         {"step", &setting_number, offsetof(Own, step), 1e-12, HUGE_VAL, .help = "..."},
 *         {0},
 *     };
 *
 *     static int run(const CommandLine *line) {
 *         Own own = {.step = 1e-3};
 *         Error err;
 *         if (!options_read(line, &own, &err)) return options_refuse(line, &err);
 *
 * --help is printed from the same tables. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdio.h>

#include "transfer/setting.h"

typedef Setting Option;

/* Options in one table, whose struct is a part of the command's own. Where two groups
 * have the same name, the first one counts. */
typedef struct OptionGroup {
    const char *heading;     /* of --help; or NULL */
    const Option *rows;      /* ended by one without a name */
    size_t offset;           /* of the rows' struct in the command's own */
    const char *const *only; /* these names, ended by NULL; NULL: all rows */
    bool quiet;              /* not in --help */
} OptionGroup;

struct CommandLine;

/* One subcommand, for parsing and for its --help. */
typedef struct Command {
    const char *name;
    const char *operands; /* "CONTENT STYLE", for the usage line */
    int operands_least, operands_most;
    const char *summary;        /* one line */
    const char *details;        /* what --help says below the options; may be "" */
    void (*explain)(FILE *out); /* prints what --help says last; or NULL */
    const OptionGroup *groups;  /* ended by one without rows; NULL: no options */
    const char *less_memory;    /* options with which it takes less; or NULL */
    int (*run)(const struct CommandLine *line);
} Command;

/* One option of a command line. */
typedef struct Said {
    const Option *option;
    const OptionGroup *group;
    const char *text;
} Said;

/* A parsed command line. The texts are those of argv. */
typedef struct CommandLine {
    const Command *command;
    const char **operand;
    int operands;
    Said *said; /* in their order */
    int count;
    bool help; /* --help is among them */
} CommandLine;

/* Parses `count` words, those behind the command's name. Fails when an option is unknown
 * or has no value; whether the value is one is found by options_read. */
bool options_parse(CommandLine *line, Arena *arena, const Command *command, int count,
                   char *const *words, Error *err);

/* Sets in the command's own struct all that was said. Fails with a sentence when a text
 * is no value of its option, or when there are too few operands or too many. */
bool options_read(const CommandLine *line, void *own, Error *err);

/* Sets what was said of one table, in the struct that the table describes. */
bool options_read_rows(const CommandLine *line, const Option *rows, void *owner,
                       Error *err);

/* Whether an option was said. */
bool options_said(const CommandLine *line, const char *name);

/* The option of a command and its struct in the command's own; NULL when there is none.
 */
const Option *options_find(const Command *command, const char *name, void *own,
                           void **owner);

/* Sets one option from its text, as a command line would. */
bool options_set(const Command *command, const char *name, void *own, const char *text,
                 Error *err);

/* The whole help of one command. */
void options_help(const Command *command, FILE *out);

/* "stylegrad NAME: sentence" on stderr; returns the exit status of a wrong command line,
 * 2. */
int options_refuse(const CommandLine *line, const Error *err);

/* A text that is not empty: const char *. */
extern const SettingKind option_text;

/* A TextList, to which each text is added; the setting's `unit` says what one is. */
#define OPTION_TEXTS_MOST 16
typedef struct TextList {
    int count;
    const char *text[OPTION_TEXTS_MOST];
} TextList;
extern const SettingKind option_texts;

#endif
