/* pattern.c -- the compiler and the matcher of Lua patterns.
 *
 * A pattern becomes an array of nodes, one an item, ended by NODE_END.  What is
 * malformed becomes NODE_ERROR.  Matching walks the nodes; whenever there was a choice,
 * or a capture changed, it leaves a frame, and a failure takes the last frame back:
 *
 *   x* x+ x?   frame {node, s, lo}: shorten by one byte while s > lo, then give up
 *   x-         frame {node, s}:     lengthen by one byte while x matches, then give up
 *   ( () )     frame {node}:        undo the change of the capture, keep failing       */
#include "pattern.h"

#include <string.h>

typedef enum NodeOp {
  NODE_END,         /* the whole pattern matched */
  NODE_ANY,         /* single-byte items: these five have a repetition */
  NODE_CHAR,
  NODE_NOT_CHAR,
  NODE_CLASS,
  NODE_SET,
  NODE_OPEN,        /* "(" */
  NODE_POSITION,    /* "()" */
  NODE_CLOSE,       /* ")" */
  NODE_BALANCE,     /* %bxy */
  NODE_FRONTIER,    /* %f[set] */
  NODE_BACKREF,     /* %1 */
  NODE_EOS,         /* $ */
  NODE_ERROR
} NodeOp;

typedef enum Repeat { ONE, OPTIONAL, STAR, PLUS, LAZY } Repeat;

typedef enum Fault {
  FAULT_ESCAPE, FAULT_BRACKET, FAULT_FRONTIER, FAULT_BALANCE
} Fault;

#define NOINLINE __attribute__((noinline))
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* A step is an item matched, or a choice taken back; looking at many bytes is more of them. */
#define BYTES_PER_STEP 16

static const char *const fault_text[] = {
  [FAULT_ESCAPE] = "malformed pattern (ends with " LUA_QL("%") ")",
  [FAULT_BRACKET] = "malformed pattern (missing " LUA_QL("]") ")",
  [FAULT_FRONTIER] = "missing " LUA_QL("[") " after " LUA_QL("%f") " in pattern",
  [FAULT_BALANCE] = "unbalanced pattern",
};

struct PatternNode {
  uint8_t op;       /* NodeOp */
  uint8_t repeat;   /* Repeat, of single-byte items */
  uint8_t a, b;     /* the byte; opening and closing byte; capture number; Fault */
  uint16_t yes;     /* CLASS: matches any of these classes, */
  uint16_t no;      /*        or anything outside of one of these */
  uint32_t set;     /* SET, FRONTIER: index in `sets` */
};

/* A byte is in a set if its bit is on, or it belongs to a class of `yes`, or it does not
 * belong to one of `no` -- and the other way round if `negated`. */
struct PatternSet {
  uint32_t bits[8];
  uint16_t yes, no;
  uint32_t negated;
};

struct PatternFrame {
  const PatternNode *node;
  const char *s;
  union {
    const char *lo;
    int capture;
  } u;
};

/* ---- Compiling -------------------------------------------------------------- */

/* The shortest set has three bytes, and every node but the last comes from at least one
 * byte; one more node ends the pattern, one more set keeps the bound simple. */
size_t pattern_room(size_t len) {
  return (len + 1) * (sizeof(PatternNode) + sizeof(PatternFrame)) +
         (len / 3 + 1) * sizeof(PatternSet);
}

_Static_assert((PATTERN_SHORT + 1) * (sizeof(PatternNode) + sizeof(PatternFrame)) +
               (PATTERN_SHORT / 3 + 1) * sizeof(PatternSet) <= PATTERN_LOCAL,
               "a short pattern fits the memory its callers keep at hand");

static void set_add(PatternSet *set, int c) {
  set->bits[c >> 5] |= UINT32_C(1) << (c & 31);
}

/* Adds what `%letter` stands for. */
static void set_add_class(PatternSet *set, int letter) {
  uint16_t bit = charclass_bit(letter);
  if (bit != 0) {
    set->yes |= bit;
  } else if ((bit = charclass_bit(letter | 32)) != 0) {
    set->no |= bit;
  } else if (letter == 'Z') {
    for (int c = 1; c < 256; c++) set_add(set, c);
  } else {
    set_add(set, letter == 'z' ? 0 : letter);
  }
}

