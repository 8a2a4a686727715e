#include "errata/errata.h"

#include <string.h>
#include <strings.h>

#include "tensor/check.h"

static const Erratum *const files[] = {errata_doc000, errata_doc001, errata_doc002,
                                       errata_doc003, errata_doc004, errata_systems};

const Erratum *errata_entry(int i) {
    for (size_t f = 0; f < sizeof files / sizeof *files; f++)
        for (const Erratum *e = files[f]; e->id; e++)
            if (i-- == 0) return e;
    return NULL;
}

const Erratum *errata_find(const char *id, Error *err) {
    const Erratum *e;
    for (int i = 0; (e = errata_entry(i)); i++)
        if (strcasecmp(e->id, id) == 0) return e;
    error_set(err,
              "there is no entry \"%s\"; 'stylegrad errata' lists all, from S0-1 to %s",
              id, "KANN-2");
    return NULL;
}

ErrataNumbers errata_run(const Erratum *erratum) {
    CHECK(erratum->show, "errata: entry %s computes nothing", erratum->id);
    Tape *tape = tape_new();
    const ErrataNumbers numbers = erratum->show(tape);
    tape_free(tape);
    return numbers;
}
