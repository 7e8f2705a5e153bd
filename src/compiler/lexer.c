/* lexer.c -- text to tokens.
 *
 * The scanner looks at bytes through one table.  Names, short strings and comments that lie
 * whole in the reader's piece are taken from there in one go; whatever crosses the end of a
 * piece is collected in the buffer, byte by byte.  Bytes from 128 on are what the locale
 * says they are. */
#include "compiler/lexer.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "base/num.h"
#include "heap/throw.h"
#include "object/raise.h"
#include "object/str.h"

static const char *const token_text[] = {
#define WORD(name, text) text,
#define SYMBOL(name, text) text,
#include "compiler/tokens.def"
#undef WORD
#undef SYMBOL
};

/* ---- Errors --------------------------------------------------------------- */

/* Chunk names are cut to this size, final NUL included. */
#define MAX_CHUNK_NAME 80

const char *lexer_message(Lexer *lx, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  const char *text = err_push_format(lx->L, fmt, args);
  va_end(args);
  return text;
}

const char *lexer_kind_text(Lexer *lx, int kind) {
  if (kind > TK_FIRST) return token_text[kind - TK_FIRST - 1];
  return lexer_message(lx, iscntrl(kind) ? "char(%d)" : "%c", kind);
}

/* `near` NULL: nowhere in particular. */
static NORETURN void raise(Lexer *lx, const char *msg, const char *near) {
  char chunk[MAX_CHUNK_NAME];
  err_chunk_id(chunk, lx->chunk, sizeof chunk);
  if (near != NULL)
    lexer_message(lx, "%s:%d: %s near '%s'", chunk, lx->line, msg, near);
  else
    lexer_message(lx, "%s:%d: %s", chunk, lx->line, msg);
  throw_status(lx->L, LUA_ERRSYNTAX);
}

static void save(Lexer *lx, int c) {
  if (unlikely(lx->len >= lx->buf.size)) buf_reserve(lx->L, &lx->buf, lx->len + 1);
  lx->buf.data[lx->len++] = (char)c;
}

/* What has been read of the token in hand. */
static const char *text_so_far(Lexer *lx) {
  save(lx, '\0');
  return lx->buf.data;
}

static void save_bracket(Lexer *lx, int bracket, int level) {
  save(lx, bracket);
  for (; level > 0; level--) save(lx, '=');
  save(lx, bracket);
}

/* The current token as it stood in the source, but with its escapes and line ends translated.  A
 * message is a C string: what follows a NUL does not show. */
static const char *current_text(Lexer *lx) {
  const Token *t = &lx->token;
  if (t->kind == TK_NAME) return t->text->data;
  if (t->kind == TK_NUMBER) return lx->buf.data;
  if (t->kind != TK_STRING) return lexer_kind_text(lx, t->kind);
  int level = lx->opening - LONG_BRACKET;
  lx->len = 0;
  if (level >= 0) save_bracket(lx, '[', level);
  else save(lx, lx->opening);
  for (size_t i = 0; i < t->text->len; i++) save(lx, t->text->data[i]);
  if (level >= 0) save_bracket(lx, ']', level);
  else save(lx, lx->opening);
  return text_so_far(lx);
}

void lexer_error(Lexer *lx, const char *msg) { raise(lx, msg, NULL); }

/* A token of kind 0 is a NUL in the source; nothing is near it, as in the reference. */
void lexer_error_near(Lexer *lx, const char *msg) {
  raise(lx, msg, lx->token.kind != 0 ? current_text(lx) : NULL);
}

/* ---- Characters ----------------------------------------------------------- */

enum { LETTER = 1, DIGIT = 2, FOREIGN = 4 };

static const uint8_t char_class[256] = {
    ['A' ... 'Z'] = LETTER, ['a' ... 'z'] = LETTER, ['_'] = LETTER, ['0' ... '9'] = DIGIT,
    [128 ... 255] = FOREIGN};

static inline bool may_begin_name(int c) {
  return char_class[c] & LETTER || (char_class[c] & FOREIGN && isalpha(c));
}
static inline bool may_be_in_name(int c) {
  return c >= 0 && (char_class[c] & (LETTER | DIGIT) || (char_class[c] & FOREIGN && isalnum(c)));
}
static inline bool is_digit_char(int c) { return c >= 0 && char_class[c] & DIGIT; }
static inline bool is_line_end(int c) { return c == '\n' || c == '\r'; }