/* The end of the set that begins at `p`, its ']'; NULL if there is none.  The first
 * byte after the '[' or "[^" cannot be the end. */
static const char *set_end(const char *p) {
  p += p[1] == '^' ? 2 : 1;
  do {
    if (*p == '\0') return NULL;
    if (*p++ == '%' && *p != '\0') p++;
  } while (*p != ']');
  return p;
}

static void compile_set(PatternSet *set, const char *p, const char *end) {
  memset(set, 0, sizeof(*set));
  if (p[1] == '^') {
    set->negated = 1;
    p++;
  }
  while (++p < end) {
    if (*p == '%') {
      set_add_class(set, (unsigned char)*++p);
    } else if (p[1] == '-' && p + 2 < end) {
      for (int c = (unsigned char)*p; c <= (unsigned char)p[2]; c++) set_add(set, c);
      p += 2;
    } else {
      set_add(set, (unsigned char)*p);
    }
  }
}

typedef struct Compiler {
  const char *p;        /* what is left of the text */
  PatternNode *node;    /* the node to fill */
  PatternSet *sets;
  uint32_t nsets;
} Compiler;

static int fault(Compiler *c, Fault which) {
  c->node->op = NODE_ERROR;
  c->node->a = (uint8_t)which;
  c->p += strlen(c->p);   /* no match gets past it */
  return 0;
}

/* A set at c->p, for the node's `op`; 0 if it is malformed. */
static int compile_bracket(Compiler *c, NodeOp op) {
  const char *end = set_end(c->p);
  if (end == NULL) return fault(c, FAULT_BRACKET);
  c->node->op = (uint8_t)op;
  c->node->set = c->nsets;
  compile_set(&c->sets[c->nsets++], c->p, end);
  c->p = end + 1;
  return 1;
}

/* `%x` for a letter that is no special item: a class, or x itself. */
static void compile_class(PatternNode *node, int letter) {
  node->op = NODE_CLASS;
  node->yes = charclass_bit(letter);
  node->no = node->yes != 0 ? 0 : charclass_bit(letter | 32);
  if ((node->yes | node->no) != 0) return;
  node->op = letter == 'Z' ? NODE_NOT_CHAR : NODE_CHAR;
  node->a = (uint8_t)(letter == 'z' || letter == 'Z' ? 0 : letter);
}

/* An item that begins with '%'.  1 if it is a single-byte item. */
static int compile_escape(Compiler *c) {
  PatternNode *node = c->node;
  unsigned char letter = (unsigned char)c->p[1];
  if (letter == '\0') return fault(c, FAULT_ESCAPE);
  if (letter == 'b') {
    if (c->p[2] == '\0' || c->p[3] == '\0') return fault(c, FAULT_BALANCE);
    node->op = NODE_BALANCE;
    node->a = (uint8_t)c->p[2];
    node->b = (uint8_t)c->p[3];
    c->p += 4;
    return 0;
  }
  c->p += 2;
  if (letter == 'f') {
    if (*c->p != '[') return fault(c, FAULT_FRONTIER);
    compile_bracket(c, NODE_FRONTIER);
    return 0;
  }
  if (letter >= '0' && letter <= '9') {
    node->op = NODE_BACKREF;
    node->a = (uint8_t)(letter - '1');   /* %0 becomes 255: no such capture */
    return 0;
  }
  compile_class(node, letter);
  return 1;
}

static void compile_repeat(Compiler *c) {
  switch (*c->p) {
    case '?': c->node->repeat = OPTIONAL; break;
    case '*': c->node->repeat = STAR; break;
    case '+': c->node->repeat = PLUS; break;
    case '-': c->node->repeat = LAZY; break;
    default: return;
  }
  c->p++;
}

/* One item at c->p, which is not at the end. */
static void compile_item(Compiler *c) {
  int single = 0;
  int first = *c->p;
  if (first == '$' && c->p[1] == '\0') {   /* an anchor only at the very end */
    c->node++->op = NODE_EOS;
    c->p++;
    return;
  }
  switch (first) {
    case '(':
      c->node->op = c->p[1] == ')' ? NODE_POSITION : NODE_OPEN;
      c->p += c->p[1] == ')' ? 2 : 1;
      break;
    case ')':
      c->node->op = NODE_CLOSE;
      c->p++;
      break;
    case '%':
      single = compile_escape(c);
      break;
    case '[':
      single = compile_bracket(c, NODE_SET);
      break;
    case '.':
      c->node->op = NODE_ANY;
      c->p++;
      single = 1;
      break;
    default:
      c->node->op = NODE_CHAR;
      c->node->a = (uint8_t)*c->p++;
      single = 1;
  }
  if (single) compile_repeat(c);
  c->node++;
}

