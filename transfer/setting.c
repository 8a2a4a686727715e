#include "transfer/setting.h"

#include <stdio.h>
#include <string.h>

#include "tensor/text.h"

bool setting_set(const Setting *s, void *owner, const char *text, Error *err) {
    char what[SETTING_TEXT_MOST];
    if (s->kind->set(s, text, (char *)owner + s->offset, err)) return true;
    if (!s->kind->wants) return false;
    s->kind->wants(s, what);
    return error_set(err, "%s", what);
}

void setting_print(const Setting *s, const void *owner, char text[SETTING_TEXT_MOST]) {
    s->kind->print(s, (const char *)owner + s->offset, text);
}

bool setting_same(const Setting *s, const void *a, const void *b) {
    char x[SETTING_TEXT_MOST], y[SETTING_TEXT_MOST];
    setting_print(s, a, x);
    setting_print(s, b, y);
    return strcmp(x, y) == 0;
}

void setting_names(const Setting *s, char text[SETTING_TEXT_MOST]) {
    text[0] = 0;
    for (int i = 0; s->names(i); i++)
        text_append(text, SETTING_TEXT_MOST, "%s%s", i ? "|" : "", s->names(i));
}

void setting_takes(const Setting *s, char text[SETTING_TEXT_MOST]) {
    if (s->takes || !s->names)
        snprintf(text, SETTING_TEXT_MOST, "%s", s->takes ? s->takes : s->kind->takes);
    else
        setting_names(s, text);
}

const Setting *setting_find(const Setting *rows, const char *name) {
    for (; rows->name; rows++)
        if (strcmp(rows->name, name) == 0) return rows;
    return NULL;
}
