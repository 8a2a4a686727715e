/* Tells the address sanitizer which bytes of a larger block belong to somebody. It then
 * reports the first byte after a request, as it does for malloc. Does nothing in programs
 * that are built without it. */
#ifndef TENSOR_SANITIZER_H
#define TENSOR_SANITIZER_H

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZER_WATCHES 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZER_WATCHES 1
#endif

#ifdef SANITIZER_WATCHES
#include <sanitizer/asan_interface.h>
#define SANITIZER_GAP ((size_t)64) /* bytes of nobody after each request */
static inline void sanitizer_hide(const void *bytes, size_t count) {
    __asan_poison_memory_region(bytes, count);
}
static inline void sanitizer_show(const void *bytes, size_t count) {
    __asan_unpoison_memory_region(bytes, count);
}
#else
#define SANITIZER_GAP ((size_t)0)
static inline void sanitizer_hide(const void *bytes, size_t count) {
    (void)bytes, (void)count;
}
static inline void sanitizer_show(const void *bytes, size_t count) {
    (void)bytes, (void)count;
}
#endif

#endif
