/* Which stages a run has: a stage in which a picture would be too narrow to be painted is
 * left out, and the later ones take its steps. */
#ifndef APP_STAGES_H
#define APP_STAGES_H

#include "app/session.h"

/* Leaves out the first stages of session->recipe that its pictures are too small for, and
 * says so in the notes, as it does of those that the options left out. The network and
 * its layers are known. Fails when a picture cannot be read, or when --pyramid asks for
 * these stages. The last stage stays in any case. */
bool stages_leave_out(Session *session, const Options *options, Error *err);

#endif
