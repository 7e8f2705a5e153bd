/* t_inspect.c -- see t_inspect.h. */
#include "testlib/t_inspect.h"

#include <stdio.h>

#include "base/hash.h"
#include "bytecode/instr.h"
#include "include/luaconf.h"
#include "object/tab.h"

/* The value of argument `arg`.  The running function is a C function: its base is the first one. */
static TValue argument(lua_State *L, int arg) {
  luaL_checkany(L, arg);
  return L->ci->base[arg - 1];
}

static void push(lua_State *L, TValue v) {
  luaL_checkstack(L, 1, "too many values");
  *L->top = v;
  L->top++;
}

/* ---- Code ------------------------------------------------------------------------------------ */

static const Proto *check_proto(lua_State *L, int arg) {
  luaL_argcheck(L, lua_isfunction(L, arg) && !lua_iscfunction(L, arg), arg,
                "Lua function expected");
  return val_lclosure(argument(L, arg))->p;
}

static void set_field(lua_State *L, const char *name, int value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

/* The unused operands of an instruction are printed as well: they are stored as zeros. */
static void push_instruction(lua_State *L, const Proto *p, int pc) {
  const Instruction i = p->code[pc];
  const OpInfo *info = &op_info[instr_op(i)];
  const int line = p->size_lineinfo > 0 ? p->lineinfo[pc] : 0;
  char head[60], operands[40];
  snprintf(head, sizeof head, "(%4d) %4d - %-12s ", line, pc, info->name);
  if (info->format == FORMAT_ABC)
    snprintf(operands, sizeof operands, "%4d %4d %4d", instr_a(i), instr_b(i), instr_c(i));
  else
    snprintf(operands, sizeof operands, "%4d %4d", instr_a(i),
             info->format == FORMAT_ABX ? instr_bx(i) : instr_sbx(i));
  lua_pushfstring(L, "%s%s", head, operands);
}

static int t_listcode(lua_State *L) {
  const Proto *p = check_proto(L, 1);
  lua_createtable(L, p->size_code, 2);
  set_field(L, "maxstack", p->maxstack);
  set_field(L, "numparams", p->numparams);
  for (int pc = 0; pc < p->size_code; pc++) {
    push_instruction(L, p, pc);
    lua_rawseti(L, -2, pc + 1);
  }
  return 1;
}

static int t_listk(lua_State *L) {
  const Proto *p = check_proto(L, 1);
  lua_createtable(L, p->size_k, 0);
  for (int i = 0; i < p->size_k; i++) {
    push(L, slot_get(&p->k[i]));
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

static int t_listlocals(lua_State *L) {
  const Proto *p = check_proto(L, 1);
  const int pc = luaL_checkint(L, 2) - 1;
  int n = 0;
  for (int i = 0; i < p->size_locvars; i++) {
    const LocVar *var = &p->locvars[i];
    if (pc < var->startpc || pc >= var->endpc) continue;
    push(L, val_from_string(ref_get(var->name)));
    n++;
  }
  return n;
}

static int t_limits(lua_State *L) {
  lua_createtable(L, 0, 6);
  set_field(L, "BITS_INT", LUAI_BITSINT);
  set_field(L, "LFPF", FIELDS_PER_FLUSH);
  set_field(L, "MAXVARS", LUAI_MAXVARS);
  set_field(L, "MAXSTACK", MAX_REGISTERS);
  set_field(L, "MAXUPVALUES", LUAI_MAXUPVALUES);
  set_field(L, "NUM_OPCODES", NUM_OPCODES);
  return 1;
}

static int t_int2fb(lua_State *L) {
  const int byte = fb_encode((uint32_t)luaL_checkint(L, 1));
  lua_pushinteger(L, byte);
  lua_pushinteger(L, (lua_Integer)fb_decode(byte));
  return 2;
}

/* ---- Tables and strings ---------------------------------------------------------------------- */

static const Table *check_table(lua_State *L, int arg) {
  luaL_checktype(L, arg, LUA_TTABLE);
  return val_table(argument(L, arg));
}

static void push_node(lua_State *L, const Table *t, uint32_t i) {
  const Node *node = &t->node[i];
  if (!slot_is_nil(&node->val) || val_is_nil(node->key) || val_is_number(node->key))
    push(L, node->key);
  else
    lua_pushliteral(L, "<undef>"); /* it may be the remains of a dead object */
  push(L, slot_get(&node->val));
  if (node->next != 0) lua_pushinteger(L, (lua_Integer)((int64_t)i + node->next));
  else lua_pushnil(L);
}

static int t_querytab(lua_State *L) {
  const Table *t = check_table(L, 1);
  const int i = luaL_optint(L, 2, -1);
  if (i < 0) {
    lua_pushinteger(L, t->narray);
    lua_pushinteger(L, table_nnodes(t));
    lua_pushinteger(L, t->last_free);
  } else if ((uint32_t)i < t->narray) {
    lua_pushinteger(L, i);
    push(L, slot_get(&t->array[i]));
    lua_pushnil(L);
  } else if ((uint32_t)i - t->narray < table_nnodes(t)) {
    push_node(L, t, (uint32_t)i - t->narray);
  } else {
    lua_settop(L, 0);
    lua_settop(L, 3);
  }
  return 3;
}

static int t_hash(lua_State *L) {
  if (lua_isnoneornil(L, 2)) {
    luaL_argcheck(L, lua_type(L, 1) == LUA_TSTRING, 1, "string expected");
    lua_pushnumber(L, val_string(argument(L, 1))->hash);
  } else {
    const Table *t = check_table(L, 2);
    lua_pushinteger(L, (lua_Integer)tab_main_position(t, argument(L, 1)));
  }
  return 1;
}

static int t_querystr(lua_State *L) {
  const StringTable *st = &G(L)->strings;
  const int n = luaL_optint(L, 2, 0) - 1;
  if (n < 0) {
    lua_pushinteger(L, st->nstrings);
    lua_pushinteger(L, st->nbuckets);
    return 2;
  }
  int found = 0;
  if (n >= st->nbuckets) return 0;
  for (const GCObject *o = OBJ(st->bucket[n]); o != NULL; o = o->next) {
    if (o->tt != OBJ_STRING) continue; /* the box of a light userdata is no string */
    push(L, val_from_object(o));
    found++;
  }
  return found;
}

/* ---- The collector and the stack ------------------------------------------------------------- */

static int t_gccolor(lua_State *L) {
  const TValue v = argument(L, 1);
  const char *colour = "no collectable";
  if (val_is_collectable(v)) {
    const GCObject *o = val_object(v);
    colour = obj_is_white(o) ? "white" : obj_is_black(o) ? "black" : "grey";
  }
  lua_pushstring(L, colour);
  return 1;
}

static int t_gcstate(lua_State *L) {
  static const char *const names[] = {
    [GC_PAUSE] = "pause",
    [GC_PROPAGATE] = "propagate",
    [GC_SWEEP_STRINGS] = "sweep strings",
    [GC_SWEEP] = "sweep",
    [GC_FINALIZE] = "finalize",
  };
  lua_pushstring(L, names[G(L)->gc_phase]);
  return 1;
}

static int t_stacklevel(lua_State *L) {
  const int here = 0;
  lua_pushinteger(L, L->top - L->stack);
  lua_pushinteger(L, L->stack_last - L->stack);
  lua_pushinteger(L, L->ci - L->base_ci);
  lua_pushinteger(L, L->end_ci - L->base_ci);
  lua_pushnumber(L, (lua_Number)(uintptr_t)&here);
  return 5;
}

const luaL_Reg t_inspect_functions[] = {
  {"listcode", t_listcode}, {"listk", t_listk}, {"listlocals", t_listlocals}, {"limits", t_limits},
  {"int2fb", t_int2fb}, {"querytab", t_querytab}, {"hash", t_hash}, {"querystr", t_querystr},
  {"gccolor", t_gccolor}, {"gcstate", t_gcstate}, {"stacklevel", t_stacklevel}, {NULL, NULL}
};
