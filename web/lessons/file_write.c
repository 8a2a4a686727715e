/* io/file.h's writing: into the file itself, which the page sees when it is closed. */
#include <errno.h>
#include <string.h>

#include "io/file.h"

static bool refuse(const char *path, Error *err) {
    return error_set(err, "cannot write %s: %s; choose another name", path,
                     strerror(errno));
}

bool file_begin(FileOutput *output, const char *path, Error *err) {
    *output = (FileOutput){.stream = fopen(path, "wb")};
    return output->stream || refuse(path, err);
}

bool file_commit(FileOutput *output, Error *err) {
    const bool whole = !ferror(output->stream);
    const bool good = fclose(output->stream) == 0 && whole;
    *output = (FileOutput){0};
    return good || error_set(err, "there is no memory for a file; close other pages");
}

void file_abandon(FileOutput *output) {
    if (output->stream) fclose(output->stream);
    *output = (FileOutput){0};
}

bool file_write(const char *path, const void *data, size_t size, Error *err) {
    FileOutput output;
    if (!file_begin(&output, path, err)) return false;
    fwrite(data, 1, size, output.stream);
    return file_commit(&output, err);
}
