/* Files that people pass by mistake are named, with the command that helps. The bytes are
 * the starts of real files, as the formats' own documents give them. */
#include <stdlib.h>
#include <string.h>

#include "io/file_kind.h"
#include "tests/test.h"

static const FileKind *kind_of(const void *bytes, size_t size) {
    FileBytes file = {(unsigned char *)(uintptr_t)bytes, size};
    const FileKind *kind = file_kind(&file);
    assert_non_null(kind);
    return kind;
}

static void assert_kind(const void *bytes, size_t size, const char *name,
                        const char *advice) {
    const FileKind *kind = kind_of(bytes, size);
    assert_string_equal(kind->name, name);
    assert_non_null(strstr(kind->advice, advice));
}
#define KIND(bytes, name, advice) assert_kind(bytes, sizeof bytes - 1, name, advice)

static void image_formats_are_named_with_their_converter(void **state) {
    (void)state;
    KIND("GIF89a\1\0\1\0", "GIF", "convert 'IN.gif[0]' OUT.png");
    KIND("RIFF\x1a\0\0\0WEBPVP8 ", "WebP", "convert IN.webp OUT.png");
    KIND("II*\0\x08\0\0\0", "TIFF", "convert 'IN.tif[0]' OUT.png");
    KIND("MM\0*\0\0\0\x08", "TIFF", "convert");
    KIND("II+\0\x08\0\0\0", "BigTIFF", "convert");
    KIND("\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000", "convert IN.jp2 OUT.png");
    KIND("\xff\x4f\xff\x51\0\x29", "JPEG 2000", "convert");
    KIND("\xff\x0a\xfa\x1f", "JPEG XL", "djxl IN.jxl OUT.png");
    KIND("\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL", "djxl");
    KIND("8BPS\0\1\0\0", "PSD", "convert 'IN.psd[0]' OUT.png");
    KIND("<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG", "rsvg-convert");
    KIND("<?xml version='1.0'?>\n<!-- by Inkscape -->\n<svg/>", "SVG", "rsvg-convert");
    KIND("%PDF-1.7\n", "PDF", "pdftoppm");
    KIND("v/1\1\2\0\0\0", "OpenEXR", "convert");
    KIND("\0\0\1\0\1\0", "ICO", "convert");
    KIND("\x1a\x45\xdf\xa3\x01", "WebM or Matroska", "ffmpeg");
}

/* ISO 14496-12: size of the box, "ftyp", major brand, version, compatible brands. */
static void every_brand_of_heif_is_distinguished(void **state) {
    (void)state;
    static const struct {
        const char *brands, *name;
    } cases[] = {
        {"heic....mif1heic", "HEIC"},
        {"heix....mif1heix", "HEIC"},
        {"hevc....msf1hevc", "HEIC"},
        {"hevx....msf1hevx", "HEIC"},
        {"heim....heimmif1", "HEIC"},
        {"mif1....mif1heic", "HEIC"},
        {"mif1....mif1avif", "AVIF"},
        {"mif1....mif1miaf", "HEIF"},
        {"avif....avifmif1", "AVIF"},
        {"avis....avifmsf1", "AVIF"},
        {"crx ....crx isom", "Canon CR3"},
        {"isom....isomavc1", "MP4 or QuickTime"},
        {"qt  ....qt  qt  ", "MP4 or QuickTime"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char file[25] = "\0\0\0\x18"
                        "ftyp";
        memcpy(file + 8, cases[i].brands, 16);
        assert_kind(file, 24, cases[i].name, "");
    }
}

static void failed_downloads_are_named(void **state) {
    (void)state;
    KIND("<!DOCTYPE html>\n<html><body>404", "a web page", "the link leads to a page");
    KIND("\xef\xbb\xbf \r\n<HTML><HEAD>", "a web page", "fetch the file");
    KIND("<html><svg/></html>", "a web page", "fetch the file");
    KIND("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "XML",
         "fetch the file again");
    KIND("404: Not Found", "text", "'head IN' shows it");
    KIND("{\"message\": \"Not Found\"}", "text", "'head IN' shows it");
    KIND("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 5\n",
         "a Git LFS pointer", "git lfs pull");
    char zeros[5000] = {0};
    assert_kind(zeros, sizeof zeros, "nothing but zeros", "fetch it again");
}

static void archives_and_data_are_named(void **state) {
    (void)state;
    KIND("\x1f\x8b\x08\0", "gzip", "gunzip -c IN > OUT");
    KIND("BZh91AY&SY", "bzip2", "bunzip2");
    KIND("\xfd"
         "7zXZ\0\0\4",
         "xz", "unxz");
    KIND("\x28\xb5\x2f\xfd\4", "zstd", "unzstd");
    KIND("PK\3\4\x14\0", "zip", "unzip");
    KIND("7z\xbc\xaf\x27\x1c\0\4", "7z", "7z x");
    KIND("MATLAB 5.0 MAT-file, Platform: GLNXA64", "MATLAB .mat", "scipy.io.loadmat");
    KIND("\x89HDF\r\n\x1a\n\0", "HDF5", "convert_h5.py");
    KIND("\x93NUMPY\1\0", "NumPy .npy", ".npy");
    KIND("\xff\xfe"
         "a\0b\0",
         "UTF-16 text", "iconv");
    char mat[600] = "MATLAB 7.3 MAT-file, Platform: GLNXA64";
    memcpy(mat + 512, "\x89HDF\r\n\x1a\n", 8);
    assert_kind(mat, sizeof mat, "MATLAB .mat 7.3", "h5py");
    char tar[512] = "photo.jpg";
    memcpy(tar + 257, "ustar", 5);
    assert_kind(tar, sizeof tar, "tar", "tar -xf");
}

/* A TGA header: no palette, 24 bits of colour (2, or 10 when packed), 4 x 3 pixels. */
static void tga_is_detected_by_its_header_or_its_footer(void **state) {
    (void)state;
    unsigned char header[30] = {[2] = 2, [12] = 4, [14] = 3, [16] = 24};
    assert_kind(header, sizeof header, "TGA", "convert IN.tga OUT.png");
    header[2] = 10;
    assert_kind(header, sizeof header, "TGA", "convert");
    header[16] = 23;
    assert_kind(header, sizeof header, "unknown type", "");
    char foot[60] = "\1\2\3";
    memcpy(foot + 42, "TRUEVISION-XFILE.", 18);
    assert_kind(foot, sizeof foot, "TGA", "convert");
}

/* One field after the other of a valid TGA header is set to what no TGA has. */
static void a_header_that_is_no_tga_is_not_called_one(void **state) {
    (void)state;
    static const struct {
        int at, value;
    } wrong[] = {{1, 2},  {1, 1},  {2, 0},   {2, 1},   {2, 4},    {2, 18},
                 {12, 0}, {14, 0}, {16, 23}, {17, 64}, {17, 0x80}};
    static const unsigned char valid[18] = {[2] = 2, [12] = 4, [14] = 3, [16] = 24};
    static const int bits[] = {8, 15, 16, 24, 32};
    unsigned char header[18];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        memcpy(header, valid, sizeof header);
        header[wrong[i].at] = (unsigned char)wrong[i].value;
        assert_string_not_equal(kind_of(header, sizeof header)->name, "TGA");
    }
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        memcpy(header, valid, sizeof header);
        header[16] = (unsigned char)bits[i];
        assert_kind(header, sizeof header, "TGA", "convert");
    }
    memcpy(header, valid, sizeof header);
    header[1] = header[2] = 1; /* a palette, and 256 x 256 pixels */
    header[12] = header[14] = 0;
    header[13] = header[15] = 1;
    header[16] = 8;
    assert_kind(header, sizeof header, "TGA", "convert");
}