static inline void advance(Lexer *lx) { lx->c = source_get(lx->source); }

static inline void save_and_advance(Lexer *lx) {
  save(lx, lx->c);
  advance(lx);
}

/* Continue behind `p`, a place in the reader's piece: the character there is the next one. */
static inline void continue_at(Lexer *lx, const char *p) {
  Source *s = lx->source;
  s->n -= (size_t)(p + 1 - s->p);
  s->p = p + 1;
  lx->c = (unsigned char)*p;
}

/* Continue behind the reader's piece. */
static void continue_behind(Lexer *lx) {
  lx->source->p += lx->source->n;
  lx->source->n = 0;
  advance(lx);
}

/* "\r\n" and "\n\r" are one line end, two equal characters are two. */
static void skip_line_end(Lexer *lx) {
  int first = lx->c;
  advance(lx);
  if (is_line_end(lx->c) && lx->c != first) advance(lx);
  if (++lx->line >= INT_MAX - 2) raise(lx, "chunk has too many lines", current_text(lx));
}

/* Take the next character into the buffer if it is one of `set`.  The set's final NUL
 * counts: a NUL byte in the source passes here, as in the reference. */
static bool save_one_of(Lexer *lx, const char *set) {
  if (lx->c == SOURCE_END || strchr(set, lx->c) == NULL) return false;
  save_and_advance(lx);
  return true;
}

/* ---- Tokens with a value -------------------------------------------------- */

static TString *hold(Lexer *lx, TString *s) {
  lx->held.object[lx->nheld++ % LEXER_HELD] = OBJ(s);
  return s;
}

static TString *hold_text(Lexer *lx, const char *s, size_t len) {
  return hold(lx, str_intern(lx->L, s, len));
}

/* A name, or a reserved word. */
static int scan_name(Lexer *lx, Token *t) {
  const Source *s = lx->source;
  const char *start = s->p - 1, *p = s->p, *end = s->p + s->n;
  while (p < end && may_be_in_name((unsigned char)*p)) p++;
  TString *name;
  if (likely(p < end)) {
    name = hold_text(lx, start, (size_t)(p - start));
    continue_at(lx, p);
  } else {
    lx->len = 0;
    do save_and_advance(lx);
    while (may_be_in_name(lx->c));
    name = hold_text(lx, lx->buf.data, lx->len);
  }
  if (name->reserved > 0) return TK_FIRST + name->reserved;
  t->text = name;
  return TK_NAME;
}

static void replace_point(Lexer *lx, char from, char to) {
  if (from == to) return;
  for (size_t i = 0; i < lx->len; i++)
    if (lx->buf.data[i] == from) lx->buf.data[i] = to;
}

/* A numeral is what C takes for one, whose decimal point is the locale's: when a numeral
 * with "." is not understood, the locale's point is tried, and kept for the rest of the
 * chunk. */
static lua_Number convert_numeral(Lexer *lx) {
  lua_Number n;
  const char *text = text_so_far(lx);
  replace_point(lx, '.', lx->point);
  if (likely(num_from_text(text, &n))) return n;
  char old = lx->point;
  lx->point = num_decimal_point();
  replace_point(lx, old, lx->point);
  if (num_from_text(text, &n)) return n;
  replace_point(lx, lx->point, '.');
  raise(lx, "malformed number", text);
}

/* The buffer holds what came before: nothing, or a point.  Greedy: whatever could be part of some
 * numeral is taken, and judged as a whole. */
static int scan_number(Lexer *lx, Token *t) {
  while (is_digit_char(lx->c) || lx->c == '.') save_and_advance(lx);
  if (save_one_of(lx, "Ee")) save_one_of(lx, "+-");
  while (may_be_in_name(lx->c)) save_and_advance(lx);
  t->number = convert_numeral(lx);
  return TK_NUMBER;
}

/* ---- Strings -------------------------------------------------------------- */

