/* debuginfo.c -- answers the questions of lua_getinfo, lua_getstack and lua_getlocal. */
#include "vm/debuginfo.h"

#include "object/fn.h"
#include "object/raise.h"
#include "object/tab.h"
#include "vm/varname.h"

int debuginfo_frame_at(const lua_State *L, int level) {
  const CallInfo *ci = L->ci;
  for (; level > 0 && ci > L->base_ci; ci--) {
    level--;
    if (call_is_lua(ci)) level -= ci->tailcalls;
  }
  if (level < 0) return 0; /* it fell among the tail calls of a frame */
  return level == 0 && ci > L->base_ci ? (int)(ci - L->base_ci) : -1;
}

static void fill_source(lua_Debug *ar, const Closure *f) {
  if (f->tt != OBJ_LCLOSURE) {
    ar->source = "=[C]";
    ar->linedefined = ar->lastlinedefined = -1;
    ar->what = "C";
  } else {
    const Proto *p = ((const LClosure *)f)->p;
    const TString *source = ref_get(p->source);
    ar->source = source != NULL ? source->data : "=?";
    ar->linedefined = p->linedefined;
    ar->lastlinedefined = p->lastlinedefined;
    ar->what = p->linedefined == 0 ? "main" : "Lua";
  }
  err_chunk_id(ar->short_src, ar->source, sizeof ar->short_src);
}

static void fill_lost_call(lua_Debug *ar) {
  ar->name = ar->namewhat = "";
  ar->what = "tail";
  ar->source = "=(tail call)";
  ar->currentline = ar->linedefined = ar->lastlinedefined = -1;
  ar->nups = 0;
  err_chunk_id(ar->short_src, ar->source, sizeof ar->short_src);
}

bool debuginfo_fill(lua_State *L, const char *what, lua_Debug *ar, const Closure *f, CallInfo *ci) {
  bool known = true;
  if (f == NULL) {
    fill_lost_call(ar);
    return true;
  }
  for (; *what != '\0'; what++) {
    switch (*what) {
      case 'S': fill_source(ar, f); break;
      case 'l': ar->currentline = ci != NULL ? err_current_line(L, ci) : -1; break;
      case 'u': ar->nups = f->nups; break;
      case 'n':
        ar->name = NULL;
        ar->namewhat = ci != NULL ? varname_of_callee(L, ci, &ar->name) : NULL;
        if (ar->namewhat == NULL) {
          ar->namewhat = "";
          ar->name = NULL;
        }
        break;
      case 'L':
      case 'f': break;
      default: known = false; break;
    }
  }
  return known;
}

Table *debuginfo_active_lines(lua_State *L, const Closure *f) {
  if (f == NULL || f->tt != OBJ_LCLOSURE) return NULL;
  const Proto *p = ((const LClosure *)f)->p;
  Table *lines = tab_new(L, 0, 0);
  for (int pc = 0; pc < p->size_lineinfo; pc++) tab_set_int(L, lines, p->lineinfo[pc], VAL_TRUE);
  return lines;
}

const TValue *debuginfo_frame_end(const lua_State *L, const CallInfo *ci) {
  return ci == L->ci ? L->top : (ci + 1)->func;
}

const char *debuginfo_local_name(const lua_State *L, const CallInfo *ci, int n) {
  if (n <= 0) return NULL;
  if (call_is_lua(ci) && n <= call_lclosure(ci)->p->maxstack) {
    const char *name = fn_local_name(call_lclosure(ci)->p, n, err_current_pc(ci));
    if (name != NULL) return name;
  }
  return debuginfo_frame_end(L, ci) - ci->base >= n ? "(*temporary)" : NULL;
}
