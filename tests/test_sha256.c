/* Against the published examples of FIPS 180-2. */
#include <stdio.h>
#include <string.h>

#include "io/sha256.h"
#include "tests/test.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define MILLION_A "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

static void bytes_have_the_published_hash(void **state) {
    (void)state;
    assert_string_equal(sha256_bytes("abc", 3).text, ABC);
}

/* A million letters a, read in many pieces. */
static void a_file_is_hashed_piece_by_piece(void **state) {
    (void)state;
    const char *path = "/tmp/stylegrad-test-sha256";
    Sha256 hash;
    Error err;
    FILE *file = fopen(path, "wb");
    for (int i = 0; i < 1000000; i++)
        fputc('a', file);
    fclose(file);
    assert_true(sha256_file(path, &hash, &err));
    assert_string_equal(hash.text, MILLION_A);
    remove(path);
    assert_false(sha256_file(path, &hash, &err));
    assert_non_null(strstr(err.text, path));
    assert_false(sha256_file("/tmp", &hash, &err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_have_the_published_hash),
        cmocka_unit_test(a_file_is_hashed_piece_by_piece),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
