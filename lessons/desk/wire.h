/* What the grader and the process of a submission say to each other, over a socket.
 *
 *     grader -> submission   CALL    name, arguments, contents of the arrays
 *                            ANSWER  to a call back: a number, and an array
 *                            END     no more calls
 *     submission -> grader   READY   before anything of the submission is loaded
 *                            RETURN  the result, and the arrays as they are now
 *                            BACK    calls function `number` of the grader with an array
 *                            LEFT    so many bytes were taken by a call, and not given back
 *
 * Both are on one machine, so numbers have the form that they have in memory. The grader
 * knows the length of all that it reads, and takes no length from the other side. */
#ifndef LESSONS_DESK_WIRE_H
#define LESSONS_DESK_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE = 3, NAME = 40, ARGUMENTS = 16 }; /* the socket of the submission; sizes */

typedef enum Message { CALL = 1, ANSWER, END, RETURN, BACK, LEFT, READY } Message;

typedef struct Head {
    int32_t message, number; /* number: of arguments, or of the function called back */
    double value;
    char name[NAME];
} Head;

typedef enum ValueKind { NOTHING, INTEGER, NUMBER, ARRAY } ValueKind;

typedef struct Value {
    ValueKind kind;
    int64_t integer;
    double number;
    bool constant; /* an array that is only read */
    void *data;    /* of an array; NULL stays NULL */
    uint64_t bytes;
} Value;

/* Whether the value is an array, and not NULL. */
bool wire_array(const Value *value);

/* All bytes, or false: the other side has ended. */
bool wire_write(int socket, const void *data, size_t bytes);
bool wire_read(int socket, void *data, size_t bytes);

#endif
