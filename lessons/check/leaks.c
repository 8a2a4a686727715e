#include "lessons/check/leaks.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lessons/check/ended.h"

#if defined __SANITIZE_ADDRESS__
#define ADDRESS_SANITIZER 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif

#if defined ADDRESS_SANITIZER && defined __linux__
int __lsan_do_recoverable_leak_check(void);

/* What the sanitizer says about leaks. It runs in a separate process, because it
 * ends the process in which it cannot look. */
static void report(char *said, size_t room) {
    FILE *errors = tmpfile();
    said[0] = 0;
    if (!errors) return;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        dup2(fileno(errors), STDERR_FILENO);
        __lsan_do_recoverable_leak_check();
        _exit(0);
    }
    if (child > 0) waitpid(child, NULL, 0);
    rewind(errors);
    said[fread(said, 1, room - 1, errors)] = 0;
    fclose(errors);
}
#else
static void report(char *said, size_t room) {
    (void)room;
    said[0] = 0;
}
#endif

static bool of_student(const char *stack, Sentence text) {
    char where[300] = "";
    for (int l = 0; l < LANGUAGES; l++) {
        language_speak((Language)l);
        ended_where(stack, where, sizeof where);
        snprintf(text[l], STATEMENT, tr("memory is taken and never freed%s"), where);
    }
    language_speak(language_yours());
    return *where;
}

/* Only memory that the student's file has allocated counts: each leak has its own stack,
 * and the first frame after malloc is the function that allocated it. */
bool leaks_found(Sentence text) {
    static char said[65536];
    report(said, sizeof said);
    for (const char *leak = said; (leak = strstr(leak, " leak of ")); leak++) {
        const char *end = strstr(leak, "\n\n");
        char stack[4096];
        snprintf(stack, sizeof stack, "%.*s", end ? (int)(end - leak) : (int)strlen(leak),
                 leak);
        if (of_student(stack, text)) return true;
    }
    memset(text, 0, sizeof(Sentence));
    return false;
}
