/* Kinds of settings that are a number, a yes or no, or a name. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensor/text.h"
#include "transfer/setting.h"

bool setting_numbers(const char *text, int count, double *out) {
    char *end;
    for (int i = 0; i < count; i++, text = end) {
        out[i] = strtod(text, &end);
        if (end == text || !isfinite(out[i])) return false;
    }
    return text[strspn(text, " \t")] == 0;
}

/* strtod and strtol skip blanks before a number, which would hide a wrong quotation. */
static bool begins_with_blank(const char *text) {
    return isspace((unsigned char)*text);
}

static bool set_numbers(const Setting *s, const char *text, int count, double *out) {
    double read[3];
    if (begins_with_blank(text)) return false;
    if (!setting_numbers(text, count, read)) return false;
    for (int i = 0; i < count; i++)
        if (read[i] < s->least || read[i] > s->most) return false;
    memcpy(out, read, (size_t)count * sizeof *out);
    return true;
}

static void print_numbers(const double *x, int count, char *text) {
    text[0] = 0;
    for (int i = 0; i < count; i++)
        text_append(text, SETTING_TEXT_MOST, "%s%.17g", i ? " " : "", x[i]);
}

static bool number_set(const Setting *s, const char *text, void *value, Error *err) {
    (void)err;
    return set_numbers(s, text, 1, value);
}

static void number_print(const Setting *s, const void *value, char *text) {
    (void)s;
    print_numbers(value, 1, text);
}

static void number_wants(const Setting *s, char *text) {
    const char *what = s->unit ? s->unit : "a number";
    if (s->most < HUGE_VAL)
        snprintf(text, SETTING_TEXT_MOST, "%s from %g to %g", what, s->least, s->most);
    else
        snprintf(text, SETTING_TEXT_MOST, "%s of at least %g", what, s->least);
}

const SettingKind setting_number = {number_set, number_print, number_wants, "X", false};

static bool colour_set(const Setting *s, const char *text, void *value, Error *err) {
    (void)err;
    return set_numbers(s, text, 3, value);
}

static void colour_print(const Setting *s, const void *value, char *text) {
    (void)s;
    print_numbers(value, 3, text);
}

const SettingKind setting_colour = {colour_set, colour_print, number_wants, "'R G B'",
                                    false};

static bool count_set(const Setting *s, const char *text, void *value, Error *err) {
    (void)err;
    char *end;
    errno = 0;
    const long count = strtol(text, &end, 10);
    if (end == text || *end || begins_with_blank(text) || errno ||
        (double)count < s->least || (double)count > s->most)
        return false;
    *(int *)value = (int)count;
    return true;
}

static void count_print(const Setting *s, const void *value, char *text) {
    (void)s;
    snprintf(text, SETTING_TEXT_MOST, "%d", *(const int *)value);
}

static void count_wants(const Setting *s, char *text) {
    snprintf(text, SETTING_TEXT_MOST, "a whole number%s%s from %.0f to %.0f",
             s->unit ? " of " : "", s->unit ? s->unit : "", s->least, s->most);
}

const SettingKind setting_count = {count_set, count_print, count_wants, "N", false};

static bool seed_set(const Setting *s, const char *text, void *value, Error *err) {
    (void)s, (void)err;
    char *end;
    errno = 0;
    const unsigned long long seed = strtoull(text, &end, 10);
    if (end == text || *end || begins_with_blank(text) || errno || *text == '-')
        return false;
    *(uint64_t *)value = seed;
    return true;
}

static void seed_print(const Setting *s, const void *value, char *text) {
    (void)s;
    snprintf(text, SETTING_TEXT_MOST, "%llu",
             (unsigned long long)*(const uint64_t *)value);
}

static void seed_wants(const Setting *s, char *text) {
    (void)s;
    snprintf(text, SETTING_TEXT_MOST, "a whole number");
}

const SettingKind setting_seed = {seed_set, seed_print, seed_wants, "N", false};

static bool flag_set(const Setting *s, const char *text, void *value, Error *err) {
    (void)s, (void)err;
    const bool yes = strcmp(text, "yes") == 0;
    if (!yes && strcmp(text, "no") != 0) return false;
    *(bool *)value = yes;
    return true;
}

static void flag_print(const Setting *s, const void *value, char *text) {
    (void)s;
    snprintf(text, SETTING_TEXT_MOST, "%s", *(const bool *)value ? "yes" : "no");
}

static void flag_wants(const Setting *s, char *text) {
    (void)s;
    snprintf(text, SETTING_TEXT_MOST, "yes or no");
}

const SettingKind setting_flag = {flag_set, flag_print, flag_wants, "", true};

/* The index of a name, or -1. */
static int index_of(const Setting *s, const char *text) {
    for (int i = 0; s->names(i); i++)
        if (strcmp(s->names(i), text) == 0) return i;
    return -1;
}

static void names_wants(const Setting *s, char *text) {
    char names[SETTING_TEXT_MOST];
    setting_names(s, names);
    *text = 0;
    text_append(text, SETTING_TEXT_MOST, "one of %s", names);
}

static bool choice_set(const Setting *s, const char *text, void *value, Error *err) {
    (void)err;
    const int index = index_of(s, text);
    if (index < 0) return false;
    *(int *)value = index; /* an enum has an int's size in every ABI the project knows */
    return true;
}

static void choice_print(const Setting *s, const void *value, char *text) {
    const char *name = s->names(*(const int *)value);
    snprintf(text, SETTING_TEXT_MOST, "%s", name ? name : "");
}

const SettingKind setting_choice = {choice_set, choice_print, names_wants, NULL, false};

static bool name_set(const Setting *s, const char *text, void *value, Error *err) {
    (void)err;
    const int index = index_of(s, text);
    if (index < 0) return false;
    *(const char **)value = s->names(index);
    return true;
}

static void name_print(const Setting *s, const void *value, char *text) {
    (void)s;
    const char *name = *(const char *const *)value;
    snprintf(text, SETTING_TEXT_MOST, "%s", name ? name : "");
}

const SettingKind setting_name = {name_set, name_print, names_wants, NULL, false};
