#include "app/options.h"

#include <string.h>
#include <unistd.h>

#include "tensor/text.h"

static const Option help_row = {
    "help", &setting_flag, 0, .letter = 'h',
    .help = "this text; '--' ends the options, for files whose names begin with -"};
static const OptionGroup help_group = {.rows = &help_row};

/* ---- Texts ---- */

static bool text_set(const Option *option, const char *text, void *value, Error *err) {
    (void)option, (void)err;
    if (!*text) return false;
    *(const char **)value = text;
    return true;
}

static void text_print(const Option *option, const void *value, char *text) {
    (void)option;
    const char *said = *(const char *const *)value;
    snprintf(text, SETTING_TEXT_MOST, "%s", said ? said : "");
}

static void text_wants(const Option *option, char *text) {
    setting_takes(option, text);
}

const SettingKind option_text = {text_set, text_print, text_wants, "TEXT", false};

static bool texts_set(const Option *option, const char *text, void *value, Error *err) {
    TextList *list = value;
    if (!*text) return error_set(err, "wants %s", option->unit);
    if (list->count == OPTION_TEXTS_MOST)
        return error_set(err, "is said more than %d times", OPTION_TEXTS_MOST);
    list->text[list->count++] = text;
    return true;
}

/* One text would have to be several. */
static void texts_print(const Option *option, const void *value, char *text) {
    (void)option, (void)value;
    *text = 0;
}

const SettingKind option_texts = {texts_set, texts_print, NULL, "TEXT", false};

/* ---- Finding rows ---- */

/* Calls `visit` for each option of the command until it returns true. */
typedef bool Visit(void *context, const OptionGroup *group, const Option *row);

static void each_option(const Command *command, Visit *visit, void *context) {
    for (const OptionGroup *g = command->groups; g && g->rows; g++)
        for (const Option *row = g->rows; row->name; row++)
            if ((!g->only || text_is_among(row->name, g->only)) && visit(context, g, row))
                return;
    visit(context, &help_group, &help_row);
}

/* A search by letter, by name, or by the beginning of one name only. */
typedef struct Search {
    int letter; /* or 0 */
    const char *name;
    size_t length;
    bool exact, several;
    Said found; /* option NULL: none */
} Search;

static bool compare(void *context, const OptionGroup *group, const Option *row) {
    Search *s = context;
    const bool same = s->letter ? row->letter == s->letter
                                : strncmp(row->name, s->name, s->length) == 0;
    if (!same) return false;
    const bool again = s->found.option && strcmp(s->found.option->name, row->name) == 0;
    if (again) return false;
    s->exact = s->letter || !row->name[s->length];
    if (s->found.option && !s->exact) s->several = true;
    s->found = (Said){row, group, NULL};
    return s->exact;
}

static Said find_letter(const Command *command, int letter) {
    Search search = {.letter = letter};
    each_option(command, compare, &search);
    return search.found;
}

static Said find_name(const Command *command, const char *name, size_t length) {
    Search search = {.name = name, .length = length};
    each_option(command, compare, &search);
    if (search.several && !search.exact) search.found.option = NULL;
    return search.found;
}

/* ---- Parsing ---- */

/* Words that are being parsed. */
typedef struct Words {
    CommandLine *line;
    char *const *word;
    int count, next;
} Words;

static bool refuse_option(const Command *command, const char *word, Error *err) {
    const bool is_file = access(word, F_OK) == 0;
    return error_set(err, "unknown option %s; 'stylegrad %s --help' lists them all%s%s",
                     word, command->name,
                     is_file ? ", and the file of that name is ./" : "",
                     is_file ? word : "");
}

/* Adds an option; without a text of its own the next word is its value. */
static bool add(Words *w, const char *word, Said said, const char *text, Error *err) {
    CommandLine *line = w->line;
    if (said.option == &help_row) {
        line->help = true;
        return !text || refuse_option(line->command, word, err);
    }
    if (!text && said.option->kind->is_switch) text = "yes";
    if (!text && w->next < w->count) text = w->word[w->next++];
    if (!text)
        return error_set(err, "%s wants a value; see 'stylegrad %s --help'", word,
                         line->command->name);
    said.text = text;
    line->said[line->count++] = said;
    return true;
}

/* "--name", "--name=value"; a name may be cut short. */
static bool parse_long(Words *w, const char *word, Error *err) {
    const char *name = word + 2;
    const size_t length = strcspn(name, "=");
    const Said said = find_name(w->line->command, name, length);
    if (!said.option) return refuse_option(w->line->command, word, err);
    return add(w, word, said, name[length] ? name + length + 1 : NULL, err);
}

