/* corpus.c -- why this file exists: it turns the names that a user or a mode gives into cases. */
#include "case/corpus.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"

static bool is_case_file(const char *path) {
  size_t n = strlen(path);
  return (n > 4 && strcmp(path + n - 4, ".lua") == 0) ||
         (n > 6 && strcmp(path + n - 6, ".cases") == 0);
}

/* The folder above the first special character of a pattern. */
static char *fixed_folder(const char *pattern) {
  size_t n = strcspn(pattern, "*?[");
  while (n > 0 && pattern[n - 1] != '/') n--;
  return n ? mem_substring(pattern, n > 1 ? n - 1 : 1) : mem_string(".");
}

static void remove_matching(Strings *files, const char *pattern) {
  size_t kept = 0, length = strlen(pattern);
  if (length && pattern[length - 1] == '/') length--;
  for (size_t i = 0; i < files->n; i++) {
    const char *file = files->at[i];
    bool below = strncmp(file, pattern, length) == 0 && strchr("/", file[length]) != NULL;
    if (below || path_match(pattern, file)) free(files->at[i]);
    else files->at[kept++] = files->at[i];
  }
  files->n = kept;
}

/* Adds the files that one input names; `files` have names as `top` sees them. */
static bool add_input(Corpus *c, const char *input, const char *top, Strings *files, Diag *why) {
  if (input[0] == '!') {
    remove_matching(files, input + 1);
    return true;
  }
  bool pattern = path_is_pattern(input) && !path_exists(input);
  char *folder = pattern ? fixed_folder(input) : mem_string(input);
  char *whole = path_join(top, folder);
  if (!path_exists(whole) && path_exists(folder)) {
    free(whole);
    whole = mem_string(folder);
  }
  Strings found = {0};
  bool ok = true;
  size_t before = files->n, known = 0;
  if (path_exists(whole)) ok = path_walk(whole, &found, why);
  bool single = path_is_file(whole);
  for (size_t i = 0; ok && i < found.n; i++) {
    char *shown = path_below(top, found.at[i]);
    bool wanted = single || (is_case_file(shown) && (!pattern || path_match(input, shown)));
    if (wanted && strings_has(files, shown)) known++;
    else if (wanted) strings_add(files, shown);
    free(shown);
  }
  if (ok && files->n == before && known == 0) {
    const char *what = pattern ? "no .lua or .cases file matches"
                     : path_exists(whole) ? "no .lua or .cases file in this folder"
                                          : "no such file or folder";
    strings_take(&c->errors, mem_format("%s: %s", input, what));
  }
  strings_free(&found);
  free(whole);
  free(folder);
  return ok;
}

/* The words of the nearest TAGS file above `path`; remembered for the folder. */
typedef struct TagCache { char *folder; Strings tags; } TagCache;

static bool read_tags(const char *path, Strings *tags, Diag *why) {
  Bytes text = {0};
  bool ok = path_read(path, &text, why);
  char *rest = text.data, *line;
  while (ok && rest && (line = strsep(&rest, "\n"))) {
    size_t n = strcspn(line, " \t\r");
    if (n && *line != '#') strings_take(tags, mem_substring(line, n));
  }
  bytes_free(&text);
  return ok;
}

static bool tags_of(const char *path, TagCache *cache, Strings *all, Diag *why) {
  char *file = path_absolute(path), *folder = path_folder(file);
  free(file);
  if (cache->folder && strcmp(cache->folder, folder) == 0) {
    free(folder);
    return true;
  }
  free(cache->folder);
  strings_free(&cache->tags);
  cache->folder = mem_string(folder);
  bool ok = true, found = false;
  while (ok && !found) {
    char *name = path_join(folder, "TAGS");
    found = path_is_file(name);
    if (found) ok = read_tags(name, &cache->tags, why);
    free(name);
    if (strcmp(folder, "/") == 0) break;
    char *up = path_folder(folder);
    free(folder);
    folder = up;
  }
  free(folder);
  for (size_t i = 0; i < cache->tags.n; i++) {
    if (!strings_has(all, cache->tags.at[i])) strings_add(all, cache->tags.at[i]);
  }
  return ok;
}

/* Reads one file; what is wrong with it is an error of the corpus. */
static void read_file(Corpus *c, const char *shown, const char *top, TagCache *cache) {
  Diag why = {0};
  Bytes text = {0};
  char *below = path_join(top, shown);
  const char *path = path_exists(below) ? below : shown;
  strings_add(&c->paths, shown);
  const char *name = c->paths.at[c->paths.n - 1];
  size_t before = c->cases.n;
  bool ok = tags_of(path, cache, &c->tags, &why) && path_read(path, &text, &why) &&
            case_parse(name, &text, &cache->tags, &c->cases, &why);
  if (!ok) strings_add(&c->errors, diag_text(&why));
  char *folder = path_folder(path), *whole = path_absolute(folder);
  for (size_t i = before; i < c->cases.n; i++) {
    free(c->cases.at[i]->folder);
    c->cases.at[i]->folder = mem_string(whole);
  }
  free(whole);
  free(folder);
  free(below);
  bytes_free(&text);
}

bool corpus_load(Corpus *c, const Strings *inputs, const char *top, Diag *why) {
  Strings files = {0};
  bool ok = true;
  for (size_t i = 0; ok && i < inputs->n; i++) ok = add_input(c, inputs->at[i], top, &files, why);
  TagCache cache = {0};
  for (size_t i = 0; ok && i < files.n; i++) {
    if (!strings_has(&c->paths, files.at[i])) read_file(c, files.at[i], top, &cache);
  }
  free(cache.folder);
  strings_free(&cache.tags);
  strings_free(&files);
  return ok;
}

void corpus_free(Corpus *c) {
  case_list_free(&c->cases);
  strings_free(&c->paths);
  strings_free(&c->tags);
  strings_free(&c->errors);
}

Case *corpus_find(const Corpus *c, const char *id, const char **nearest) {
  const char **ids = nearest ? mem_alloc(c->cases.n * sizeof *ids) : NULL;
  Case *found = NULL;
  for (size_t i = 0; i < c->cases.n; i++) {
    if (ids) ids[i] = c->cases.at[i]->id;
    if (strcmp(c->cases.at[i]->id, id) == 0) found = c->cases.at[i];
  }
  if (nearest) *nearest = found ? NULL : strings_nearest(id, ids, c->cases.n);
  free(ids);
  return found;
}
