/* ruleparse.h -- what a rule is, shared by the file that reads rules and the one that applies them. */
#ifndef NORMALISE_RULEPARSE_H
#define NORMALISE_RULEPARSE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "normalise/rule.h"

#define RULE_TAGS_MOST 8
#define RULE_EXAMPLES_MOST 16

/* A piece of a replacement: literal text, group number `group` (>= 0), or the ordinal. */
typedef enum PieceKind { PIECE_TEXT, PIECE_GROUP, PIECE_ORDINAL } PieceKind;

typedef struct Piece {
  PieceKind kind;
  Bytes text;
  uint32_t group;
} Piece;

typedef struct Example {
  Bytes text, result;
  bool keeps;            /* the rule must not change it */
  int line;
} Example;

struct Rule {
  char *id, *why, *match;
  unsigned channels;     /* bits */
  Strings tags;          /* a case must carry one of them; none: every case */
  bool varies;           /* excuses only what varies with the world */
  pcre2_code *code;
  pcre2_match_data *data;
  Piece *pieces;
  size_t npieces;
  Example examples[RULE_EXAMPLES_MOST];
  size_t nexamples;
  int line;
};

/* Appends the rules of one file's content to `rules`; `path` stands in messages. */
bool rules_parse(Rules *rules, const char *path, const Bytes *content, Diag *why);
void rule_free(Rule *rule);

/* One rule, number `index` of its Rules, applied to text; true if it changed something. */
bool rule_rewrite(const Rule *rule, size_t index, const char *text, size_t n, Bytes *result,
                  RuleMemory *memory);

#endif
