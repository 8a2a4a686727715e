/* The three streams that every program has: nothing else may land in them, and what is
 * printed must have arrived. */
#ifndef APP_STANDARD_H
#define APP_STANDARD_H

/* Opens /dev/null for each of the descriptors 0 to 2 that is closed: else the next file
 * that is opened gets its number, and messages are written into it. A closed standard
 * output stays one that cannot be written to. */
void standard_guard(void);

/* Ends standard output. The exit status: `status`, or 1 with a sentence when something of
 * what was printed could not be written. When a pipe was closed by its reader, ends the
 * program with SIGPIPE, without a word, as other programs end. */
int standard_end(int status);

#endif
