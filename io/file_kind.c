#include "io/file_kind.h"

#include <string.h>

#define LOOKED_AT 4096 /* bytes at the start that are searched for a kind of text */

/* Formats with a fixed signature. */
#define MAGIC(bytes) bytes, sizeof(bytes) - 1
#define IMAGE(name, command)                                                             \
    { FILE_IMAGE, name, "convert it to PNG: " command }
#define MAGICK(name, suffix) IMAGE(name, "convert IN." suffix " OUT.png")
#define FIRST(name, suffix) IMAGE(name, "convert 'IN." suffix "[0]' OUT.png")
#define VIDEO(name)                                                                      \
    { FILE_VIDEO, name, "take a frame: ffmpeg -i IN -frames:v 1 OUT.png" }
#define PACKED(name, command)                                                            \
    { FILE_ARCHIVE, name, "unpack it first: " command }
#define DATA(name, advice)                                                               \
    { FILE_DATA, name, advice }

static const struct {
    const char *magic; /* the bytes at `place` */
    size_t length, place;
    FileKind kind;
} known[] = {
    {MAGIC("\x89PNG\r\n\x1a\n"), 0, {FILE_IMAGE, "PNG", "it is an image"}},
    {MAGIC("\xff\xd8\xff"), 0, {FILE_IMAGE, "JPEG", "it is an image"}},
    {MAGIC("GIF8"), 0, FIRST("GIF", "gif")},
    {MAGIC("WEBP"), 8, MAGICK("WebP", "webp")},
    {MAGIC("II*\0"), 0, FIRST("TIFF", "tif")},
    {MAGIC("MM\0*"), 0, FIRST("TIFF", "tif")},
    {MAGIC("II+\0"), 0, FIRST("BigTIFF", "tif")},
    {MAGIC("MM\0+"), 0, FIRST("BigTIFF", "tif")},
    {MAGIC("\0\0\0\x0cjP  "), 0, MAGICK("JPEG 2000", "jp2")},
    {MAGIC("\xff\x4f\xff\x51"), 0, MAGICK("JPEG 2000", "j2k")},
    {MAGIC("\0\0\0\x0cJXL "), 0, IMAGE("JPEG XL", "djxl IN.jxl OUT.png")},
    {MAGIC("\xff\x0a"), 0, IMAGE("JPEG XL", "djxl IN.jxl OUT.png")},
    {MAGIC("II\xbc\1"), 0, MAGICK("JPEG XR", "jxr")},
    {MAGIC("8BPS"), 0, FIRST("PSD", "psd")},
    {MAGIC("gimp xcf"), 0, IMAGE("XCF", "File > Export As in GIMP")},
    {MAGIC("v/1\1"), 0, MAGICK("OpenEXR", "exr")},
    {MAGIC("#?RADIANCE"), 0, MAGICK("Radiance HDR", "hdr")},
    {MAGIC("P7\n"), 0, MAGICK("PAM", "pam")},
    {MAGIC("PF\n"), 0, MAGICK("PFM", "pfm")},
    {MAGIC("Pf\n"), 0, MAGICK("PFM", "pfm")},
    {MAGIC("qoif"), 0, IMAGE("QOI", "ffmpeg -i IN.qoi OUT.png")},
    {MAGIC("DDS "), 0, MAGICK("DDS", "dds")},
    {MAGIC("\0\0\1\0"), 0, FIRST("ICO", "ico")},
    {MAGIC("FUJIFILMCCD-RAW"), 0, IMAGE("Fuji RAF", "darktable-cli IN.raf OUT.png")},
    {MAGIC("\x1a\x45\xdf\xa3"), 0, VIDEO("WebM or Matroska")},
    {MAGIC("AVI "), 8, VIDEO("AVI")},
    {MAGIC("%PDF"), 0, {FILE_DOCUMENT, "PDF", "convert it to PNG: pdftoppm -png IN OUT"}},
    {MAGIC("%!PS"),
     0,
     {FILE_DOCUMENT, "PostScript",
      "convert it to PNG: gs -o OUT.png "
      "-sDEVICE=png16m IN"}},
    {MAGIC("version https://git-lfs"),
     0,
     {FILE_DOCUMENT, "a Git LFS pointer",
      "fetch the file that it stands for: git lfs pull"}},
    {MAGIC("\x1f\x8b"), 0, PACKED("gzip", "gunzip -c IN > OUT")},
    {MAGIC("BZh"), 0, PACKED("bzip2", "bunzip2 -c IN > OUT")},
    {MAGIC("\xfd\x37zXZ\0"), 0, PACKED("xz", "unxz -c IN > OUT")},
    {MAGIC("\x28\xb5\x2f\xfd"), 0, PACKED("zstd", "unzstd -c IN > OUT")},
    {MAGIC("PK\3\4"), 0, PACKED("zip", "unzip IN")},
    {MAGIC("7z\xbc\xaf\x27\x1c"), 0, PACKED("7z", "7z x IN")},
    {MAGIC("Rar!\x1a\7"), 0, PACKED("RAR", "unrar x IN")},
    {MAGIC("ustar"), 257, PACKED("tar", "tar -xf IN")},
    {MAGIC("MATLAB "), 0,
     DATA("MATLAB .mat", "load it with scipy.io.loadmat in Python "
                         "and save the arrays with numpy.savez")},
    {MAGIC("\x89HDF\r\n\x1a\n"), 0,
     DATA("HDF5", "if Keras wrote it: "
                  "python3 weights/convert_h5.py IN.h5 OUT.safetensors")},
    {MAGIC("\x93NUMPY"), 0, DATA("NumPy .npy", "let its name end in .npy")},
    {MAGIC("GGUF"), 0, DATA("GGUF", "it holds a language model; use another file")},
    {MAGIC("TFL3"), 4, DATA("TensorFlow Lite", "use a .safetensors, .pth or .npz file")},
};