static int is_single(const PatternNode *node) {
  return node->op >= NODE_ANY && node->op <= NODE_SET;
}

/* The node that tells at which bytes a match can begin: the first item, behind some
 * opening parentheses (not so many that opening them were the error). */
static const PatternNode *find_first(const PatternNode *node) {
  for (int i = 0; i < LUA_MAXCAPTURES; i++, node++) {
    if (node->op == NODE_OPEN || node->op == NODE_POSITION) continue;
    return is_single(node) && (node->repeat == ONE || node->repeat == PLUS) ? node : NULL;
  }
  return NULL;
}

void pattern_compile(Pattern *pattern, void *memory, const char *text, int anchors) {
  size_t len = strlen(text);
  pattern->frames = (PatternFrame *)memory;
  pattern->nodes = (PatternNode *)(pattern->frames + len + 1);
  pattern->sets = (PatternSet *)(pattern->nodes + len + 1);
  pattern->anchored = anchors && *text == '^';
  Compiler c = {text + pattern->anchored, pattern->nodes, pattern->sets, 0};
  while (*c.p != '\0') {
    *c.node = (PatternNode){.repeat = ONE};
    compile_item(&c);
  }
  *c.node = (PatternNode){.op = NODE_END};
  pattern->first = find_first(pattern->nodes);
}

/* ---- Single bytes -------------------------------------------------------------- */

static inline int in_classes(CharTable table, uint16_t yes, uint16_t no, unsigned char c) {
  return ((table[c] & yes) | (~table[c] & no)) != 0;
}

static inline int in_set(CharTable table, const PatternSet *set, unsigned char c) {
  uint32_t in = (set->bits[c >> 5] >> (c & 31) & 1) |
                (uint32_t)in_classes(table, set->yes, set->no, c);
  return (int)(in ^ set->negated);
}

static ALWAYS_INLINE int byte_fits(const Match *m, const PatternNode *node, unsigned char c) {
  switch ((NodeOp)node->op) {
    case NODE_ANY: return 1;
    case NODE_CHAR: return c == node->a;
    case NODE_NOT_CHAR: return c != node->a;
    case NODE_CLASS: return in_classes(m->table, node->yes, node->no, c);
    default: return in_set(m->table, &m->pattern->sets[node->set], c);
  }
}

/* The first place at or after `s` whose byte does not fit (`fits` 1) or does (0); m->end
 * if there is none.  The switch stands outside of the loops for speed. */
static ALWAYS_INLINE
const char *scan(const Match *m, const PatternNode *node, const char *s, int fits) {
  const char *end = m->end;
  CharTable table = m->table;
  switch ((NodeOp)node->op) {
    case NODE_ANY:
      return fits ? end : s;
    case NODE_CHAR:
      while (s < end && ((unsigned char)*s == node->a) == fits) s++;
      return s;
    case NODE_NOT_CHAR:
      while (s < end && ((unsigned char)*s != node->a) == fits) s++;
      return s;
    case NODE_CLASS: {
      uint16_t yes = node->yes, no = node->no;
      while (s < end && in_classes(table, yes, no, (unsigned char)*s) == fits) s++;
      return s;
    }
    default: {
      const PatternSet *set = &m->pattern->sets[node->set];
      while (s < end && in_set(table, set, (unsigned char)*s) == fits) s++;
      return s;
    }
  }
}

/* ---- Matching --------------------------------------------------------------------- */

/* For an `s` at which `open` stands. */
static NOINLINE const char *match_balance(const Match *m, const char *s, int open, int close) {
  for (size_t depth = 1; ++s < m->end;) {
    if ((unsigned char)*s == close) {
      if (--depth == 0) return s + 1;
    } else if ((unsigned char)*s == open) {
      depth++;
    }
  }
  return NULL;
}

/* Between a byte outside of the set and one inside; both ends of the subject count as
 * NUL. */
