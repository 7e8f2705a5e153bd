/* scope.c -- functions, blocks and names. */
#include "compiler/scope.h"

#include <limits.h>

#include "heap/slot.h"
#include "object/fn.h"
#include "object/raise.h"
#include "object/str.h"

void scope_check_limit(FuncState *fs, int n, int limit, const char *what) {
  if (n <= limit) return;
  Lexer *lx = fs->lx;
  int line = fs->p->linedefined;
  lexer_error(lx, line == 0 ? lexer_message(lx, "main function has more than %d %s", limit, what)
                            : lexer_message(lx, "function at line %d has more than %d %s", line,
                                            limit, what));
}

/* ---- Functions ------------------------------------------------------------ */

/* From its first moment a function hangs in the enclosing one, and so on a root. */
static void adopt(Compiler *c, FuncState *outer, Proto *p) {
  if (outer == NULL) {
    c->roots.object[0] = OBJ(p);
    return;
  }
  Proto *parent = outer->p;
  if (outer->np >= MAX_BX) err_run(c->lx.L, "constant table overflow");
  if (outer->np >= parent->size_p) {
    MEM_GROW_ARRAY(c->lx.L, parent->p, outer->np, parent->size_p, ProtoRef);
    for (int i = outer->np; i < parent->size_p; i++) ref_init(&parent->p[i], NULL);
  }
  ref_set(c->lx.L, parent, &parent->p[outer->np], p);
  outer->np++;
}

FuncState *scope_open_function(Compiler *c) {
  lua_State *L = c->lx.L;
  Proto *p = fn_new_proto(L);
  adopt(c, c->fs, p);
  ref_set(L, p, &p->source, c->source);
  p->maxstack = 2;
  FuncState *fs = mem_new(L, sizeof *fs);
  fs->outer = c->fs;
  fs->L = L;
  fs->lx = &c->lx;
  fs->p = p;
  fs->pc = 0;
  fs->last_target = NO_JUMP;
  fs->pending = NO_JUMPS;
  fs->nk = fs->np = fs->nlocvars = 0;
  fs->buckets = NULL;
  fs->nbuckets = 0;
  fs->free_reg = fs->nactive = 0;
  fs->block = NULL;
  c->fs = fs;
  return fs;
}

static void deactivate_down_to(FuncState *fs, int n) {
  while (fs->nactive > n) fs->p->locvars[fs->active[--fs->nactive]].endpc = fs->pc;
}

static void free_function(Compiler *c) {
  FuncState *fs = c->fs;
  c->fs = fs->outer;
  emit_discard(fs);
  mem_free(fs->L, fs, sizeof *fs);
}

/* The last function of `fs`: behind the CLOSURE stands a pseudo-instruction for each upvalue. */
static Operand emit_closure(FuncState *fs, const FuncState *inner) {
  Operand e = operand_at(PLACE_OPEN, emit_abx(fs, OP_CLOSURE, 0, fs->np - 1));
  for (int i = 0; i < inner->p->nups; i++)
    emit_abc(fs, inner->captures[i].from_local ? OP_MOVE : OP_GETUPVAL, 0,
             inner->captures[i].index, 0);
  return e;
}

Operand scope_close_function(Compiler *c) {
  FuncState *fs = c->fs;
  CHECK(fs->block == NULL);
  deactivate_down_to(fs, 0);
  emit_return(fs, 0, 0);
  emit_finish(fs);
  Operand closure = fs->outer != NULL ? emit_closure(fs->outer, fs) : operand_at(PLACE_VOID, 0);
  free_function(c);
  return closure;
}

void scope_discard(Compiler *c) {
  while (c->fs != NULL) free_function(c);
  buf_free(c->lx.L, &c->lx.buf);
}

/* ---- Blocks --------------------------------------------------------------- */

void scope_open_block(FuncState *fs, ScopeBlock *block, bool is_loop) {
  *block = (ScopeBlock){.outer = fs->block,
                   .breaks = NO_JUMPS,
                   .nactive = (uint8_t)fs->nactive,
                   .is_loop = is_loop,
                   .is_captured = false};
  fs->block = block;
}

/* Even without breaks the end of a block counts as a place that jumps come to. */
void scope_close_block(FuncState *fs) {
  const ScopeBlock *block = fs->block;
  fs->block = block->outer;
  deactivate_down_to(fs, block->nactive);
  if (block->is_captured) emit_abc(fs, OP_CLOSE, fs->nactive, 0, 0);
  fs->free_reg = fs->nactive;
  jumps_here(fs, block->breaks);
}

void scope_break(FuncState *fs) {
  bool is_captured = false;
  ScopeBlock *block = fs->block;
  for (; block != NULL && !block->is_loop; block = block->outer)
    is_captured |= block->is_captured;
  if (block == NULL) lexer_error_near(fs->lx, "no loop to break");
  if (is_captured) emit_abc(fs, OP_CLOSE, block->nactive, 0, 0);
  jumps_join(fs, &block->breaks, emit_jump(fs));
}

