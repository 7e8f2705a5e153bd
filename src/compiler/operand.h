/* operand.h -- where the value of an expression is, and how it gets where it is wanted.
 *
 * There is no tree.  The parser describes an expression that it has read by an Operand: a
 * constant that needs no code yet, a variable, an instruction whose target register is
 * open, a register.  Code is emitted when the value is moved on: into the next register,
 * into any, into an operand of an instruction ("RK": a register or a constant).  Beside its
 * place an operand has two lists of jumps, those taken when it turned out true and false;
 * whoever wants the value in a register makes them meet there.  Everything here may raise
 * what emit.h raises. */
#ifndef COMPILER_OPERAND_H
#define COMPILER_OPERAND_H

#include "compiler/emit.h"

typedef enum Place {
  PLACE_VOID, /* an empty list of expressions */
  PLACE_NIL,
  PLACE_TRUE,
  PLACE_FALSE,
  PLACE_CONSTANT, /* info: index in the constant table */
  PLACE_NUMBER,   /* a numeral, not in the constant table yet */
  PLACE_LOCAL,    /* info: register */
  PLACE_UPVALUE,  /* info: index */
  PLACE_GLOBAL,   /* info: constant index of the name */
  PLACE_INDEXED,  /* info: register of the table; key: RK */
  PLACE_JUMP,     /* info: pc of the JMP that is taken when the value is true */
  PLACE_OPEN,     /* info: pc of the instruction that makes the value; its A is not chosen yet */
  PLACE_REGISTER, /* info: register */
  PLACE_CALL,     /* info: pc of the CALL: as many values as one likes */
  PLACE_VARARG    /* info: pc of the VARARG: likewise */
} Place;

typedef struct Operand {
  Place place;
  union {
    struct {
      int info;
      int key;
    };
    lua_Number number;
  };
  JumpList if_true;
  JumpList if_false;
} Operand;

static inline Operand operand_at(Place place, int info) {
  return (Operand){.place = place, .info = info, .if_true = NO_JUMPS, .if_false = NO_JUMPS};
}
static inline Operand operand_number(lua_Number n) {
  return (Operand){
      .place = PLACE_NUMBER, .number = n, .if_true = NO_JUMPS, .if_false = NO_JUMPS};
}
static inline Operand operand_string(FuncState *fs, TString *s) {
  return operand_at(PLACE_CONSTANT, emit_string_constant(fs, s));
}

/* ---- Moving values -------------------------------------------------------- */

/* Read the variable or take one value of the list: afterwards a constant, a jump, open, or in a
 * register. */
void operand_resolve(FuncState *fs, Operand *e);
/* Give back the register of `e` if it is a temporary. */
void operand_release(FuncState *fs, const Operand *e);
/* The value goes to the next free register. */
void operand_to_next(FuncState *fs, Operand *e);
/* The value goes to a register, its own if it has one.  Returns which. */
int operand_to_any(FuncState *fs, Operand *e);
/* No jumps are left: the value is a constant, open, or in a register. */
void operand_to_value(FuncState *fs, Operand *e);
/* The value becomes an RK operand, which is returned. */
int operand_to_rk(FuncState *fs, Operand *e);

/* variable := e. */
void operand_store(FuncState *fs, const Operand *variable, Operand *e);
/* e becomes e[key]; e is in a register, `key` without jumps. */
void operand_index(FuncState *fs, Operand *e, Operand *key);
/* e becomes the function of e:name(...), with e behind it, both in new registers. */
void operand_self(FuncState *fs, Operand *e, Operand *name);

/* Is it a list that can have any number of values? */
static inline bool operand_is_multiple(const Operand *e) {
  return e->place == PLACE_CALL || e->place == PLACE_VARARG;
}
/* The call or `...` gives `n` values (LUA_MULTRET: all), into the registers from the next on. */
void operand_set_results(FuncState *fs, Operand *e, int n);
/* A call or `...` gives one value. */
void operand_set_one_result(FuncState *fs, Operand *e);

/* Go on if `e` is true, else take one of the returned jumps. */
JumpList operand_jump_if_false(FuncState *fs, Operand *e);

/* ---- Operators ------------------------------------------------------------ */

typedef enum UnaryOp { UNARY_MINUS, UNARY_NOT, UNARY_LEN, UNARY_NONE } UnaryOp;

typedef enum BinaryOp {
  BINARY_ADD,
  BINARY_SUB,
  BINARY_MUL,
  BINARY_DIV,
  BINARY_MOD,
  BINARY_POW,
  BINARY_CONCAT,
  BINARY_NE,
  BINARY_EQ,
  BINARY_LT,
  BINARY_LE,
  BINARY_GT,
  BINARY_GE,
  BINARY_AND,
  BINARY_OR,
  BINARY_NONE
} BinaryOp;

/* e becomes op e. */
void operand_unary(FuncState *fs, UnaryOp op, Operand *e);
/* `op` has been read, and its left operand before it: move that out of the right one's way. */
void operand_before(FuncState *fs, BinaryOp op, Operand *left);
/* `left` becomes left op right. */
void operand_binary(FuncState *fs, BinaryOp op, Operand *left, Operand *right);

#endif