static int at_frontier(const Match *m, const char *s, const PatternSet *set) {
  unsigned char before = s == m->src ? '\0' : (unsigned char)s[-1];
  unsigned char after = s == m->end ? '\0' : (unsigned char)*s;
  return !in_set(m->table, set, before) && in_set(m->table, set, after);
}

/* The text of capture `i` again at `s`: its end, or NULL; sets m->error if there is no
 * such capture. */
static const char *match_backref(Match *m, const char *s, int i) {
  if (i >= m->ncaptures || m->capture[i].len == CAPTURE_OPEN) {
    m->error = "invalid capture index";
    return NULL;
  }
  ptrdiff_t len = m->capture[i].len;
  if (len == CAPTURE_POSITION || m->end - s < len) return NULL;
  return memcmp(m->capture[i].start, s, (size_t)len) == 0 ? s + len : NULL;
}

/* How many bytes match_backref() may have compared. */
static ptrdiff_t compared(const Match *m, const char *s, int i) {
  const ptrdiff_t len = m->capture[i].len;
  return len > 0 && m->end - s >= len ? len : 0;
}

/* The innermost capture that is still open, or -1. */
static int open_capture(const Match *m) {
  int i = m->ncaptures - 1;
  while (i >= 0 && m->capture[i].len != CAPTURE_OPEN) i--;
  return i;
}

static inline PatternFrame *push_frame(PatternFrame *top, const PatternNode *node,
                                       const char *s, const char *lo) {
  top->node = node;
  top->s = s;
  top->u.lo = lo;
  return top + 1;
}

/* Takes `n` bytes looked at from the steps; 0 and m->error if there are not so many left. */
static inline int count_steps(Match *m, ptrdiff_t n) {
  size_t steps = (size_t)n / BYTES_PER_STEP + 1;
  if (m->steps < steps) {
    m->steps = 0;
    m->error = "pattern too complex";
    return 0;
  }
  m->steps -= steps;
  return 1;
}

/* Takes back the last choice.  Returns the node to go on with, and its place in `*s`, or
 * NULL if there are no choices left. */
static ALWAYS_INLINE const PatternNode *backtrack(Match *m, PatternFrame **top, const char **s,
                                                  int counted) {
  PatternFrame *base = m->pattern->frames;
  for (PatternFrame *f = *top; f-- > base;) {
    const PatternNode *node = f->node;
    if (node->op == NODE_CLOSE) {
      m->capture[f->u.capture].len = CAPTURE_OPEN;
      continue;
    }
    if (!is_single(node)) {
      m->ncaptures--;
      continue;
    }
    if (node->repeat == LAZY) {
      if (f->s == m->end || !byte_fits(m, node, (unsigned char)*f->s)) continue;
      *s = ++f->s;
    } else {
      const PatternNode *next = node + 1;
      const char *from = f->s;
      if (next->op == NODE_CHAR && next->repeat == ONE)   /* back to where it can go on */
        while (f->s > f->u.lo && (unsigned char)f->s[-1] != next->a) f->s--;
      if (counted && !count_steps(m, from - f->s)) return NULL;
      if (f->s == f->u.lo) continue;
      *s = --f->s;
    }
    *top = f + 1;
    return node + 1;
  }
  return NULL;
}

/* Matches at exactly `s`: the end of the match, or NULL (look at m->error then).  `counted` is a
 * constant: there is one copy that counts, and one as if there were no limits. */