/* ---- Declarations --------------------------------------------------------- */

#define MAX_LOCVARS SHRT_MAX

static int new_locvar(FuncState *fs, TString *name) {
  Proto *p = fs->p;
  if (fs->nlocvars >= MAX_LOCVARS) err_run(fs->L, "too many local variables");
  if (fs->nlocvars >= p->size_locvars) {
    MEM_GROW_ARRAY(fs->L, p->locvars, fs->nlocvars, p->size_locvars, LocVar);
    for (int i = fs->nlocvars; i < p->size_locvars; i++) ref_init(&p->locvars[i].name, NULL);
  }
  ref_set(fs->L, p, &p->locvars[fs->nlocvars].name, name);
  return fs->nlocvars++;
}

void scope_declare(FuncState *fs, TString *name, int n) {
  scope_check_limit(fs, fs->nactive + n + 1, LUAI_MAXVARS, "local variables");
  fs->active[fs->nactive + n] = (uint16_t)new_locvar(fs, name);
}

void scope_declare_literal(FuncState *fs, const char *name, int n) {
  scope_declare(fs, str_from_c(fs->L, name), n);
}

void scope_activate(FuncState *fs, int n) {
  for (; n > 0; n--) fs->p->locvars[fs->active[fs->nactive++]].startpc = fs->pc;
}

void scope_restart_last(FuncState *fs) {
  fs->p->locvars[fs->active[fs->nactive - 1]].startpc = fs->pc;
}

/* ---- Look-up -------------------------------------------------------------- */

#define NOT_FOUND (-1)

static int find_local(const FuncState *fs, const TString *name) {
  const LocVar *vars = fs->p->locvars;
  for (int i = fs->nactive - 1; i >= 0; i--)
    if (ref_get(vars[fs->active[i]].name) == name) return i;
  return NOT_FOUND;
}

/* An inner function uses the local in register `reg`: the block that declared it must close it. */
static void mark_captured(FuncState *fs, int reg) {
  ScopeBlock *block = fs->block;
  while (block != NULL && block->nactive > reg) block = block->outer;
  if (block != NULL) block->is_captured = true;
}

/* The number of the upvalue that is captured so; upvalues are told apart by what they
 * capture, never by name. */
static int add_upvalue(FuncState *fs, TString *name, bool from_local, int index) {
  Proto *p = fs->p;
  for (int i = 0; i < p->nups; i++)
    if (fs->captures[i].from_local == from_local && fs->captures[i].index == index) return i;
  scope_check_limit(fs, p->nups + 1, LUAI_MAXUPVALUES, "upvalues");
  if (p->nups >= p->size_upvalue_names) {
    MEM_GROW_ARRAY(fs->L, p->upvalue_names, p->nups, p->size_upvalue_names, StringRef);
    for (int i = p->nups; i < p->size_upvalue_names; i++) ref_init(&p->upvalue_names[i], NULL);
  }
  ref_set(fs->L, p, &p->upvalue_names[p->nups], name);
  fs->captures[p->nups] = (CapturedFrom){.from_local = from_local, .index = (uint8_t)index};
  return p->nups++;
}

/* The upvalue of `fs` for a name that is no local of it; every function on the way out to
 * the one that declares it gets it too, from the outside inwards.  NOT_FOUND: a global. */
static int find_upvalue(FuncState *fs, TString *name) {
  FuncState *outer = fs->outer;
  if (outer == NULL) return NOT_FOUND;
  int reg = find_local(outer, name);
  if (reg != NOT_FOUND) {
    mark_captured(outer, reg);
    return add_upvalue(fs, name, true, reg);
  }
  int index = find_upvalue(outer, name);
  return index == NOT_FOUND ? NOT_FOUND : add_upvalue(fs, name, false, index);
}

/* Looking for a name in all functions around takes its time. */
static void spend_on_name(const FuncState *fs) {
  lua_State *L = fs->L;
  for (; fs != NULL; fs = fs->outer) fuel_spend(L, 1 + (size_t)(fs->nactive + fs->p->nups) / 8);
  if (fuel_is_out(G(L))) err_out_of_fuel(L);
}

Operand scope_find(FuncState *fs, TString *name) {
  if (unlikely(G(fs->L)->limits.counting)) spend_on_name(fs);
  int i = find_local(fs, name);
  if (i != NOT_FOUND) return operand_at(PLACE_LOCAL, i);
  i = find_upvalue(fs, name);
  if (i != NOT_FOUND) return operand_at(PLACE_UPVALUE, i);
  return operand_at(PLACE_GLOBAL, emit_string_constant(fs, name));
}
