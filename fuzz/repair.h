/* Puts the checksums of damaged files right: see fuzz_mutate in fuzz/fuzz.h. What is too
 * damaged stays as it is. */
#ifndef FUZZ_REPAIR_H
#define FUZZ_REPAIR_H

#include <stddef.h>
#include <stdint.h>

void repair_png(uint8_t *data, size_t size);        /* the CRC of each chunk */
void repair_zip(uint8_t *data, size_t size);        /* that of each entry */
void repair_tar(uint8_t *data, size_t size);        /* the sum of each header */
void repair_checkpoint(uint8_t *data, size_t size); /* the SHA-256 of all pieces */

#endif
