#include "losses/forms.h"

#include <string.h>

#include "tensor/text.h"

int loss_form_find(const LossForm *forms, int count, const char *family, const char *name,
                   Error *err) {
    char names[256] = "";
    for (int i = 0; i < count; i++) {
        if (strcmp(forms[i].name, name) == 0) return i;
        text_append(names, sizeof names, "%s%s",
                    i == 0           ? ""
                    : i + 1 == count ? " or "
                                     : ", ",
                    forms[i].name);
    }
    error_set(err, "there is no %s form \"%s\"; use %s", family, name, names);
    return -1;
}
