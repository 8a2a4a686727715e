/* JSON from others' files. */
#ifndef IO_JSON_READ_H
#define IO_JSON_READ_H

#include <jansson.h>

/* From now on jansson's memory is taken as all other, see no_memory.h. Its reader (2.14)
 * does not notice everywhere that an allocation failed, and then writes outside of what
 * it has. Does nothing from the second call on. */
void json_memory(void);

/* The value, to be given to json_decref; NULL when the text is not JSON, and `problem`
 * says why. An object that has a name twice is refused. */
json_t *json_read(const char *text, size_t length, json_error_t *problem);

#endif
