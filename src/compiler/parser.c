/* parser.c -- the grammar of manual chapter 8, a function a production.
 *
 * Each production calls the code generator as it completes; nothing is read twice.  The
 * order of the calls decides the bytes of the code and the line and wording of errors.  It
 * is one file because the grammar is one circle: expressions contain functions, functions
 * statements, those expressions. */
#include "compiler/parser.h"

/* ---- Tokens --------------------------------------------------------------- */

static int token(const Compiler *c) { return c->lx.token.kind; }

static bool skip_if(Compiler *c, int kind) {
  if (token(c) != kind) return false;
  lexer_next(&c->lx);
  return true;
}

static NORETURN void fail_expected(Compiler *c, int kind) {
  Lexer *lx = &c->lx;
  lexer_error_near(lx, lexer_message(lx, "'%s' expected", lexer_kind_text(lx, kind)));
}

static void expect(Compiler *c, int kind) {
  if (token(c) != kind) fail_expected(c, kind);
}

static void skip(Compiler *c, int kind) {
  expect(c, kind);
  lexer_next(&c->lx);
}

/* The token `kind` that ends what `opener` began at `line`. */
static void skip_closer(Compiler *c, int kind, int opener, int line) {
  Lexer *lx = &c->lx;
  if (skip_if(c, kind)) return;
  if (line == lx->line) fail_expected(c, kind);
  lexer_error_near(lx, lexer_message(lx, "'%s' expected (to close '%s' at line %d)",
                                     lexer_kind_text(lx, kind), lexer_kind_text(lx, opener), line));
}

static TString *read_name(Compiler *c) {
  expect(c, TK_NAME);
  TString *name = c->lx.token.text;
  lexer_next(&c->lx);
  return name;
}

/* Nested C calls and nested syntax share one counter, since both cost C stack. */
static void enter_level(Compiler *c) {
  if (++c->lx.L->ncalls > c->max_level)
    lexer_error(&c->lx, "chunk has too many syntax levels");
}
static void leave_level(Compiler *c) { c->lx.L->ncalls--; }

/* ---- What is needed before it is defined ---------------------------------- */

static void expression(Compiler *c, Operand *e);
static void block(Compiler *c);
static void chunk(Compiler *c);
static void funcbody(Compiler *c, Operand *e, bool has_self, int line);
static void prefixexp(Compiler *c, Operand *e);

/* ---- Table constructors --------------------------------------------------- */

typedef struct Constructor {
  Operand item;   /* the last positional item, not in its register yet; or void */
  Operand *table; /* in a register */
  int npositional;
  int nkeyed;
  int nwaiting; /* positional items not stored yet */
} Constructor;

/* The item goes to its register once its separator has been read, or a full batch to the table. */
static void flush_item(Compiler *c, Constructor *t) {
  if (t->item.place == PLACE_VOID) return;
  operand_to_next(c->fs, &t->item);
  t->item.place = PLACE_VOID;
  if (t->nwaiting == FIELDS_PER_FLUSH) {
    emit_setlist(c->fs, t->table->info, t->npositional, t->nwaiting);
    t->nwaiting = 0;
  }
}

/* A call or `...` at the end gives all its values, however many; they do not count in the size. */
static void flush_last_items(Compiler *c, Constructor *t) {
  if (t->nwaiting == 0) return;
  if (operand_is_multiple(&t->item)) {
    operand_set_results(c->fs, &t->item, LUA_MULTRET);
    emit_setlist(c->fs, t->table->info, t->npositional, LUA_MULTRET);
    t->npositional--;
  } else {
    if (t->item.place != PLACE_VOID) operand_to_next(c->fs, &t->item);
    emit_setlist(c->fs, t->table->info, t->npositional, t->nwaiting);
  }
}

static void positional_field(Compiler *c, Constructor *t) {
  expression(c, &t->item);
  t->npositional++;
  t->nwaiting++;
}

/* `[' exp `]' */
static void bracketed_key(Compiler *c, Operand *key) {
  lexer_next(&c->lx);
  expression(c, key);
  operand_to_value(c->fs, key);
  skip(c, ']');
}

