#include "lessons/transcript.h"

#include <stdlib.h>

#include "autograd/tape_print.h"
#include "io/file.h"
#include "lessons/translate.h"

bool transcript_begin(Transcript *t, Error *err) {
    *t = (Transcript){.languages = language_begin() ? LANGUAGES : 1};
    for (int k = 0; k < t->languages; k++) {
        t->stream[k] = open_memstream(&t->text[k], &t->length[k]);
        if (!t->stream[k]) return error_set(err, "no memory for the transcript");
    }
    return true;
}

static void print_in(Language language, FILE *out, const char *format,
                     va_list arguments) {
    language_speak(language);
    if (language == ENGLISH)
        vfprintf(out, format, arguments);
    else
        print_translated(out, format, arguments);
    language_speak(language_yours());
}

void transcript_tell(const char *format, va_list arguments) {
    print_in(language_yours(), stdout, format, arguments);
    fflush(stdout);
}

void transcript_print(Transcript *t, const char *format, va_list arguments) {
    for (int k = 0; k < t->languages; k++) {
        va_list again;
        va_copy(again, arguments);
        print_in((Language)k, t->stream[k], format, again);
        va_end(again);
    }
    transcript_tell(format, arguments);
}

void transcript_tensor(Transcript *t, Tensor tensor) {
    tensor_print(tensor, stdout);
    for (int k = 0; k < t->languages; k++)
        tensor_print(tensor, t->stream[k]);
}

static void print_tape(Language language, FILE *out, const Tape *tape) {
    language_speak(language);
    if (language == ENGLISH)
        tape_print(tape, out);
    else
        print_tape_translated(out, tape);
    language_speak(language_yours());
}

void transcript_tape(Transcript *t, const Tape *tape) {
    print_tape(language_yours(), stdout, tape);
    for (int k = 0; k < t->languages; k++)
        print_tape((Language)k, t->stream[k], tape);
}

void transcript_gradcheck(Transcript *t, const GradCheck *check) {
    gradcheck_print(check, stdout);
    for (int k = 0; k < t->languages; k++)
        gradcheck_print(check, t->stream[k]);
}

bool transcript_end(Transcript *t, Language language, const char *path, Error *err) {
    FileOutput file;
    fclose(t->stream[language]);
    if (!file_begin(&file, path, err)) return false;
    fwrite(t->text[language], 1, t->length[language], file.stream);
    free(t->text[language]);
    return file_commit(&file, err);
}