static void texts_are_told_by_their_first_element(void **state) {
    (void)state;
    KIND("\xef\xbb\xbf\r\n\t <HTML>", "a web page", "");
    KIND("<meta><head>", "a web page", "");
    KIND("<p><BODY>", "a web page", "");
    KIND("<?xml?><rss>", "XML", "head IN");
    KIND("<rss></rss>", "text", "head IN");
    KIND(" \t\r\n", "text", "head IN");
    KIND("one\vtwo\f", "text", "");
    KIND("one\x7ftwo", "unknown type", "");
    KIND("abc", "unknown type", ""); /* too short to be sure */
    KIND("\xfe\xff\0a\0b", "UTF-16 text", "iconv");
}

/* 63 zeros may be the start of something; a zero download is longer. */
static void zeros_are_nothing_from_64_bytes_on(void **state) {
    (void)state;
    static unsigned char zeros[5000];
    assert_kind(zeros, 63, "unknown type", "");
    assert_kind(zeros, 64, "nothing but zeros", "fetch it again");
    assert_kind(zeros, sizeof zeros, "nothing but zeros", "");
    zeros[4999] = 1; /* beyond what is looked at */
    assert_kind(zeros, sizeof zeros, "nothing but zeros", "");
    zeros[100] = 1;
    assert_kind(zeros, sizeof zeros, "unknown type", "");
}

/* Every start of a file of any kind is looked at without reading beyond it; the sanitizer
 * watches. */
static void no_length_is_too_short(void **state) {
    (void)state;
    static const char *const starts[] = {"\0\0\0\x18\x66typheic....mif1heic",
                                         "<?xml <svg>", "MATLAB 7.3",
                                         "\1\1\1\1\1\1\1\1\1\1\1\1\1"};
    static const size_t lengths[] = {24, 11, 10, 13};
    for (int i = 0; i < 4; i++)
        for (size_t size = 1; size <= lengths[i]; size++) {
            unsigned char *exact = malloc(size);
            memcpy(exact, starts[i], size);
            kind_of(exact, size);
            free(exact);
        }
    assert_int_equal(kind_of("\1\2\3", 3)->group, FILE_UNKNOWN);
    assert_int_equal(kind_of("GIF8", 4)->group, FILE_IMAGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(image_formats_are_named_with_their_converter),
        cmocka_unit_test(every_brand_of_heif_is_distinguished),
        cmocka_unit_test(failed_downloads_are_named),
        cmocka_unit_test(archives_and_data_are_named),
        cmocka_unit_test(tga_is_detected_by_its_header_or_its_footer),
        cmocka_unit_test(a_header_that_is_no_tga_is_not_called_one),
        cmocka_unit_test(texts_are_told_by_their_first_element),
        cmocka_unit_test(zeros_are_nothing_from_64_bytes_on),
        cmocka_unit_test(no_length_is_too_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
