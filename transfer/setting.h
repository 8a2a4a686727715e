/* A setting: a named value in a struct, which a text sets and which prints as text again.
 * A table of settings describes a struct once, for everything that reads or writes it as
 * text: recipe files, command lines, --help, manifests.
 *
 *     static const Setting rows[] = {
 *         {"side", &setting_count, offsetof(Bench, side), 16, 16384, .help = "pixels"},
 *         {"pool", &setting_choice, offsetof(Bench, pool), .names = pooling_name},
 *         {0},
 *     };
 *     setting_set(&rows[0], &bench, "256", &err);              bench.side is 256
 *     setting_print(&rows[0], &bench, text);                   text is "256"
 *
 * What is printed sets the same value, bit for bit. */
#ifndef TRANSFER_SETTING_H
#define TRANSFER_SETTING_H

#include <stddef.h>

#include "tensor/error.h"
#include "transfer/recipe.h"

/* Room for the longest text of a value: a list of layers. */
enum { SETTING_TEXT_MOST = LAYERS_MOST * (LAYER_NAME_MOST + 32) };

typedef struct Setting Setting;

/* How values of one kind are read and written. */
typedef struct SettingKind {
    /* Reads the text into the value, which stays as it is when the text is not one of
     * this kind. A kind without `wants` then says why, in a sentence. */
    bool (*set)(const Setting *setting, const char *text, void *value, Error *err);
    /* Writes what `set` reads; "" when the value is one that no text sets. */
    void (*print)(const Setting *setting, const void *value, char *text);
    /* Writes what a text must be: "a whole number of pixels from 16 to 16384". */
    void (*wants)(const Setting *setting, char *text);
    const char *takes; /* what --help writes for the text: "N" */
    bool is_switch;    /* the name alone means yes */
} SettingKind;

struct Setting {
    const char *name;
    const SettingKind *kind;
    size_t offset;               /* of the value in its struct */
    double least, most;          /* numbers and counts; HUGE_VAL: no bound */
    const char *(*names)(int i); /* choices: the name of value i, NULL after the last */
    const char *unit;            /* what a number is: "a weight"; what a count counts */
    const char *takes;           /* in place of the names and of that of the kind */
    const char *help;            /* one line for --help */
    int letter;                  /* short form as an option, or 0 */
};

extern const SettingKind setting_number; /* double, least .. most */
extern const SettingKind setting_colour; /* double[3], red, green and blue */
extern const SettingKind setting_count;  /* int, least .. most */
extern const SettingKind setting_seed;   /* uint64_t */
extern const SettingKind setting_flag;   /* bool, yes or no */
extern const SettingKind setting_choice; /* an enum from 0, by its names */
extern const SettingKind setting_name;   /* const char *, one of the names; NULL: none */
extern const SettingKind setting_layers; /* LayerList, name:weight,name:weight */
extern const SettingKind setting_limits; /* Limits, low and high, or none */
extern const SettingKind setting_noise;  /* Noise but its share */
extern const SettingKind setting_stages; /* Stages, size:steps,size:steps */

/* Reads `count` finite numbers, as many as the text has; for kinds of numbers. */
bool setting_numbers(const char *text, int count, double *out);

/* Sets the value in its struct. On failure it stays as it is, and *err holds what the
 * text must be when the kind has `wants`, else a sentence that says why. */
bool setting_set(const Setting *setting, void *owner, const char *text, Error *err);

/* The text of the value; "" when there is none. */
void setting_print(const Setting *setting, const void *owner,
                   char text[SETTING_TEXT_MOST]);

/* Whether both structs have the same value. */
bool setting_same(const Setting *setting, const void *a, const void *b);

/* The names of a choice, "default|max|avg". */
void setting_names(const Setting *setting, char text[SETTING_TEXT_MOST]);

/* What --help writes for the text: "N", "default|max|avg"; "" for a switch. */
void setting_takes(const Setting *setting, char text[SETTING_TEXT_MOST]);

/* The row of that name in a table that ends with a row without a name, or NULL. */
const Setting *setting_find(const Setting *rows, const char *name);

#endif
