/* directive.c -- why this file exists: each key of a case's head is one row and one function. */
#include "case/directive.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"

typedef struct Word { const char *name; unsigned value; } Word;

static const Word phases[] = {
  {"parse", PHASE_PARSE}, {"compile", PHASE_COMPILE}, {"run", PHASE_RUN}, {NULL, 0}
};
static const Word needs[] = {
  {"process", NEED_PROCESS}, {"shell", NEED_SHELL}, {"tmp", NEED_TMP}, {"libs", NEED_LIBS},
  {"locale-pt_BR", NEED_LOCALE}, {NULL, 0}
};
static const Word troubles[] = {
  {"ref-crash", TROUBLE_CRASH}, {"ref-timeout", TROUBLE_TIMEOUT}, {"ref-wrong", TROUBLE_WRONG},
  {NULL, 0}
};
static const char *const build_modes[] = {
  "release", "debug", "internal", "asan", "gcstress", "coverage", "fuzz", NULL
};
static const char *const channels[] = {
  "exit", "values", "error", "traceback", "stderr", "stdout", "bytecode", "memory"
};

const char *channel_name(Channel channel) {
  return channels[channel];
}

int channel_find(const char *name, size_t n) {
  for (int i = 0; i < CHANNEL_COUNT; i++) {
    if (strlen(channels[i]) == n && memcmp(channels[i], name, n) == 0) return i;
  }
  return -1;
}

static const Word *find_word(const Word *words, const char *name) {
  for (; words->name; words++) {
    if (strcmp(words->name, name) == 0) return words;
  }
  return NULL;
}

unsigned need_find(const char *name) {
  const Word *word = find_word(needs, name);
  return word ? word->value : 0;
}

static void replace(char **text, const char *value) {
  free(*text);
  *text = mem_string(value);
}

static bool is_empty_list(const Strings *words, const char *what, Diag *why) {
  if (words->n > 0) return false;
  diag_set(why, EXIT_USAGE, "empty %s list", what);
  return true;
}

static bool set_title(Head *h, const char *value, Diag *why) {
  (void)why;
  replace(&h->item->title, value);
  return true;
}

/* "2.5.1 words": digits between dots, then nothing or a blank. */
static bool set_manual(Head *h, const char *value, Diag *why) {
  const char *p = value;
  bool ok = isdigit((unsigned char)*p);
  if (ok) p++;
  while (ok && *p == '.') {
    ok = isdigit((unsigned char)*++p);
    while (isdigit((unsigned char)*p)) p++;
  }
  if (!ok || (*p && *p != ' ')) {
    return diag_set(why, EXIT_USAGE, "'%s' does not begin with a section of the manual", value);
  }
  replace(&h->item->manual, value);
  return true;
}

static bool set_origin(Head *h, const char *value, Diag *why) {
  (void)why;
  replace(&h->item->origin, value);
  return true;
}

static bool set_says(Head *h, const char *value, Diag *why) {
  (void)why;
  bytes_puts(&h->item->says, value);
  return true;
}

static bool set_script(Head *h, const char *value, Diag *why) {
  if (*value == '/' || strstr(value, "..")) {
    return diag_set(why, EXIT_USAGE, "'%s' is not a file below the mode's folder", value);
  }
  replace(&h->item->script, value);
  h->item->borrows = true;
  return true;
}

static bool set_known(Head *h, const char *value, Diag *why) {
  (void)why;
  replace(&h->item->known, value);
  return true;
}

bool directive_add_tag(Head *h, const char *tag, Diag *why) {
  if (!strings_has(h->tags, tag)) {
    const char *near = strings_nearest(tag, (const char *const *)h->tags->at, h->tags->n);
    if (near) return diag_set(why, EXIT_USAGE, "unknown tag '%s' (did you mean '%s'?)", tag, near);
    return diag_set(why, EXIT_USAGE, "unknown tag '%s' (see TAGS)", tag);
  }
  if (strings_has(&h->item->tags, tag)) {
    return diag_set(why, EXIT_USAGE, "tag '%s' given twice", tag);
  }
  strings_add(&h->item->tags, tag);
  return true;
}

