/* What the library needs of pthread.h, in WebAssembly: a page runs one thread, and its memory
 * goes when the page does. wasi-libc has none of it. */
#ifndef WEB_LIBC_PTHREAD_H
#define WEB_LIBC_PTHREAD_H

/* Whether the function of a pthread_once has run. */
typedef int pthread_once_t;
#define PTHREAD_ONCE_INIT 0

/* A key, whose value nobody asks for: the library keeps its own pointer. */
typedef int pthread_key_t;

static inline int pthread_once(pthread_once_t *once, void (*run)(void)) {
    if (!*once) run();
    *once = 1;
    return 0;
}

static inline int pthread_key_create(pthread_key_t *key, void (*free_value)(void *)) {
    (void)free_value;
    *key = 0;
    return 0;
}

static inline int pthread_setspecific(pthread_key_t key, const void *value) {
    (void)key, (void)value;
    return 0;
}

#endif
