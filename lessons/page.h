/* The page of a lesson, or of another text of docs/: docs/en/NAME.md and docs/zh/NAME.md with
 * the images, the plots, the code and the transcript in them, as one index.html that needs no
 * network.
 *
 * pandoc does the work (formulas become MathML), with lessons/page.html as its template
 * and lessons/page.lua for what is ours: see there. Both, and docs/, are looked for in
 * the current folder and above the program. */
#ifndef LESSONS_PAGE_H
#define LESSONS_PAGE_H

#include "tensor/arena.h"
#include "tensor/error.h"

/* Writes FOLDER/index.html. `own` says that the run had images or options of the reader;
 * the page says then that its text describes another run. Without docs/ of this name it
 * shows the images and the transcript. Fails when pandoc is missing, or a page quotes a
 * function that no file has. */
bool page_write(Arena *arena, const char *name, const char *folder, bool own, Error *err);

/* The same at the end of a lesson: prints where the page is; or on stderr why there is
 * none, which is no failure of the lesson. */
void page_show(Arena *arena, const char *name, const char *folder, bool own);

#endif
