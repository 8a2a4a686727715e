/* What happens to a cell that crashes, exits or is interrupted: called by the kernel.
 *
 * Each of them is announced on stderr by lines that begin with the character 2, which the
 * kernel takes out again: "at ADDRESS FILE" for every place in cells that was being run,
 * the innermost first, where FILE is the compiled cell with its line numbers; "stack"
 * when there was no room for a function's variables. */
#ifndef NOTEBOOKS_GUARD_H
#define NOTEBOOKS_GUARD_H

/* Once, before the first cell. Files go into $STYLEGRAD_SHOW. */
void guard_begin(void);

/* Runs a piece of a cell. After SIGINT it returns early, and nothing more is run until
 * guard_end(); what the cells have made is still there. That is possible only while code
 * of cells alone is on the stack: the library would be left with locks and threads in an
 * unknown state. So it is tried again and again, and the kernel loses its patience. */
void guard_run(void (*piece)(void));

/* The cell is over: runs are run again. */
void guard_end(void);

/* The result of a cell's main() is printed if it is not 0. */
void guard_main(int status);

#endif