/* `[' exp `]' `=' exp | Name `=' exp */
static void keyed_field(Compiler *c, Constructor *t) {
  FuncState *fs = c->fs;
  int reg = fs->free_reg;
  Operand key, value;
  if (token(c) == TK_NAME) key = operand_string(fs, read_name(c));
  else bracketed_key(c, &key);
  t->nkeyed++;
  skip(c, '=');
  int k = operand_to_rk(fs, &key);
  expression(c, &value);
  emit_abc(fs, OP_SETTABLE, t->table->info, k, operand_to_rk(fs, &value));
  fs->free_reg = reg;
}

/* tableconstructor ::= `{' [fieldlist] `}' */
static void tableconstructor(Compiler *c, Operand *e) {
  FuncState *fs = c->fs;
  int line = c->lx.line, pc = emit_abc(fs, OP_NEWTABLE, 0, 0, 0);
  Constructor t = {.item = operand_at(PLACE_VOID, 0), .table = e};
  *e = operand_at(PLACE_OPEN, pc);
  operand_to_next(fs, e);
  skip(c, '{');
  while (token(c) != '}') {
    flush_item(c, &t);
    if (token(c) == '[' || (token(c) == TK_NAME && lexer_look_ahead(&c->lx) == '='))
      keyed_field(c, &t);
    else
      positional_field(c, &t);
    if (!skip_if(c, ',') && !skip_if(c, ';')) break;
  }
  skip_closer(c, '}', '{', line);
  flush_last_items(c, &t);
  emit_set_b(fs, pc, fb_encode((uint32_t)t.npositional));
  emit_set_c(fs, pc, fb_encode((uint32_t)t.nkeyed));
}

/* ---- Functions ------------------------------------------------------------ */

/* parlist ::= namelist [`,' `...'] | `...'
 * A function with `...' has a hidden local `arg`; it is filled at calls unless the body
 * uses `...'. */
static void parlist(Compiler *c) {
  FuncState *fs = c->fs;
  Proto *p = fs->p;
  int n = 0;
  if (token(c) != ')') {
    do {
      if (token(c) == TK_NAME) {
        scope_declare(fs, read_name(c), n++);
      } else if (skip_if(c, TK_DOTS)) {
        scope_declare_literal(fs, "arg", n++);
        p->is_vararg = VARARG_HASARG | VARARG_NEEDSARG | VARARG_ISVARARG;
      } else {
        lexer_error_near(&c->lx, "<name> or '...' expected");
      }
    } while (!p->is_vararg && skip_if(c, ','));
  }
  scope_activate(fs, n);
  p->numparams = (uint8_t)(fs->nactive - (p->is_vararg & VARARG_HASARG));
  emit_reserve(fs, fs->nactive);
}

/* funcbody ::= `(' [parlist] `)' block end */
static void funcbody(Compiler *c, Operand *e, bool has_self, int line) {
  FuncState *fs = scope_open_function(c);
  fs->p->linedefined = line;
  skip(c, '(');
  if (has_self) {
    scope_declare_literal(fs, "self", 0);
    scope_activate(fs, 1);
  }
  parlist(c);
  skip(c, ')');
  chunk(c);
  fs->p->lastlinedefined = c->lx.line;
  skip_closer(c, TK_END, TK_FUNCTION, line);
  *e = scope_close_function(c);
}

/* explist ::= {exp `,'} exp
 * All but the last go to registers.  Returns how many there are. */
static int explist(Compiler *c, Operand *e) {
  int n = 1;
  for (expression(c, e); skip_if(c, ','); n++) {
    operand_to_next(c->fs, e);
    expression(c, e);
  }
  return n;
}

