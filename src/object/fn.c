/* fn.c -- making and freeing functions and prototypes, and the names of their variables. */
#include "object/fn.h"

#include "types/tstring.h"

const Word proto_undecoded = 0;

Proto *fn_new_proto(lua_State *L) {
  Proto *p = heap_new(L, sizeof(Proto), OBJ_PROTO);
  const GCObject header = *OBJ(p);
  *p = (Proto){.next = header.next, .tt = header.tt, .marked = header.marked};
  p->exec = &proto_undecoded;
  return p;
}

void fn_free_proto(lua_State *L, Proto *p) {
  MEM_FREE_ARRAY(L, p->k, p->size_k, Slot);
  MEM_FREE_ARRAY(L, p->code, p->size_code, Instruction);
  MEM_FREE_ARRAY(L, p->p, p->size_p, ProtoRef);
  MEM_FREE_ARRAY(L, p->lineinfo, p->size_lineinfo, int);
  MEM_FREE_ARRAY(L, p->locvars, p->size_locvars, LocVar);
  MEM_FREE_ARRAY(L, p->upvalue_names, p->size_upvalue_names, StringRef);
  if (p->size_exec > 0)
    mem_free(L, (Word *)(uintptr_t)p->exec, (size_t)p->size_exec * sizeof(Word));
  mem_free(L, p, sizeof(Proto));
}

size_t fn_proto_size(const Proto *p) {
  return sizeof(Proto) + (size_t)p->size_k * sizeof(Slot) +
         (size_t)p->size_code * sizeof(Instruction) + (size_t)p->size_p * sizeof(ProtoRef) +
         (size_t)p->size_lineinfo * sizeof(int) + (size_t)p->size_locvars * sizeof(LocVar) +
         (size_t)p->size_upvalue_names * sizeof(StringRef) + (size_t)p->size_exec * sizeof(Word);
}

LClosure *fn_new_lclosure(lua_State *L, Proto *p, Table *env) {
  const int nups = p->nups;
  LClosure *f = heap_new(L, lclosure_size(nups), OBJ_LCLOSURE);
  f->nups = (uint8_t)nups;
  f->intrinsic = 0;
  ref_init(&f->env, env);
  f->p = p;
  f->k = p->k;
  for (int i = 0; i < nups; i++) ref_init(&f->upvals[i], NULL);
  return f;
}

CClosure *fn_new_cclosure(lua_State *L, lua_CFunction f, int nups, Table *env) {
  CClosure *c = heap_new(L, cclosure_size(nups), OBJ_CCLOSURE);
  c->nups = (uint8_t)nups;
  c->intrinsic = 0;
  ref_init(&c->env, env);
  c->f = f;
  for (int i = 0; i < nups; i++) slot_init(&c->upvals[i], VAL_NIL);
  return c;
}

void fn_free_closure(lua_State *L, Closure *c) {
  mem_free(L, c, c->tt == OBJ_CCLOSURE ? cclosure_size(c->nups) : lclosure_size(c->nups));
}

const char *fn_local_name(const Proto *p, int n, int pc) {
  for (int i = 0; i < p->size_locvars && p->locvars[i].startpc <= pc; i++) {
    const LocVar *var = &p->locvars[i];
    if (pc < var->endpc && --n == 0) return var->name.ref ? var->name.ref->data : NULL;
  }
  return NULL;
}
