#include "io/video_words.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tensor/check.h"
#include "tensor/text.h"

void video_words(VideoWords *line, const char *const *words) {
    const int most = (int)(sizeof line->word / sizeof *line->word) - 1;
    for (; *words; words++) {
        CHECK(line->count < most, "more than %d words", most);
        line->word[line->count++] = arena_string(line->arena, *words);
    }
}

void video_words_input(VideoWords *line, const char *path) {
    VIDEO_WORDS(line, "-i", text_format(line->arena, "file:%s", path));
}

bool video_pipe(VideoPipe *out, bool from_there, Error *err) {
    int end[2]; /* the first is read from */
    if (pipe(end))
        return error_set(err, "no pipe to ffmpeg: %s; close other programs",
                         strerror(errno));
    for (int i = 0; i < 2; i++)
        (void)fcntl(end[i], F_SETFD, FD_CLOEXEC);
    *out = from_there ? (VideoPipe){end[0], end[1]} : (VideoPipe){end[1], end[0]};
    return true;
}