/* "-h", "-o FILE", "-oFILE". */
static bool parse_letters(Words *w, const char *word, Error *err) {
    for (const char *at = word + 1; *at; at++) {
        const Said said = find_letter(w->line->command, *at);
        if (!said.option) return refuse_option(w->line->command, word, err);
        const bool is_value = at[1] && !said.option->kind->is_switch;
        if (!add(w, word, said, is_value ? at + 1 : NULL, err)) return false;
        if (is_value) break;
    }
    return true;
}

bool options_parse(CommandLine *line, Arena *arena, const Command *command, int count,
                   char *const *words, Error *err) {
    *line = (CommandLine){
        .command = command,
        .operand = ARENA_NEW(arena, const char *, (size_t)count + 1),
        .said = ARENA_NEW(arena, Said, (size_t)count + 1),
    };
    Words w = {.line = line, .word = words, .count = count};
    bool ended = false;
    while (w.next < count) {
        const char *word = words[w.next++];
        if (ended || word[0] != '-' || !word[1])
            line->operand[line->operands++] = word;
        else if (strcmp(word, "--") == 0)
            ended = true;
        else if (!(word[1] == '-' ? parse_long : parse_letters)(&w, word, err))
            return false;
    }
    return true;
}

/* ---- Reading ---- */

static bool set(const Option *option, void *owner, const char *text, Error *err) {
    Error why;
    if (setting_set(option, owner, text, &why)) return true;
    if (!option->kind->wants) return error_set(err, "--%s: %s", option->name, why.text);
    return error_set(err, "--%s%s%s: wants %s", option->name, *text ? " " : "", text,
                     why.text);
}

bool options_read(const CommandLine *line, void *own, Error *err) {
    const Command *command = line->command;
    for (int i = 0; i < line->count; i++) {
        const Said *said = &line->said[i];
        if (!set(said->option, (char *)own + said->group->offset, said->text, err))
            return false;
    }
    if (line->operands >= command->operands_least &&
        line->operands <= command->operands_most)
        return true;
    return error_set(err, "wants %s, got %d; see 'stylegrad %s --help'",
                     *command->operands ? command->operands : "no operands",
                     line->operands, command->name);
}

bool options_read_rows(const CommandLine *line, const Option *rows, void *owner,
                       Error *err) {
    for (int i = 0; i < line->count; i++)
        if (line->said[i].group->rows == rows &&
            !set(line->said[i].option, owner, line->said[i].text, err))
            return false;
    return true;
}

bool options_said(const CommandLine *line, const char *name) {
    for (int i = 0; i < line->count; i++)
        if (strcmp(line->said[i].option->name, name) == 0) return true;
    return false;
}

const Option *options_find(const Command *command, const char *name, void *own,
                           void **owner) {
    Search search = {.name = name, .length = strlen(name)};
    each_option(command, compare, &search);
    if (!search.exact || search.found.option == &help_row) return NULL;
    *owner = (char *)own + search.found.group->offset;
    return search.found.option;
}

bool options_set(const Command *command, const char *name, void *own, const char *text,
                 Error *err) {
    void *owner;
    const Option *option = options_find(command, name, own, &owner);
    return option ? set(option, owner, text, err)
                  : error_set(err, "there is no option --%s", name);
}

int options_refuse(const CommandLine *line, const Error *err) {
    fprintf(stderr, "stylegrad %s: %s\n", line->command->name, err->text);
    return 2;
}

/* ---- Help ---- */

/* What has been printed. */
typedef struct Help {
    const Command *command;
    const OptionGroup *group; /* the last one */
    FILE *out;
} Help;

/* "-o, --out FILE", padded to a column; a longer one gets a line of its own. */
static bool print_row(void *context, const OptionGroup *group, const Option *row) {
    enum { COLUMN = 30 };
    Help *help = context;
    char takes[SETTING_TEXT_MOST], left[SETTING_TEXT_MOST + 64], letter[8] = "    ";
    const Said first = find_name(help->command, row->name, strlen(row->name));
    if (group->quiet || first.option != row) return false;
    if (group != help->group && group->heading)
        fprintf(help->out, "\n%s\n", group->heading);
    help->group = group;
    setting_takes(row, takes);
    if (row->letter) snprintf(letter, sizeof letter, "-%c, ", row->letter);
    const int length = snprintf(left, sizeof left, "%s--%s%s%s", letter, row->name,
                                *takes ? " " : "", takes);
    fprintf(help->out, length > COLUMN ? "%s\n%*s " : "%s%*s ", left,
            length > COLUMN ? COLUMN : COLUMN - length, "");
    fprintf(help->out, "%s\n", row->help);
    return false;
}

void options_help(const Command *command, FILE *out) {
    Help help = {.command = command, .out = out};
    fprintf(out, "usage: stylegrad %s %s [options]\n%s\n\n", command->name,
            command->operands, command->summary);
    each_option(command, print_row, &help);
    if (*command->details) fprintf(out, "\n%s", command->details);
    if (command->explain) command->explain(out);
}
