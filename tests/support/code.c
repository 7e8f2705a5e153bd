/* code.c -- compiled code as text. */
#include "support/code.h"

#include <stdio.h>
#include <string.h>

#include "types/closure.h"
#include "types/state.h"

const Proto *code_of(lua_State *L, const char *source) {
  if (luaL_loadbuffer(L, source, strlen(source), "=test") != 0)
    fail_msg("%s\n  in: %s", lua_tostring(L, -1), source);
  return val_lclosure(L->top[-1])->p;
}

static int shown(int operand) {
  return rk_is_constant(operand) ? -1 - rk_index(operand) : operand;
}

static int write_instruction(char *out, size_t size, Instruction i) {
  const OpInfo *op = &op_info[instr_op(i)];
  char b[16] = "", c[16] = "";
  if (op->format == FORMAT_ABX)
    return snprintf(out, size, "%s %d %d", op->name, instr_a(i),
                    op->b == OPERAND_RK ? -1 - instr_bx(i) : instr_bx(i));
  if (instr_op(i) == OP_JMP) return snprintf(out, size, "JMP %d", instr_sbx(i));
  if (op->format == FORMAT_ASBX)
    return snprintf(out, size, "%s %d %d", op->name, instr_a(i), instr_sbx(i));
  if (op->b != OPERAND_NONE) snprintf(b, sizeof b, " %d", shown(instr_b(i)));
  if (op->c != OPERAND_NONE) snprintf(c, sizeof c, " %d", shown(instr_c(i)));
  return snprintf(out, size, "%s %d%s%s", op->name, instr_a(i), b, c);
}

const char *code_text(const Proto *p) {
  static char text[4096];
  size_t len = 0;
  text[0] = '\0';
  for (int pc = 0; pc < p->size_code && len < sizeof text - 64; pc++) {
    if (pc > 0) len += (size_t)sprintf(text + len, "; ");
    len += (size_t)write_instruction(text + len, sizeof text - len, p->code[pc]);
  }
  return text;
}

void code_compiles(const CodeCase *cases, size_t n) {
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < n; i++) {
    const char *text = code_text(code_of(L, cases[i].source));
    if (strcmp(text, cases[i].expected) != 0)
      fail_msg("%s\n  expected: %s\n  found:    %s", cases[i].source, cases[i].expected, text);
    lua_settop(L, 0);
  }
  lua_close(L);
}

void code_is_refused(const CodeCase *cases, size_t n) {
  lua_State *L = test_state(NULL);
  for (size_t i = 0; i < n; i++) {
    const char *source = cases[i].source;
    int status = luaL_loadbuffer(L, source, strlen(source), "=test");
    if (status != LUA_ERRSYNTAX || strcmp(lua_tostring(L, -1), cases[i].expected) != 0)
      fail_msg("%s\n  expected: %s\n  found:    %d %s", source, cases[i].expected, status,
               lua_isstring(L, -1) ? lua_tostring(L, -1) : "no message");
    assert_int_equal(lua_gettop(L), 1);
    lua_settop(L, 0);
  }
  lua_close(L);
}