/* args ::= `(' [explist] `)' | tableconstructor | String */
static void args(Compiler *c, Operand *e) {
  FuncState *fs = c->fs;
  Operand arguments;
  int line = c->lx.line;
  switch (token(c)) {
    case '(':
      if (line != c->lx.last_line)
        lexer_error_near(&c->lx, "ambiguous syntax (function call x new statement)");
      lexer_next(&c->lx);
      if (token(c) == ')') {
        arguments = operand_at(PLACE_VOID, 0);
      } else {
        explist(c, &arguments);
        if (operand_is_multiple(&arguments))
          operand_set_results(fs, &arguments, LUA_MULTRET);
      }
      skip_closer(c, ')', '(', line);
      break;
    case '{':
      tableconstructor(c, &arguments);
      break;
    case TK_STRING:
      arguments = operand_string(fs, c->lx.token.text);
      lexer_next(&c->lx);
      break;
    default:
      lexer_error_near(&c->lx, "function arguments expected");
  }
  int base = e->info, nargs = LUA_MULTRET;
  if (!operand_is_multiple(&arguments)) {
    if (arguments.place != PLACE_VOID) operand_to_next(fs, &arguments);
    nargs = fs->free_reg - (base + 1);
  }
  *e = operand_at(PLACE_CALL, emit_abc(fs, OP_CALL, base, nargs + 1, 2));
  emit_fix_line(fs, line);
  fs->free_reg = base + 1; /* the function and its arguments make room for one result */
}

/* ---- Expressions ---------------------------------------------------------- */

/* `.' Name, or `:' Name in the name of a function */
static void field(Compiler *c, Operand *e) {
  operand_to_any(c->fs, e);
  lexer_next(&c->lx);
  Operand key = operand_string(c->fs, read_name(c));
  operand_index(c->fs, e, &key);
}

static void variable(Compiler *c, Operand *e) { *e = scope_find(c->fs, read_name(c)); }

/* prefixexp ::= var | functioncall | `(' exp `)' */
static void prefixexp(Compiler *c, Operand *e) {
  FuncState *fs = c->fs;
  if (token(c) == TK_NAME) {
    variable(c, e);
  } else if (token(c) == '(') {
    int line = c->lx.line;
    lexer_next(&c->lx);
    expression(c, e);
    skip_closer(c, ')', '(', line);
    operand_resolve(fs, e);
  } else {
    lexer_error_near(&c->lx, "unexpected symbol");
  }
  for (;;) {
    switch (token(c)) {
      case '.':
        field(c, e);
        break;
      case '[': {
        Operand key;
        operand_to_any(fs, e);
        bracketed_key(c, &key);
        operand_index(fs, e, &key);
        break;
      }
      case ':': {
        lexer_next(&c->lx);
        Operand name = operand_string(fs, read_name(c));
        operand_self(fs, e, &name);
        args(c, e);
        break;
      }
      case '(':
      case '{':
      case TK_STRING:
        operand_to_next(fs, e);
        args(c, e);
        break;
      default:
        return;
    }
  }
}

/* `...': whoever uses it does without the table `arg`. */
static void dots(Compiler *c, Operand *e) {
  Proto *p = c->fs->p;
  if (!p->is_vararg)
    lexer_error_near(&c->lx, "cannot use '...' outside a vararg function");
  p->is_vararg &= (uint8_t)~VARARG_NEEDSARG;
  *e = operand_at(PLACE_VARARG, emit_abc(c->fs, OP_VARARG, 0, 1, 0));
}

static void simpleexp(Compiler *c, Operand *e) {
  const Token *t = &c->lx.token;
  switch (t->kind) {
    case TK_NUMBER: *e = operand_number(t->number); break;
    case TK_STRING: *e = operand_string(c->fs, t->text); break;
    case TK_NIL: *e = operand_at(PLACE_NIL, 0); break;
    case TK_TRUE: *e = operand_at(PLACE_TRUE, 0); break;
    case TK_FALSE: *e = operand_at(PLACE_FALSE, 0); break;
    case TK_DOTS: dots(c, e); break;
    case '{': tableconstructor(c, e); return;
    case TK_FUNCTION:
      lexer_next(&c->lx);
      funcbody(c, e, false, c->lx.line);
      return;
    default: prefixexp(c, e); return;
  }
  lexer_next(&c->lx);
}

static UnaryOp unary_of(int kind) {
  switch (kind) {
    case '-': return UNARY_MINUS;
    case '#': return UNARY_LEN;
    case TK_NOT: return UNARY_NOT;
    default: return UNARY_NONE;
  }
}

