/* callinfo.h -- one call in progress. */
#ifndef TYPES_CALLINFO_H
#define TYPES_CALLINFO_H

#include "types/closure.h"

/* Bits of CallInfo.flags. */
enum {
  CALL_FRESH = 1, /* Lua frame entered from C: returning from it leaves vm_execute */
};

/* Invariant: func < base <= top.  The callee is kept here; the stack slot at `func` is only a copy
 * that debug.setlocal and open upvalues could overwrite. */
typedef struct CallInfo {
  StkId func;
  StkId base;      /* register 0, or the first argument of a C function */
  StkId top;       /* end of the registers, or of what a C function may push */
  Closure *callee; /* LClosure or CClosure (by tt); NULL in the base frame of a thread */
  const Word *pc;  /* Lua: the next instruction, valid while the frame is suspended */
  int nresults;    /* wanted by the caller; LUA_MULTRET: all */
  unsigned flags;
  int tailcalls;   /* calls lost below this frame by tail calls */
} CallInfo;

static inline bool call_is_lua(const CallInfo *ci) {
  return ci->callee != NULL && ci->callee->tt == OBJ_LCLOSURE;
}
static inline LClosure *call_lclosure(const CallInfo *ci) { return (LClosure *)ci->callee; }

#endif
