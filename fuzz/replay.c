/* Gives a fuzz target the files of its corpus, or those that are named: no compiler but
 * gcc is needed.
 *
 *     build/sanitize/fuzz/png                        all of fuzz/corpus/png
 *     build/sanitize/fuzz/png out/fuzz/png/crash-1   this one
 *
 * A finding ends the program, as it does under libFuzzer; the last line says where. */
#include <dirent.h>
#include <string.h>

#include "fuzz/fuzz.h"

#define INPUT_MOST ((size_t)1 << 20) /* bytes */

/* False when the file cannot be read. */
static bool replay(const char *path) {
    Arena *arena = arena_new();
    FileBytes file;
    Error err;
    const bool good = file_read(arena, path, INPUT_MOST, &file, &err);
    if (good)
        LLVMFuzzerTestOneInput(file.data, file.size);
    else
        fprintf(stderr, "%s\n", err.text);
    arena_free(arena);
    return good;
}

/* The number of files in the folder, or -1 when one cannot be read. */
static int replay_folder(const char *folder) {
    char path[4400];
    int count = 0;
    DIR *list = opendir(folder);
    for (struct dirent *entry; list && count >= 0 && (entry = readdir(list));) {
        if (*entry->d_name == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        count = replay(path) ? count + 1 : -1;
    }
    if (list) closedir(list);
    return count;
}

int main(int argc, char **argv) {
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    for (int i = 1; i < argc; i++)
        if (!replay(argv[i])) return 1;
    if (argc > 1) return 0;
    char folder[4096];
    snprintf(folder, sizeof folder, "fuzz/corpus/%s", name);
    const int count = replay_folder(folder);
    if (count == 0)
        fprintf(stderr, "%s: has no files; run this in the project\n", folder);
    if (count > 0) printf("%s: %d inputs read or refused\n", name, count);
    return count > 0 ? 0 : 1;
}