static BinaryOp binary_of(int kind) {
  switch (kind) {
    case '+': return BINARY_ADD;
    case '-': return BINARY_SUB;
    case '*': return BINARY_MUL;
    case '/': return BINARY_DIV;
    case '%': return BINARY_MOD;
    case '^': return BINARY_POW;
    case TK_CONCAT: return BINARY_CONCAT;
    case TK_NE: return BINARY_NE;
    case TK_EQ: return BINARY_EQ;
    case '<': return BINARY_LT;
    case TK_LE: return BINARY_LE;
    case '>': return BINARY_GT;
    case TK_GE: return BINARY_GE;
    case TK_AND: return BINARY_AND;
    case TK_OR: return BINARY_OR;
    default: return BINARY_NONE;
  }
}

/* How strongly an operator binds what stands left and right of it; right-associative ones
 * bind their left side more.  Manual: 2.5.6. */
static const struct {
  uint8_t left, right;
} binding[] = {
    [BINARY_OR] = {1, 1},     [BINARY_AND] = {2, 2},  [BINARY_LT] = {3, 3},
    [BINARY_GT] = {3, 3},     [BINARY_LE] = {3, 3},   [BINARY_GE] = {3, 3},
    [BINARY_NE] = {3, 3},     [BINARY_EQ] = {3, 3},   [BINARY_CONCAT] = {5, 4},
    [BINARY_ADD] = {6, 6},    [BINARY_SUB] = {6, 6},  [BINARY_MUL] = {7, 7},
    [BINARY_DIV] = {7, 7},    [BINARY_MOD] = {7, 7},  [BINARY_POW] = {10, 9},
    [BINARY_NONE] = {0, 0}};
#define UNARY_BINDING 8

/* An expression whose binary operators bind more than `limit`.  Returns the operator behind it. */
static BinaryOp subexp(Compiler *c, Operand *e, int limit) {
  enter_level(c);
  UnaryOp unary = unary_of(token(c));
  if (unary != UNARY_NONE) {
    lexer_next(&c->lx);
    subexp(c, e, UNARY_BINDING);
    operand_unary(c->fs, unary, e);
  } else {
    simpleexp(c, e);
  }
  BinaryOp op = binary_of(token(c));
  while (binding[op].left > limit) {
    Operand right;
    lexer_next(&c->lx);
    operand_before(c->fs, op, e);
    BinaryOp behind = subexp(c, &right, binding[op].right);
    operand_binary(c->fs, op, e, &right);
    op = behind;
  }
  leave_level(c);
  return op;
}

static void expression(Compiler *c, Operand *e) { subexp(c, e, 0); }

/* ---- Assignments ---------------------------------------------------------- */

/* Make `nexps` expressions, of which `e` is the last, give `nvars` values in registers. */
static void adjust(Compiler *c, int nvars, int nexps, Operand *e) {
  FuncState *fs = c->fs;
  int missing = nvars - nexps;
  if (operand_is_multiple(e)) {
    int wanted = missing >= -1 ? missing + 1 : 0; /* its own value among them */
    operand_set_results(fs, e, wanted);
    if (wanted > 1) emit_reserve(fs, wanted - 1);
  } else {
    if (e->place != PLACE_VOID) operand_to_next(fs, e);
    if (missing > 0) {
      int reg = fs->free_reg;
      emit_reserve(fs, missing);
      emit_nil(fs, reg, missing);
    }
  }
}

/* The targets of an assignment, the last one first. */
typedef struct Target {
  struct Target *before;
  Operand variable;
} Target;

/* The local in `reg` is assigned to after targets that use it as table or key: let those
 * use a copy of what it was. */
static void protect_targets(FuncState *fs, Target *t, int reg) {
  int copy = fs->free_reg;
  bool is_used = false;
  for (; t != NULL; t = t->before) {
    if (t->variable.place != PLACE_INDEXED) continue;
    if (t->variable.info == reg) {
      t->variable.info = copy;
      is_used = true;
    }
    if (t->variable.key == reg) {
      t->variable.key = copy;
      is_used = true;
    }
  }
  if (!is_used) return;
  emit_abc(fs, OP_MOVE, copy, reg, 0);
  emit_reserve(fs, 1);
}

/* varlist `=' explist, from behind the first variable on.  Values are stored from the last to the
 * first; when there are as many as variables, the last one needs no register. */
