#include <stdio.h>

#include "lessons/check/language.h"
#include "lessons/page.h"
#include "tensor/text.h"

void page_show(Arena *arena, const char *name, const char *folder, bool own) {
    Error err;
    if (!page_write(arena, name, folder, own, &err))
        fprintf(stderr, tr("%s: no index.html: %s\n"), name, err.text);
    else
        printf(own ? tr("\nlook at %s, whose text describes our images, and whose "
                        "figures are yours\n")
                   : tr("\nlook at %s\n"),
               text_format(arena, "%s/index.html", folder));
}
