/* needs.h -- what cases want of the host beyond a program: looked for, or made once and shared. */
#ifndef ENGINE_NEEDS_H
#define ENGINE_NEEDS_H

#include "case/case.h"

/* Where the project's top is (it has lua-5.1-tests/libs and src/include), and the folder in which
 * things are made and found again by other processes.  Without this call: the working directory, and
 * a private folder that goes when the process ends. */
void needs_set_places(const char *top, const char *made);

/* "", or why one of the case's needs (bits of Need) cannot be met here.  Makes what has to be made:
 * the C modules of lua-5.1-tests/libs take a second the first time. */
const char *needs_refuse(unsigned needs);

/* After needs_refuse said "": the folder with the modules, and the one for LOCPATH. */
const char *needs_libs(void);
const char *needs_locale(void);

#endif
