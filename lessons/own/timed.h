/* Counts the seconds that a call of a piece takes, without those of the pieces that it
 * calls in turn. */
#ifndef LESSONS_OWN_TIMED_H
#define LESSONS_OWN_TIMED_H

#include "tensor/clock.h"

/* Places in the table of pieces.c. */
enum {
    PIECE_IMAGE,
    PIECE_TAPE,
    PIECE_CHECK,
    PIECE_CONV,
    PIECE_CONV_BACKWARD,
    PIECE_POOL,
    PIECE_FEATURES,
    PIECE_CONTENT,
    PIECE_GRAM,
    PIECE_STYLE,
    PIECE_TV,
    PIECE_TOTAL,
    PIECE_OPTIMISERS,
    PIECE_LOOP,
    PIECE_GIVEN /* what no exercise asks for */
};

#define TIMED(times, piece, call)                                                        \
    do {                                                                                 \
        const double begin_ = seconds_now(), before_ = (times)->inner;                   \
        (times)->inner = 0;                                                              \
        call;                                                                            \
        const double whole_ = seconds_now() - begin_;                                    \
        (times)->seconds[piece] += whole_ - (times)->inner;                              \
        (times)->inner = before_ + whole_;                                               \
    } while (0)

#endif