static bool set_tags(Head *h, const char *value, Diag *why) {
  Strings words = {0};
  words_split_list(value, &words);
  bool ok = !is_empty_list(&words, "tag", why);
  for (size_t i = 0; ok && i < words.n; i++) ok = directive_add_tag(h, words.at[i], why);
  strings_free(&words);
  return ok;
}

static bool set_channels(Head *h, const char *value, Diag *why) {
  Strings words = {0};
  words_split_list(value, &words);
  bool ok = !is_empty_list(&words, "channel", why);
  h->item->channels = 0;
  for (size_t i = 0; ok && i < words.n; i++) {
    int channel = channel_find(words.at[i], strlen(words.at[i]));
    if (channel >= 0) h->item->channels |= CHANNEL_BIT(channel);
    else ok = diag_set(why, EXIT_USAGE, "unknown channel '%s'", words.at[i]);
  }
  strings_free(&words);
  return ok;
}

static bool set_phase(Head *h, const char *value, Diag *why) {
  const Word *word = find_word(phases, value);
  if (word == NULL) return diag_set(why, EXIT_USAGE, "unknown phase '%s'", value);
  h->item->phase = (Phase)word->value;
  return true;
}

static bool split(Strings *words, const char *value, Diag *why) {
  if (words_split_shell(value, words)) return true;
  return diag_set(why, EXIT_USAGE, "a quote without its end");
}

static bool set_args(Head *h, const char *value, Diag *why) {
  return split(&h->item->args, value, why);
}

static bool set_cli(Head *h, const char *value, Diag *why) {
  h->item->has_cli = true;
  return split(&h->item->cli, value, why);
}

static int hex_digit(char c) {
  if (isdigit((unsigned char)c)) return c - '0';
  return isxdigit((unsigned char)c) ? tolower(c) - 'a' + 10 : -1;
}

/* One escape behind the backslash at `p`; the byte behind it, or NULL. */
static const char *unescape(const char *p, Bytes *to) {
  static const char names[] = "nrt0\\\"", values[] = "\n\r\t\0\\\"";
  if (p[0] >= '0' && p[0] <= '3' && p[1] >= '0' && p[1] <= '7' && p[2] >= '0' && p[2] <= '7') {
    bytes_putc(to, (char)((p[0] - '0') << 6 | (p[1] - '0') << 3 | (p[2] - '0')));
    return p + 3;
  }
  const char *name = *p ? strchr(names, *p) : NULL;
  if (name) {
    bytes_putc(to, values[name - names]);
    return p + 1;
  }
  if (p[0] == 'x' && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0) {
    bytes_putc(to, (char)(hex_digit(p[1]) << 4 | hex_digit(p[2])));
    return p + 3;
  }
  return NULL;
}

static bool set_stdin(Head *h, const char *value, Diag *why) {
  size_t n = strlen(value);
  if (n < 2 || value[0] != '"' || value[n - 1] != '"') {
    return diag_set(why, EXIT_USAGE, "needs a \"quoted\" value");
  }
  const char *p = value + 1, *end = value + n - 1;
  while (p && p < end) {
    if (*p == '"') return diag_set(why, EXIT_USAGE, "a quote inside of %s", value);
    if (*p != '\\') bytes_putc(&h->item->input, *p++);
    else if ((p = unescape(p + 1, &h->item->input)) == NULL || p > end) {
      return diag_set(why, EXIT_USAGE, "unknown escape in %s", value);
    }
  }
  return true;
}

static bool is_environment(const char *word) {
  const char *p = word;
  if (!isalpha((unsigned char)*p) && *p != '_') return false;
  while (isalnum((unsigned char)*p) || *p == '_') p++;
  return *p == '=';
}

static bool set_env(Head *h, const char *value, Diag *why) {
  if (!split(&h->item->env, value, why)) return false;
  for (size_t i = 0; i < h->item->env.n; i++) {
    if (!is_environment(h->item->env.at[i])) {
      return diag_set(why, EXIT_USAGE, "'%s' is not NAME=VALUE", h->item->env.at[i]);
    }
  }
  return true;
}