static void assignment(Compiler *c, Target *last, int nvars) {
  FuncState *fs = c->fs;
  Operand e;
  if (last->variable.place < PLACE_LOCAL || last->variable.place > PLACE_INDEXED)
    lexer_error_near(&c->lx, "syntax error");
  if (skip_if(c, ',')) {
    Target next = {.before = last};
    prefixexp(c, &next.variable);
    if (next.variable.place == PLACE_LOCAL) protect_targets(fs, last, next.variable.info);
    scope_check_limit(fs, nvars, c->max_level - c->lx.L->ncalls, "variables in assignment");
    assignment(c, &next, nvars + 1);
  } else {
    skip(c, '=');
    int nexps = explist(c, &e);
    if (nexps == nvars) {
      operand_set_one_result(fs, &e);
      operand_store(fs, &last->variable, &e);
      return;
    }
    adjust(c, nvars, nexps, &e);
    if (nexps > nvars) fs->free_reg -= nexps - nvars;
  }
  e = operand_at(PLACE_REGISTER, fs->free_reg - 1);
  operand_store(fs, &last->variable, &e);
}

/* stat ::= varlist `=' explist | functioncall */
static void expstat(Compiler *c) {
  Target first = {.before = NULL};
  prefixexp(c, &first.variable);
  if (first.variable.place == PLACE_CALL)
    emit_set_c(c->fs, first.variable.info, 1); /* no results */
  else
    assignment(c, &first, 1);
}

/* stat ::= local namelist [`=' explist] */
static void localstat(Compiler *c) {
  int nvars = 0, nexps = 0;
  Operand e = operand_at(PLACE_VOID, 0);
  do scope_declare(c->fs, read_name(c), nvars++);
  while (skip_if(c, ','));
  if (skip_if(c, '=')) nexps = explist(c, &e);
  adjust(c, nvars, nexps, &e);
  scope_activate(c->fs, nvars);
}

/* stat ::= local function Name funcbody */
static void localfunction(Compiler *c) {
  FuncState *fs = c->fs;
  Operand f;
  scope_declare(fs, read_name(c), 0);
  Operand local = operand_at(PLACE_LOCAL, fs->free_reg);
  emit_reserve(fs, 1);
  scope_activate(fs, 1);
  funcbody(c, &f, false, c->lx.line);
  operand_store(fs, &local, &f);
  scope_restart_last(fs);
}

/* stat ::= function funcname funcbody
 * funcname ::= Name {`.' Name} [`:' Name] */
static void functionstat(Compiler *c, int line) {
  Operand name, f;
  lexer_next(&c->lx);
  variable(c, &name);
  while (token(c) == '.') field(c, &name);
  bool is_method = token(c) == ':';
  if (is_method) field(c, &name);
  funcbody(c, &f, is_method, line);
  operand_store(c->fs, &name, &f);
  emit_fix_line(c->fs, line);
}

/* ---- Control structures --------------------------------------------------- */

static JumpList condition(Compiler *c) {
  Operand e;
  expression(c, &e);
  if (e.place == PLACE_NIL) e.place = PLACE_FALSE;
#if LUA_INTERNAL /* as 5.1.0 had it, and code.lua wants; before `and` it would be wrong */
  if (e.place == PLACE_FALSE && e.if_true.head == NO_JUMP && e.if_false.head == NO_JUMP)
    return emit_jump(c->fs);
#endif
  return operand_jump_if_false(c->fs, &e);
}

/* stat ::= while exp do block end */
static void whilestat(Compiler *c, int line) {
  FuncState *fs = c->fs;
  ScopeBlock loop;
  lexer_next(&c->lx);
  int start = emit_target(fs);
  JumpList leave = condition(c);
  scope_open_block(fs, &loop, true);
  skip(c, TK_DO);
  block(c);
  jumps_to(fs, emit_jump(fs), start);
  skip_closer(c, TK_END, TK_WHILE, line);
  scope_close_block(fs);
  jumps_here(fs, leave);
}

/* stat ::= repeat block until exp
 * The condition sees the locals of the block.  If one of them is captured, both ways out of
 * it have to close it. */
