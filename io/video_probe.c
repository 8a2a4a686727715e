#include "io/video_probe.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/command.h"
#include "io/json_read.h"
#include "io/video_words.h"

#define MOST_SAID 65536 /* bytes of what ffprobe prints, which is about a thousand */
#define FASTEST 1000    /* frames a second; above, it is a clock and no rate */
#define USUAL ((VideoRate){25, 1})

/* What the field of a stream or of the file says; "" when it is not there. */
static const char *said(json_t *object, const char *name) {
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

/* "30000/1001"; false for "0/0". */
static bool read_rate(const char *text, VideoRate *out) {
    char *end;
    const long frames = strtol(text, &end, 10);
    const long seconds = *end == '/' ? strtol(end + 1, &end, 10) : 1;
    if (frames < 1 || seconds < 1 || frames > INT_MAX || seconds > INT_MAX ||
        frames / seconds >= FASTEST)
        return false;
    *out = (VideoRate){(int)frames, (int)seconds};
    return true;
}

/* The number of frames if the file knows it, else what its length says. */
static long count_frames(json_t *stream, json_t *format, VideoRate rate) {
    const long counted = strtol(said(stream, "nb_frames"), NULL, 10);
    double seconds = strtod(said(stream, "duration"), NULL);
    if (!(seconds > 0)) seconds = strtod(said(format, "duration"), NULL);
    const double frames = seconds * rate.frames / rate.seconds;
    if (counted > 0) return counted;
    return frames > 0 && frames < (double)INT_MAX ? (long)(frames + 0.5) : 0;
}

/* The picture of a song is no video. */
static bool moves(json_t *stream) {
    json_t *is = json_object_get(stream, "disposition");
    return strcmp(said(stream, "codec_type"), "video") == 0 &&
           !json_integer_value(json_object_get(is, "attached_pic"));
}

static bool take(json_t *all, const char *path, VideoInfo *out, Error *err) {
    size_t i;
    json_t *stream, *video = NULL, *sound = NULL;
    json_array_foreach(json_object_get(all, "streams"), i, stream) {
        if (!video && moves(stream)) video = stream;
        if (!sound && strcmp(said(stream, "codec_type"), "audio") == 0) sound = stream;
    }
    *out = (VideoInfo){.rate = USUAL, .sound = sound != NULL};
    if (!video)
        return error_set(err, "%s: has no video; name a file that has frames", path);
    if (!read_rate(said(video, "avg_frame_rate"), &out->rate))
        (void)read_rate(said(video, "r_frame_rate"), &out->rate);
    out->frames = count_frames(video, json_object_get(all, "format"), out->rate);
    strncat(out->codec, said(sound, "codec_name"), sizeof out->codec - 1);
    return true;
}

/* What ffprobe prints, into `text`. */
static bool ask(const char *path, FILE *printed, char *text, size_t *length, Error *err) {
    Arena *arena = arena_new();
    VideoWords line = {.arena = arena};
    Error why;
    VIDEO_WORDS(&line, "ffprobe", "-v", "error", "-of", "json", "-show_entries",
                "stream=codec_type,codec_name,avg_frame_rate,r_frame_rate,nb_frames,"
                "duration:stream_disposition=attached_pic:format=duration");
    video_words_input(&line, path);
    bool good = command_run(line.word, VIDEO_PACKAGE, NULL, printed, &why);
    if (!good && strstr(why.text, "failed: "))
        error_set(err, "%s: is no video that ffmpeg reads: %s; choose another file", path,
                  strstr(why.text, "failed: ") + strlen("failed: "));
    else if (!good)
        *err = why;
    arena_free(arena);
    rewind(printed);
    *length = fread(text, 1, MOST_SAID, printed);
    return good;
}

bool video_probe(const char *path, VideoInfo *out, Error *err) {
    static char text[MOST_SAID];
    size_t length;
    json_error_t problem;
    if (access(path, R_OK))
        return error_set(err, "cannot read %s: %s; check its name", path,
                         strerror(errno));
    FILE *printed = tmpfile();
    if (!printed)
        return error_set(err, "no temporary file for ffprobe: %s; make room in /tmp",
                         strerror(errno));
    bool good = ask(path, printed, text, &length, err);
    fclose(printed);
    if (!good) return false;
    json_t *all = json_read(text, length, &problem);
    good = all ? take(all, path, out, err)
               : error_set(err, "%s: ffprobe says what is no JSON; choose another file",
                           path);
    json_decref(all);
    return good;
}