static bool set_needs(Head *h, const char *value, Diag *why) {
  Strings words = {0};
  words_split_list(value, &words);
  bool ok = !is_empty_list(&words, "need", why);
  for (size_t i = 0; ok && i < words.n; i++) {
    unsigned need = need_find(words.at[i]);
    h->item->needs |= need;
    if (need == 0) ok = diag_set(why, EXIT_USAGE, "unknown need '%s'", words.at[i]);
  }
  strings_free(&words);
  return ok;
}

static bool set_modes(Head *h, const char *value, Diag *why) {
  Strings *words = &h->item->modes;
  words_split_list(value, words);
  if (is_empty_list(words, "mode", why)) return false;
  for (size_t i = 0; i < words->n; i++) {
    const char *name = words->at[i] + (words->at[i][0] == '!');
    const char *const *known = build_modes;
    while (*known && strcmp(*known, name) != 0) known++;
    if (*known == NULL) return diag_set(why, EXIT_USAGE, "unknown mode '%s'", words->at[i]);
  }
  return true;
}

static bool set_mem(Head *h, const char *value, Diag *why) {
  return words_parse_size(value, &h->item->memory) ||
         diag_set(why, EXIT_USAGE, "'%s' is not a size such as 16M", value);
}

static bool set_fuel(Head *h, const char *value, Diag *why) {
  return words_parse_count(value, &h->item->fuel) ||
         diag_set(why, EXIT_USAGE, "'%s' is not a number of instructions such as 1e6", value);
}

static bool set_time(Head *h, const char *value, Diag *why) {
  return (words_parse_seconds(value, &h->item->seconds) && h->item->seconds <= 600) ||
         diag_set(why, EXIT_USAGE, "'%s' is not a time between 0 and 600 seconds", value);
}

static bool set_expect(Head *h, const char *value, Diag *why) {
  Strings words = {0};
  words_split_list(value, &words);
  bool ok = !is_empty_list(&words, "expectation", why);
  for (size_t i = 0; ok && i < words.n; i++) {
    const char *word = words.at[i];
    const Word *trouble = find_word(troubles, word);
    size_t digits = strncmp(word, "exit=", 5) == 0 ? strspn(word + 5, "0123456789") : 0;
    if (trouble) h->item->expect_trouble = (Trouble)trouble->value;
    else if (digits >= 1 && digits <= 3 && word[5 + digits] == '\0' && atoi(word + 5) <= 255) {
      h->item->expect_exit = atoi(word + 5);
    } else ok = diag_set(why, EXIT_USAGE, "unknown expectation '%s'", word);
  }
  strings_free(&words);
  return ok;
}

static const struct Key {
  const char *name;
  bool (*apply)(Head *head, const char *value, Diag *why);
} keys[] = {
  {"title", set_title}, {"manual", set_manual}, {"origin", set_origin}, {"tags", set_tags},
  {"channels", set_channels}, {"phase", set_phase}, {"args", set_args}, {"cli", set_cli},
  {"stdin", set_stdin}, {"env", set_env}, {"needs", set_needs}, {"modes", set_modes},
  {"mem", set_mem}, {"fuel", set_fuel}, {"time", set_time}, {"expect", set_expect},
  {"known", set_known}, {"script", set_script}, {"says", set_says}
};
enum { KEYS = sizeof keys / sizeof keys[0] };

static int find_key(const char *name) {
  for (int i = 0; i < KEYS; i++) {
    if (strcmp(keys[i].name, name) == 0) return i;
  }
  return -1;
}

bool directive_apply(Head *h, const char *key, const char *value, Diag *why) {
  int row = find_key(key);
  if (row < 0) {
    const char *names[KEYS];
    for (int i = 0; i < KEYS; i++) names[i] = keys[i].name;
    const char *near = strings_nearest(key, names, KEYS);
    if (near == NULL) return diag_set(why, EXIT_USAGE, "unknown directive '%s'", key);
    return diag_set(why, EXIT_USAGE, "unknown directive '%s' (did you mean '%s'?)", key, near);
  }
  if (h->seen & 1u << row) return diag_set(why, EXIT_USAGE, "directive '%s' given twice", key);
  h->seen |= 1u << row;
  if (*value == '\0') return diag_set(why, EXIT_USAGE, "directive '%s' has no value", key);
  return keys[row].apply(h, value, why);
}

bool directive_was_given(const Head *h, const char *key) {
  return h->seen & 1u << find_key(key);
}