static ALWAYS_INLINE
const char *match_items(Match *m, const char *s, int counted) {
  const PatternNode *node = m->pattern->nodes;
  PatternFrame *top = m->pattern->frames;
  m->ncaptures = 0;
  for (;;) {
    const char *t = NULL;   /* where the item ends; NULL if it does not match */
    if (counted && !count_steps(m, 0)) return NULL;
    switch ((NodeOp)node->op) {
      case NODE_END:
        return s;
      case NODE_ANY: case NODE_CHAR: case NODE_NOT_CHAR: case NODE_CLASS: case NODE_SET:
        switch ((Repeat)node->repeat) {
          case ONE:
            if (s < m->end && byte_fits(m, node, (unsigned char)*s)) t = s + 1;
            break;
          case OPTIONAL:
            t = s;
            if (s < m->end && byte_fits(m, node, (unsigned char)*s))
              top = push_frame(top, node, ++t, s);
            break;
          case STAR: case PLUS: {
            const char *lo = node->repeat == PLUS ? s + 1 : s;
            t = scan(m, node, s, 1);
            if (counted && node->op != NODE_ANY && !count_steps(m, t - s)) return NULL;
            if (t < lo) t = NULL;
            else if (t > lo) top = push_frame(top, node, t, lo);
            break;
          }
          case LAZY:
            t = s;
            top = push_frame(top, node, s, s);
            break;
        }
        break;
      case NODE_OPEN: case NODE_POSITION:
        if (m->ncaptures >= LUA_MAXCAPTURES) {
          m->error = "too many captures";
          return NULL;
        }
        m->capture[m->ncaptures].start = s;
        m->capture[m->ncaptures++].len =
            node->op == NODE_OPEN ? CAPTURE_OPEN : CAPTURE_POSITION;
        top = push_frame(top, node, s, s);
        t = s;
        break;
      case NODE_CLOSE: {
        int i = open_capture(m);
        if (i < 0) {
          m->error = "invalid pattern capture";
          return NULL;
        }
        m->capture[i].len = s - m->capture[i].start;
        top = push_frame(top, node, s, s);
        top[-1].u.capture = i;
        t = s;
        break;
      }
      case NODE_BALANCE:
        if (s == m->end || (unsigned char)*s != node->a) break;
        t = match_balance(m, s, node->a, node->b);
        if (counted && !count_steps(m, (t != NULL ? t : m->end) - s)) return NULL;
        break;
      case NODE_FRONTIER:
        if (at_frontier(m, s, &m->pattern->sets[node->set])) t = s;
        break;
      case NODE_BACKREF:
        t = match_backref(m, s, node->a);
        if (m->error != NULL) return NULL;
        if (counted && !count_steps(m, compared(m, s, node->a))) return NULL;
        break;
      case NODE_EOS:
        if (s == m->end) t = s;
        break;
      case NODE_ERROR:
        m->error = fault_text[node->a];
        return NULL;
    }
    if (t != NULL) {
      s = t;
      node++;
    } else {
      node = backtrack(m, &top, &s, counted);
      if (node == NULL) return NULL;
    }
  }
}

void match_init(Match *m, const Pattern *pattern, const char *src, size_t len, size_t steps) {
  m->pattern = pattern;
  m->src = src;
  m->end = src + len;
  m->start = src;
  m->error = NULL;
  m->steps = steps;
  m->table = charclass_table();
  m->ncaptures = 0;
}

static NOINLINE const char *match_at(Match *m, const char *s) { return match_items(m, s, 0); }
static NOINLINE const char *match_at_counted(Match *m, const char *s) {
  return match_items(m, s, 1);
}

/* The next place at or after `s` whose byte can begin a match, or NULL. */
static inline const char *next_start(const Match *m, const PatternNode *first, const char *s) {
  if (first->op == NODE_CHAR) return memchr(s, first->a, (size_t)(m->end - s));
  s = scan(m, first, s, 0);
  return s < m->end ? s : NULL;
}

static const char *search_counted(Match *m, const char *s) {
  const PatternNode *first = m->pattern->anchored ? NULL : m->pattern->first;
  for (;; s++) {
    if (first != NULL) {
      const char *from = s;
      s = next_start(m, first, s);
      if (!count_steps(m, (s != NULL ? s : m->end) - from) || s == NULL) return NULL;
    }
    const char *e = match_at_counted(m, s);
    if (e != NULL) {
      m->start = s;
      return e;
    }
    if (m->error != NULL || m->pattern->anchored || s >= m->end) return NULL;
  }
}

const char *match_search(Match *m, const char *s) {
  if (m->steps != PATTERN_UNCOUNTED) return search_counted(m, s);
  const PatternNode *first = m->pattern->anchored ? NULL : m->pattern->first;
  for (;; s++) {
    if (first != NULL) {
      s = next_start(m, first, s);
      if (s == NULL) return NULL;
    }
    const char *e = match_at(m, s);
    if (e != NULL) {
      m->start = s;
      return e;
    }
    if (m->error != NULL || m->pattern->anchored || s >= m->end) return NULL;
  }
}
