/* The same name of a loss has different definitions: "content loss" is half a sum, a sum
 * or a mean, depending on the source. Each family of losses has a table of its forms. The
 * command line, its help and the lessons read names and formulas from this table.
 *
 *     for (int i = 0; i < STYLE_FORMS; i++)
 *         printf("%-12s %s\n", style_forms[i].name, style_forms[i].formula);
 *
 *     StyleForm form;
 *     if (!style_form_parse("gatys", &form, &err)) ...                   see style.h */
#ifndef LOSSES_FORMS_H
#define LOSSES_FORMS_H

#include "tensor/error.h"

/* One published form of a loss. */
typedef struct LossForm {
    const char *name;    /* as written on the command line */
    const char *formula; /* one line */
    const char *used_by; /* papers, courses and programs with this form */
} LossForm;

/* Index of the form of that name in a table of `count`, or -1 with a sentence that lists
 * all names; `family` ("style") is for that sentence. */
int loss_form_find(const LossForm *forms, int count, const char *family, const char *name,
                   Error *err);

#endif
