/* Where Little CMS takes its memory from. */
#ifndef IO_COLOURS_MEMORY_H
#define IO_COLOURS_MEMORY_H

/* From now on Little CMS takes its memory as all other, see no_memory.h: a profile is
 * never refused because memory is short. Does nothing from the second call on. */
void colours_memory(void);

#endif
