/* list.c -- Proto to text. */
#include "chunk/list.h"

#include <ctype.h>
#include <string.h>

#include "base/num.h"
#include "heap/slot.h"
#include "types/tstring.h"

/* ---- Constants ------------------------------------------------------------ */

static void print_string(FILE *out, const TString *s) {
  static const char codes[] = "\"\\\a\b\f\n\r\t\v", letters[] = "\"\\abfnrtv";
  putc('"', out);
  for (size_t i = 0; i < s->len; i++) {
    int c = (unsigned char)s->data[i];
    const char *code = c != '\0' ? strchr(codes, c) : NULL;
    if (code != NULL) fprintf(out, "\\%c", letters[code - codes]);
    else if (isprint(c)) putc(c, out);
    else fprintf(out, "\\%03d", c);
  }
  putc('"', out);
}

static void print_constant(FILE *out, const Proto *p, int i) {
  TValue v = slot_get(&p->k[i]);
  char text[NUM_TEXT_SIZE];
  if (val_is_nil(v)) {
    fputs("nil", out);
  } else if (val_is_boolean(v)) {
    fputs(val_bool(v) ? "true" : "false", out);
  } else if (val_is_number(v)) {
    num_to_text(text, val_num(v));
    fputs(text, out);
  } else {
    print_string(out, val_string(v));
  }
}

/* ---- Instructions --------------------------------------------------------- */

/* Constants count downwards from -1; so does any operand with the bit of one. */
static int shown(int operand) {
  return rk_is_constant(operand) ? -1 - rk_index(operand) : operand;
}

static void print_operands(FILE *out, Instruction i) {
  const OpInfo *op = &op_info[instr_op(i)];
  switch (op->format) {
    case FORMAT_ABC:
      fprintf(out, "%d", instr_a(i));
      if (op->b != OPERAND_NONE) fprintf(out, " %d", shown(instr_b(i)));
      if (op->c != OPERAND_NONE) fprintf(out, " %d", shown(instr_c(i)));
      break;
    case FORMAT_ABX:
      fprintf(out, "%d %d", instr_a(i), op->b == OPERAND_RK ? -1 - instr_bx(i) : instr_bx(i));
      break;
    default:
      if (instr_op(i) != OP_JMP) fprintf(out, "%d ", instr_a(i));
      fprintf(out, "%d", instr_sbx(i));
      break;
  }
}

static void print_rk(FILE *out, const Proto *p, int rk) {
  if (rk_is_constant(rk)) print_constant(out, p, rk_index(rk));
  else putc('-', out);
}

/* What the operands mean. */
static void print_comment(FILE *out, const Proto *p, int pc) {
  const Instruction i = p->code[pc];
  const int b = instr_b(i), c = instr_c(i), bx = instr_bx(i);
  switch (instr_op(i)) {
    case OP_LOADK:
      fputs("\t; ", out);
      print_constant(out, p, bx);
      break;
    case OP_GETUPVAL:
    case OP_SETUPVAL:
      fprintf(out, "\t; %s",
              b < p->size_upvalue_names ? ref_get(p->upvalue_names[b])->data : "-");
      break;
    case OP_GETGLOBAL:
    case OP_SETGLOBAL:
      fprintf(out, "\t; %s", val_string(slot_get(&p->k[bx]))->data);
      break;
    case OP_GETTABLE:
    case OP_SELF:
      if (!rk_is_constant(c)) break;
      fputs("\t; ", out);
      print_constant(out, p, rk_index(c));
      break;
    case OP_SETTABLE: /* MOD is not among them: the listing of 5.1 forgets it */
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_POW:
    case OP_EQ:
    case OP_LT:
    case OP_LE:
      if (!rk_is_constant(b) && !rk_is_constant(c)) break;
      fputs("\t; ", out);
      print_rk(out, p, b);
      putc(' ', out);
      print_rk(out, p, c);
      break;
    case OP_JMP:
    case OP_FORLOOP:
    case OP_FORPREP:
      fprintf(out, "\t; to %d", instr_sbx(i) + pc + 2);
      break;
    case OP_CLOSURE:
      fprintf(out, "\t; %p", (void *)ref_get(p->p[bx]));
      break;
    case OP_SETLIST: /* the batch, which may be a word of its own */
      fprintf(out, "\t; %d", c == 0 ? (int)p->code[pc + 1] : c);
      break;
    default:
      break;
  }
}

static bool has_extra_word(Instruction i) { return instr_op(i) == OP_SETLIST && instr_c(i) == 0; }

static void print_code(FILE *out, const Proto *p) {
  for (int pc = 0; pc < p->size_code; pc++) {
    const Instruction i = p->code[pc];
    int line = pc < p->size_lineinfo ? p->lineinfo[pc] : 0;
    fprintf(out, "\t%d\t", pc + 1);
    if (line > 0) fprintf(out, "[%d]\t", line);
    else fputs("[-]\t", out);
    fprintf(out, "%-9s\t", op_info[instr_op(i)].name);
    print_operands(out, i);
    print_comment(out, p, pc);
    putc('\n', out);
    if (has_extra_word(i)) pc++;
  }
}

/* ---- Functions ------------------------------------------------------------ */

static const char *plural(int n) { return n == 1 ? "" : "s"; }

static const char *shown_source(const Proto *p) {
  const TString *source = ref_get(p->source);
  const char *s = source != NULL ? source->data : "=?";
  if (*s == '@' || *s == '=') return s + 1;
  return *s == LUA_SIGNATURE[0] ? "(bstring)" : "(string)";
}

static void print_header(FILE *out, const Proto *p) {
  fprintf(out, "\n%s <%s:%d,%d> (%d instruction%s, %d bytes at %p)\n",
          p->linedefined == 0 ? "main" : "function", shown_source(p), p->linedefined,
          p->lastlinedefined, p->size_code, plural(p->size_code),
          p->size_code * (int)sizeof(Instruction), (const void *)p);
  fprintf(out, "%d%s param%s, %d slot%s, %d upvalue%s, ", p->numparams,
          p->is_vararg ? "+" : "", plural(p->numparams), p->maxstack, plural(p->maxstack), p->nups,
          plural(p->nups));
  fprintf(out, "%d local%s, %d constant%s, %d function%s\n", p->size_locvars,
          plural(p->size_locvars), p->size_k, plural(p->size_k), p->size_p, plural(p->size_p));
}

static void print_tables(FILE *out, const Proto *p) {
  fprintf(out, "constants (%d) for %p:\n", p->size_k, (const void *)p);
  for (int i = 0; i < p->size_k; i++) {
    fprintf(out, "\t%d\t", i + 1);
    print_constant(out, p, i);
    putc('\n', out);
  }
  fprintf(out, "locals (%d) for %p:\n", p->size_locvars, (const void *)p);
  for (int i = 0; i < p->size_locvars; i++) {
    const LocVar *var = &p->locvars[i];
    fprintf(out, "\t%d\t%s\t%d\t%d\n", i, ref_get(var->name)->data, var->startpc + 1,
            var->endpc + 1);
  }
  fprintf(out, "upvalues (%d) for %p:\n", p->size_upvalue_names, (const void *)p);
  for (int i = 0; i < p->size_upvalue_names; i++)
    fprintf(out, "\t%d\t%s\n", i, ref_get(p->upvalue_names[i])->data);
}

void list_function(const Proto *p, bool full, FILE *out) {
  print_header(out, p);
  print_code(out, p);
  if (full) print_tables(out, p);
  for (int i = 0; i < p->size_p; i++) list_function(ref_get(p->p[i]), full, out);
}