/* Between brackets: takes "[==" or "]==" into the buffer.  The level when the same bracket
 * follows (it is not taken), else NOT_BRACKET for a bracket alone, or less. */
#define NOT_BRACKET (-1)
static int scan_bracket(Lexer *lx) {
  int bracket = lx->c, level = 0;
  save_and_advance(lx);
  for (; lx->c == '='; level++) save_and_advance(lx);
  return lx->c == bracket ? level : -level - 1;
}

/* The rest of a long string, or of a long comment, whose text is not kept. */
static void scan_long_bracket(Lexer *lx, int level, bool is_comment, Token *t) {
  save_and_advance(lx);
  if (is_line_end(lx->c)) skip_line_end(lx);
  for (;;) {
    switch (lx->c) {
      case SOURCE_END:
        raise(lx, is_comment ? "unfinished long comment" : "unfinished long string",
              token_text[TK_EOS - TK_FIRST - 1]);
      case '[':
        if (scan_bracket(lx) == 0 && level == 0)
          raise(lx, "nesting of [[...]] is deprecated", "[");
        break;
      case ']':
        if (scan_bracket(lx) != level) break;
        save_and_advance(lx);
        if (!is_comment) {
          size_t mark = (size_t)level + 2;
          t->text = hold_text(lx, lx->buf.data + mark, lx->len - 2 * mark);
          lx->opening = LONG_BRACKET + level;
        }
        return;
      case '\n':
      case '\r':
        skip_line_end(lx);
        if (is_comment) lx->len = 0;
        else save(lx, '\n');
        break;
      default:
        if (!is_comment) save(lx, lx->c);
        advance(lx);
        break;
    }
  }
}

/* \d, \dd or \ddd: a byte by its decimal code. */
static void scan_decimal_escape(Lexer *lx) {
  int code = 0;
  for (int i = 0; i < 3 && is_digit_char(lx->c); i++) {
    code = 10 * code + (lx->c - '0');
    advance(lx);
  }
  if (code > UCHAR_MAX) raise(lx, "escape sequence too large", text_so_far(lx));
  save(lx, code);
}

static void scan_escape(Lexer *lx) {
  static const char letters[] = "abfnrtv", codes[] = "\a\b\f\n\r\t\v";
  advance(lx);
  if (is_digit_char(lx->c)) {
    scan_decimal_escape(lx);
  } else if (is_line_end(lx->c)) {
    save(lx, '\n');
    skip_line_end(lx);
  } else if (lx->c != SOURCE_END) { /* at the end the caller finds the string unfinished */
    const char *letter = lx->c != '\0' ? strchr(letters, lx->c) : NULL;
    save(lx, letter != NULL ? codes[letter - letters] : lx->c);
    advance(lx);
  }
}

static int scan_string(Lexer *lx, Token *t) {
  const Source *s = lx->source;
  const int quote = lx->c;
  const char *p = s->p, *end = s->p + s->n;
  lx->opening = quote;
  while (p < end && *p != quote && *p != '\\' && !is_line_end(*p)) p++;
  if (likely(p < end && *p == quote)) {
    t->text = hold_text(lx, s->p, (size_t)(p - s->p));
    continue_at(lx, p);
    advance(lx);
    return TK_STRING;
  }
  lx->len = 0;
  save_and_advance(lx);
  while (lx->c != quote) {
    if (lx->c == SOURCE_END)
      raise(lx, "unfinished string", token_text[TK_EOS - TK_FIRST - 1]);
    if (is_line_end(lx->c)) raise(lx, "unfinished string", text_so_far(lx));
    if (lx->c == '\\') scan_escape(lx);
    else save_and_advance(lx);
  }
  advance(lx);
  t->text = hold_text(lx, lx->buf.data + 1, lx->len - 1);
  return TK_STRING;
}

/* ---- All tokens ----------------------------------------------------------- */

/* Behind "--". */
static void skip_comment(Lexer *lx) {
  if (lx->c == '[') {
    lx->len = 0;
    int level = scan_bracket(lx);
    if (level >= 0) {
      scan_long_bracket(lx, level, true, NULL);
      return;
    }
  }
  while (!is_line_end(lx->c) && lx->c != SOURCE_END) {
    const Source *s = lx->source;
    const char *p = s->p, *end = s->p + s->n;
    while (p < end && !is_line_end(*p)) p++;
    if (p < end) continue_at(lx, p);
    else continue_behind(lx);
  }
}