static void repeatstat(Compiler *c, int line) {
  FuncState *fs = c->fs;
  ScopeBlock loop, scope;
  int start = emit_target(fs);
  scope_open_block(fs, &loop, true);
  scope_open_block(fs, &scope, false);
  lexer_next(&c->lx);
  chunk(c);
  skip_closer(c, TK_UNTIL, TK_REPEAT, line);
  JumpList again = condition(c);
  if (scope.is_captured) {
    scope_break(fs);
    jumps_here(fs, again);
    scope_close_block(fs);
    again = emit_jump(fs);
  } else {
    scope_close_block(fs);
  }
  jumps_to(fs, again, start);
  scope_close_block(fs);
}

/* What both forms of `for` share: the three registers from `base` on control the loop. */
static void forbody(Compiler *c, int base, int line, int nvars, bool is_numeric) {
  FuncState *fs = c->fs;
  ScopeBlock scope;
  scope_activate(fs, 3);
  skip(c, TK_DO);
  JumpList enter = is_numeric ? jumps_of(emit_asbx(fs, OP_FORPREP, base, NO_JUMP)) : emit_jump(fs);
  int start = enter.head + 1;
  scope_open_block(fs, &scope, false);
  scope_activate(fs, nvars);
  emit_reserve(fs, nvars);
  block(c);
  scope_close_block(fs);
  jumps_here(fs, enter);
  JumpList again;
  if (is_numeric) {
    again = jumps_of(emit_asbx(fs, OP_FORLOOP, base, NO_JUMP));
    emit_fix_line(fs, line);
  } else {
    emit_abc(fs, OP_TFORLOOP, base, 0, nvars);
    emit_fix_line(fs, line);
    again = emit_jump(fs);
  }
  jumps_to(fs, again, start);
}

/* stat ::= for Name `=' exp `,' exp [`,' exp] do block end */
static void numericfor(Compiler *c, TString *name, int line) {
  FuncState *fs = c->fs;
  int base = fs->free_reg;
  Operand e;
  scope_declare_literal(fs, "(for index)", 0);
  scope_declare_literal(fs, "(for limit)", 1);
  scope_declare_literal(fs, "(for step)", 2);
  scope_declare(fs, name, 3);
  skip(c, '=');
  expression(c, &e);
  operand_to_next(fs, &e);
  skip(c, ',');
  expression(c, &e);
  operand_to_next(fs, &e);
  if (skip_if(c, ',')) {
    expression(c, &e);
    operand_to_next(fs, &e);
  } else {
    emit_abx(fs, OP_LOADK, fs->free_reg, emit_constant(fs, val_number(1)));
    emit_reserve(fs, 1);
  }
  forbody(c, base, line, 1, true);
}

/* stat ::= for namelist in explist do block end */
static void genericfor(Compiler *c, TString *name) {
  FuncState *fs = c->fs;
  int base = fs->free_reg, nvars = 3;
  Operand e;
  scope_declare_literal(fs, "(for generator)", 0);
  scope_declare_literal(fs, "(for state)", 1);
  scope_declare_literal(fs, "(for control)", 2);
  scope_declare(fs, name, nvars++);
  while (skip_if(c, ',')) scope_declare(fs, read_name(c), nvars++);
  skip(c, TK_IN);
  int line = c->lx.line;
  adjust(c, 3, explist(c, &e), &e); /* of surplus expressions the registers stay taken, as in 5.1 */
  emit_need_registers(fs, 3); /* for the call of the generator */
  forbody(c, base, line, nvars - 3, false);
}

static void forstat(Compiler *c, int line) {
  ScopeBlock loop;
  scope_open_block(c->fs, &loop, true);
  lexer_next(&c->lx);
  TString *name = read_name(c);
  if (token(c) == '=') numericfor(c, name, line);
  else if (token(c) == ',' || token(c) == TK_IN) genericfor(c, name);
  else lexer_error_near(&c->lx, "'=' or 'in' expected");
  skip_closer(c, TK_END, TK_FOR, line);
  scope_close_block(c->fs);
}

/* {if | elseif} exp then block.  Returns the jumps for a false condition. */
static JumpList conditional_block(Compiler *c) {
  lexer_next(&c->lx);
  JumpList otherwise = condition(c);
  skip(c, TK_THEN);
  block(c);
  return otherwise;
}

