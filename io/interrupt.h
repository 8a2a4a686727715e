/* Ctrl-C (SIGINT), kill (SIGTERM) and a closed terminal (SIGHUP).
 *
 * A program that is ended by a signal must leave no temporary file and no helper process,
 * and a long run must save its result:
 *
 *     interrupt_init();                 from here on a signal cleans up, then ends
 *     ...
 *     interrupt_wait();                 from here on the first one is only noted
 *     while (!interrupt_signal()) step();
 *     save();
 *     return 128 + interrupt_signal();
 *
 * A second signal ends the program at once. Signals that come within a moment of the
 * first belong to it: timeout(1) sends each twice, and a terminal that closes sends
 * SIGHUP once itself and once through the shell. */
#ifndef IO_INTERRUPT_H
#define IO_INTERRUPT_H

#include <sys/types.h>

/* Cleans up before one of the signals above, or SIGABRT, SIGQUIT or SIGXCPU, ends the
 * program. A signal that is ignored stays ignored, as nohup requires. */
void interrupt_init(void);

/* From now on the first SIGINT, SIGTERM or SIGHUP is only remembered. SIGINT is then
 * received even by a program in the background of a script, where shells ignore it. */
void interrupt_wait(void);

/* The first signal that has come since interrupt_wait, or 0. */
int interrupt_signal(void);

/* A file to be removed when a signal ends the program, until it is forgotten; the text is
 * not copied. If there are too many, further files are not removed. */
void interrupt_remember(const char *path);
void interrupt_forget(const char *path);

/* Removes the remembered files, for a program that must end at once. Asks for no memory
 * and may be called from a signal handler. */
void interrupt_clean_up(void);

/* The process of a helper program, 0: none. Any of the signals ends it. */
void interrupt_helper(pid_t helper);

#endif