/* Formats in boxes of ISO 14496-12: "ftyp", a brand, a version, and more brands. */
#define AVIF IMAGE("AVIF", "avifdec IN.avif OUT.png")
#define HEIC IMAGE("HEIC", "heif-convert IN.heic OUT.png")
#define HEIF IMAGE("HEIF", "heif-convert IN.heif OUT.png")

static const struct {
    const char *brand;
    FileKind kind;
} brands[] = {
    {"avif", AVIF},
    {"avis", AVIF},
    {"heic", HEIC},
    {"heix", HEIC},
    {"heim", HEIC},
    {"heis", HEIC},
    {"hevc", HEIC},
    {"hevx", HEIC},
    {"hevm", HEIC},
    {"hevs", HEIC},
    {"mif1", HEIF},
    {"msf1", HEIF},
    {"crx ", IMAGE("Canon CR3", "darktable-cli IN.cr3 OUT.png")},
    {"", VIDEO("MP4 or QuickTime")}, /* all others */
};

#define MESSAGE "'head IN' shows it: perhaps a server's refusal; fetch the file again"

static const FileKind
    tga = MAGICK("TGA", "tga"),
    svg = IMAGE("SVG", "rsvg-convert IN.svg -o OUT.png"),
    page = {FILE_DOCUMENT, "a web page",
            "the link leads to a page; fetch the file that the page offers"},
    utf16 = {FILE_DOCUMENT, "UTF-16 text",
             "save it as UTF-8: iconv -f UTF-16 -t UTF-8 IN > OUT"},
    xml = {FILE_DOCUMENT, "XML", MESSAGE}, text = {FILE_DOCUMENT, "text", MESSAGE},
    mat = DATA("MATLAB .mat 7.3", "load it with h5py in Python and save the arrays with "
                                  "numpy.savez"),
    zeros = {FILE_UNKNOWN, "nothing but zeros", "its download was cut; fetch it again"},
    unknown = {FILE_UNKNOWN, "unknown type", "check that it is the right file"};