/* stat ::= if exp then block {elseif exp then block} [else block] end */
static void ifstat(Compiler *c, int line) {
  FuncState *fs = c->fs;
  JumpList leave = NO_JUMPS, otherwise = conditional_block(c);
  while (token(c) == TK_ELSEIF) {
    jumps_join(fs, &leave, emit_jump(fs));
    jumps_here(fs, otherwise);
    otherwise = conditional_block(c);
  }
  if (token(c) == TK_ELSE) {
    jumps_join(fs, &leave, emit_jump(fs));
    jumps_here(fs, otherwise);
    lexer_next(&c->lx);
    block(c);
  } else {
    jumps_join(fs, &leave, otherwise);
  }
  jumps_here(fs, leave);
  skip_closer(c, TK_END, TK_IF, line);
}

/* ---- Statements ----------------------------------------------------------- */

static bool ends_block(int kind) {
  switch (kind) {
    case TK_ELSE:
    case TK_ELSEIF:
    case TK_END:
    case TK_UNTIL:
    case TK_EOS: return true;
    default: return false;
  }
}

/* laststat ::= return [explist] */
static void returnstat(Compiler *c) {
  FuncState *fs = c->fs;
  Operand e;
  lexer_next(&c->lx);
  if (ends_block(token(c)) || token(c) == ';') {
    emit_return(fs, 0, 0);
    return;
  }
  int n = explist(c, &e);
  if (operand_is_multiple(&e)) {
    operand_set_results(fs, &e, LUA_MULTRET);
    if (e.place == PLACE_CALL && n == 1) {
      Instruction *call = emit_at(fs, e.info);
      CHECK(instr_a(*call) >= fs->nactive);
      *call = instr_abx(OP_TAILCALL, instr_a(*call), instr_bx(*call));
    }
    emit_return(fs, fs->nactive, LUA_MULTRET);
  } else if (n == 1) {
    emit_return(fs, operand_to_any(fs, &e), 1);
  } else {
    operand_to_next(fs, &e);
    emit_return(fs, fs->nactive, n);
  }
}

/* Returns whether it must be the last one of its block. */
static bool statement(Compiler *c) {
  int line = c->lx.line;
  switch (token(c)) {
    case TK_IF:
      ifstat(c, line);
      return false;
    case TK_WHILE:
      whilestat(c, line);
      return false;
    case TK_DO:
      lexer_next(&c->lx);
      block(c);
      skip_closer(c, TK_END, TK_DO, line);
      return false;
    case TK_FOR:
      forstat(c, line);
      return false;
    case TK_REPEAT:
      repeatstat(c, line);
      return false;
    case TK_FUNCTION:
      functionstat(c, line);
      return false;
    case TK_LOCAL:
      lexer_next(&c->lx);
      if (skip_if(c, TK_FUNCTION)) localfunction(c);
      else localstat(c);
      return false;
    case TK_RETURN:
      returnstat(c);
      return true;
    case TK_BREAK:
      lexer_next(&c->lx);
      scope_break(c->fs);
      return true;
    default:
      expstat(c);
      return false;
  }
}

/* chunk ::= {stat [`;']} [laststat [`;']] */
static void chunk(Compiler *c) {
  bool is_last = false;
  enter_level(c);
  while (!is_last && !ends_block(token(c))) {
    is_last = statement(c);
    skip_if(c, ';');
    CHECK(c->fs->free_reg >= c->fs->nactive && c->fs->free_reg <= c->fs->p->maxstack);
    c->fs->free_reg = c->fs->nactive; /* temporaries end with the statement */
  }
  leave_level(c);
}

/* block ::= chunk, with a scope of its own */
static void block(Compiler *c) {
  ScopeBlock b;
  scope_open_block(c->fs, &b, false);
  chunk(c);
  scope_close_block(c->fs);
}

void parse_chunk(Compiler *c) {
  FuncState *fs = scope_open_function(c);
  fs->p->is_vararg = VARARG_ISVARARG;
  lexer_next(&c->lx);
  chunk(c);
  expect(c, TK_EOS);
  scope_close_function(c);
}