static void skip_blanks(Lexer *lx) {
  const Source *s = lx->source;
  const char *p = s->p, *end = s->p + s->n;
  while (p < end && (*p == ' ' || *p == '\t')) p++;
  if (likely(p < end)) continue_at(lx, p);
  else continue_behind(lx);
}

/* One character, or two when the second is "=". */
static int scan_comparison(Lexer *lx, int alone, int with_equals) {
  advance(lx);
  if (lx->c != '=') return alone;
  advance(lx);
  return with_equals;
}

/* ".", "..", "..." or a numeral. */
static int scan_dots(Lexer *lx, Token *t) {
  lx->len = 0;
  save_and_advance(lx);
  if (save_one_of(lx, ".")) return save_one_of(lx, ".") ? TK_DOTS : TK_CONCAT;
  return is_digit_char(lx->c) ? scan_number(lx, t) : '.';
}

static int scan(Lexer *lx, Token *t) {
  for (;;) {
    int c = lx->c;
    if (c == SOURCE_END) return TK_EOS;
    if (char_class[c] & LETTER) return scan_name(lx, t);
    switch (c) {
      case '\n':
      case '\r':
        skip_line_end(lx);
        continue;
      case ' ':
      case '\t':
        skip_blanks(lx);
        continue;
      case '-':
        advance(lx);
        if (lx->c != '-') return '-';
        advance(lx);
        skip_comment(lx);
        continue;
      case '[': {
        lx->len = 0;
        int level = scan_bracket(lx);
        if (level == NOT_BRACKET) return '[';
        if (level < 0) raise(lx, "invalid long string delimiter", text_so_far(lx));
        scan_long_bracket(lx, level, false, t);
        return TK_STRING;
      }
      case '=':
        return scan_comparison(lx, '=', TK_EQ);
      case '<':
        return scan_comparison(lx, '<', TK_LE);
      case '>':
        return scan_comparison(lx, '>', TK_GE);
      case '~':
        return scan_comparison(lx, '~', TK_NE);
      case '"':
      case '\'':
        return scan_string(lx, t);
      case '.':
        return scan_dots(lx, t);
      default:
        break;
    }
    if (is_digit_char(c)) {
      lx->len = 0;
      return scan_number(lx, t);
    }
    if (may_begin_name(c)) return scan_name(lx, t);
    advance(lx);
    if (!isspace(c)) return c;
  }
}

void lexer_next(Lexer *lx) {
  lx->last_line = lx->line;
  if (likely(lx->ahead.kind == TK_NONE)) {
    lx->token.kind = scan(lx, &lx->token);
  } else {
    lx->token = lx->ahead;
    lx->ahead.kind = TK_NONE;
  }
}

int lexer_look_ahead(Lexer *lx) {
  CHECK(lx->ahead.kind == TK_NONE && lx->token.kind == TK_NAME);
  lx->ahead.kind = scan(lx, &lx->ahead);
  return lx->ahead.kind;
}

/* ---- Begin ---------------------------------------------------------------- */

/* Once a state: the reserved words are fixed strings that know what they are.  The first word is
 * marked last, so that it tells whether all are. */
static void mark_reserved_words(lua_State *L) {
  TString *first = str_from_c(L, token_text[0]);
  if (first->reserved != 0) return;
  for (int i = TK_NUMBER - TK_FIRST - 1; i >= 0; i--) {
    if (!isalpha((unsigned char)token_text[i][0])) continue;
    TString *word = str_from_c(L, token_text[i]);
    str_fix(word);
    word->reserved = (uint8_t)(i + 1);
  }
}

void lexer_init(Lexer *lx, lua_State *L, Source *source, const char *chunk) {
  mark_reserved_words(L);
  *lx = (Lexer){.L = L, .source = source, .chunk = chunk, .line = 1, .last_line = 1, .point = '.'};
  lx->token.kind = TK_EOS;
  lx->ahead.kind = TK_NONE;
  lx->held.outer = L->roots;
  L->roots = &lx->held;
  advance(lx);
}