static bool has(const FileBytes *file, size_t place, const char *bytes, size_t length) {
    return file->size >= place + length && !memcmp(file->data + place, bytes, length);
}

/* The first brand that identifies the format: a file of the brand mif1 lists avif or
 * heic later. Other kinds of images and films are in the last row. */
static const FileKind *kind_of_brands(const FileBytes *file) {
    const size_t rows = sizeof brands / sizeof *brands;
    const size_t end = (size_t)file->data[2] << 8 | file->data[3];
    for (size_t row = 0; row + 1 < rows; row++) {
        if (has(file, 8, brands[row].brand, 4)) return &brands[row].kind;
        for (size_t at = 16; at + 4 <= end; at += 4)
            if (has(file, at, brands[row].brand, 4)) return &brands[row].kind;
    }
    return &brands[rows - 1].kind;
}

/* TGA has no signature: its header of 18 bytes must be valid, or it has a footer. */
static bool is_tga(const FileBytes *file) {
    const unsigned char *p = file->data;
    if (file->size < 18) return false;
    if (has(file, file->size - 18, "TRUEVISION-XFILE.", 18)) return true;
    const int kind = p[2] & 7, bits = p[16];
    return p[1] <= 1 && (p[2] & ~8) == kind && kind >= 1 && kind <= 3 &&
           (kind == 1) == (p[1] == 1) && (p[12] || p[13]) && (p[14] || p[15]) &&
           (bits == 8 || bits == 15 || bits == 16 || bits == 24 || bits == 32) &&
           (p[17] & 0xC0) == 0;
}

/* Whether the start holds these lower-case letters, in either case. */
static bool mentions(const FileBytes *file, const char *word) {
    const size_t length = strlen(word);
    const size_t end = file->size < LOOKED_AT ? file->size : LOOKED_AT;
    for (size_t at = 0; at + length <= end; at++) {
        size_t same = 0;
        while (same < length && (file->data[at + same] == (unsigned char)word[same] ||
                                 (file->data[at + same] | 0x20) == word[same]))
            same++;
        if (same == length) return true;
    }
    return false;
}

static bool is_text(const FileBytes *file) {
    const size_t end = file->size < LOOKED_AT ? file->size : LOOKED_AT;
    for (size_t at = 0; at < end; at++) {
        const unsigned char c = file->data[at];
        if (c == 0 || c == 127 || (c < 32 && !strchr("\t\n\v\f\r", c))) return false;
    }
    return end >= 4;
}

static const FileKind *kind_of_text(const FileBytes *file) {
    size_t at = has(file, 0, "\xef\xbb\xbf", 3) ? 3 : 0;
    while (at < file->size && strchr(" \t\r\n", file->data[at]) && file->data[at])
        at++;
    if (at == file->size || file->data[at] != '<') return &text;
    if (mentions(file, "<html") || mentions(file, "<!doctype html") ||
        mentions(file, "<head") || mentions(file, "<body"))
        return &page;
    if (mentions(file, "<svg")) return &svg;
    return mentions(file, "<?xml") ? &xml : &text;
}

static bool is_zeros(const FileBytes *file) {
    size_t at = 0;
    while (at < file->size && at < LOOKED_AT && file->data[at] == 0)
        at++;
    return at >= 64 && (at == file->size || at == LOOKED_AT);
}

const FileKind *file_kind(const FileBytes *file) {
    if (has(file, 4, "ftyp", 4) && file->size >= 12) return kind_of_brands(file);
    if (has(file, 512, "\x89HDF\r\n\x1a\n", 8)) return &mat;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (has(file, known[i].place, known[i].magic, known[i].length))
            return &known[i].kind;
    if (has(file, 0, "\xff\xfe", 2) || has(file, 0, "\xfe\xff", 2)) return &utf16;
    if (is_text(file)) return kind_of_text(file);
    if (is_zeros(file)) return &zeros;
    return is_tga(file) ? &tga : &unknown;
}
