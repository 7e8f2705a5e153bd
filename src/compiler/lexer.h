/* lexer.h -- text to tokens, one token ahead at most, and the form of every syntax error.
 *
 * The strings that the scanner makes belong to nobody yet: it holds the last LEXER_HELD of
 * them against the collector, which may run whenever the reader does.  So the text of a
 * token may rest in a C local while the next token is read, and one more after that; by
 * then it must have been stored in a prototype, or not be needed.  Manual: 2.1. */
#ifndef COMPILER_LEXER_H
#define COMPILER_LEXER_H

#include "heap/buf.h"
#include "heap/source.h"

/* A token is its own character, or one of these. */
enum TokenKind {
  TK_FIRST = 255,
#define WORD(name, text) TK_##name,
#define SYMBOL(name, text) TK_##name,
#include "compiler/tokens.def"
#undef WORD
#undef SYMBOL
  TK_NONE
};

typedef struct Token {
  int kind;
  union {
    lua_Number number; /* TK_NUMBER */
    TString *text;     /* TK_NAME, TK_STRING */
  };
} Token;

#define LEXER_HELD 3

typedef struct Lexer {
  lua_State *L;
  Source *source;
  const char *chunk; /* its name */
  int c;             /* the next character, or SOURCE_END */
  int line;          /* where the scanner is: the end of the last token that it has read */
  int last_line;     /* where the token before `token` ended */
  Token token;
  Token ahead;     /* TK_NONE: not read yet */
  Buf buf;         /* characters of the token in hand; freed by whoever runs the compiler */
  size_t len;      /* how many */
  int opening;     /* of the last string: its quote, or LONG_BRACKET + its level */
  char point;      /* the decimal point that numerals are tried with */
  unsigned nheld;  /* strings made so far */
  Roots held;      /* the last LEXER_HELD of them */
} Lexer;

#define LONG_BRACKET 256

/* Begin to read `source`, which must not have been read from.  `lx->held` is linked into
 * L->roots: the caller unlinks it, or a throw does. */
MAY_THROW MAY_GC void lexer_init(Lexer *lx, lua_State *L, Source *source, const char *chunk);

/* Make the next token current. */
MAY_THROW MAY_GC void lexer_next(Lexer *lx);
/* The kind of the token after the current one.  Asked at most once for each current token,
 * and only when that is a name. */
MAY_THROW MAY_GC int lexer_look_ahead(Lexer *lx);

/* How messages call a kind of token: its text, "char(7)", "<name>". */
MAY_THROW const char *lexer_kind_text(Lexer *lx, int kind);

/* Raise LUA_ERRSYNTAX with "CHUNK:LINE: MSG". */
NORETURN void lexer_error(Lexer *lx, const char *msg);
/* The same, and "near" the current token. */
NORETURN void lexer_error_near(Lexer *lx, const char *msg);
/* Format a message for these two.  It stays on the stack until the throw. */
MAY_THROW const char *lexer_message(Lexer *lx, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
