/* A program in C that survives a failed CHECK: the handler jumps. */
#include <setjmp.h>
#include <stylegrad/stylegrad.h>

typedef struct Mistake {
    jmp_buf back;
    char text[512];
} Mistake;

static void jump(void *context, const char *text) {
    Mistake *mistake = context;
    snprintf(mistake->text, sizeof mistake->text, "%s", text);
    longjmp(mistake->back, 1);
}

int main(void) {
    static Mistake mistake;
    check_handler(jump, &mistake);
    if (setjmp(mistake.back) == 0) {
        shape_size((Shape){0, 1, 1, 1});
        return 1; /* it does not return from there */
    }
    printf("survived: %s\n", mistake.text);
    return 0;
}
