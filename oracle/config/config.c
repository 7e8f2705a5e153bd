/* config.c -- why this file exists: oracle.lua becomes modes, every field with its origin. */
#include "config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "config/fields.h"
#include "config/luatext.h"
#include "config/names.h"
#include "config/overlay.h"

/* The library that reads configurations: never the one under test. */
static const char READER[] = "liblua5.1.so.0";

/* One source of fields: a file, whose text is one of the configuration's. */
typedef struct Source {
  const char *file;
  const Bytes *text;     /* for line numbers */
  size_t number;         /* in Config.texts */
  Data *tree;
} Source;

/* ---- Reading one mode ---------------------------------------------------------------------- */

static char *text_or_empty(const char *s) {
  return mem_string(s ? s : "");
}

/* "$" "{mode}" in a text becomes the mode's name. */
static char *expand(const char *text, const char *mode) {
  Bytes out = {0};
  for (const char *p; (p = strstr(text, "${mode}")) != NULL; text = p + 7) {
    bytes_append(&out, text, (size_t)(p - text));
    bytes_puts(&out, mode);
  }
  bytes_puts(&out, text);
  return out.data;
}

static bool read_engine(const Fields *f, const char *side, EngineSpec *main_spec,
                        EngineSpec *process, bool *has_process) {
  static const char *const kinds[] = {"inproc", "exec", NULL};
  Fields e;
  const char *lib = NULL, *cmd = NULL, *luac = NULL, *version = NULL, *build = NULL;
  const char *mode = NULL, *shared = NULL;
  int kind = 0;
  double slowness = 1, perturbation = 0;
  Strings args = {0}, env = {0};
  bool ok = fields_table(f, side, &e) && fields_only(&e, names_of_fields(side)) &&
            fields_choice(&e, "engine", kinds, &kind) && fields_text(&e, "lib", &lib) &&
            fields_text(&e, "cmd", &cmd) && fields_text(&e, "luac", &luac) &&
            fields_list(&e, "args", &args) && fields_pairs(&e, "env", &env) &&
            fields_text(&e, "version", &version) && fields_text(&e, "build", &build) &&
            fields_text(&e, "mode", &mode) && fields_number(&e, "slowness", 1, 1000, &slowness) &&
            fields_text(&e, "shared", &shared) &&
            fields_number(&e, "perturbation", 0, PERTURBATION_MOST, &perturbation);
  if (ok && kind == 0 && lib == NULL) {
    ok = fields_fail(f, side, "engine \"inproc\" needs lib = a liblua");
  }
  if (ok && kind == 1 && cmd == NULL) {
    ok = fields_fail(f, side, "engine \"exec\" needs cmd = a lua program");
  }
  *has_process = ok && kind == 0 && cmd != NULL;
  for (int i = 0; ok && i < 1 + *has_process; i++) {
    EngineSpec *spec = i == 0 ? main_spec : process;
    bool in_process = i == 0 && kind == 0;
    spec->kind = mem_string(in_process ? "inproc" : "exec");
    spec->path = mem_string(in_process ? lib : cmd);
    spec->luac = text_or_empty(luac);
    for (size_t k = 0; k < args.n; k++) strings_add(&spec->args, args.at[k]);
    for (size_t k = 0; k < env.n; k++) strings_add(&spec->env, env.at[k]);
    spec->version = text_or_empty(version);
    spec->build = text_or_empty(build);
    spec->mode = text_or_empty(mode);
    spec->shared = text_or_empty(shared);
    spec->slowness = slowness;
    spec->perturbation = (unsigned)perturbation;
  }
  strings_free(&args);
  strings_free(&env);
  return ok;
}

static bool read_preloads(const Fields *f, Conditions *c) {
  Strings pairs = {0};
  bool ok = fields_pairs(f, "preload", &pairs);
  c->preloads = mem_alloc(pairs.n * sizeof *c->preloads);
  for (size_t i = 0; ok && i < pairs.n; i++) {
    char *equals = strchr(pairs.at[i], '=');
    *equals = '\0';
    c->preloads[c->npreloads++] = (Preload){mem_string(pairs.at[i]), mem_string(equals + 1)};
    if (!path_is_file(equals + 1)) ok = fields_fail(f, "preload", "no such file: '%s'", equals + 1);
  }
  strings_free(&pairs);
  return ok;
}

static bool read_mounts(const Fields *f, Conditions *c) {
  Strings dirs = {0};
  bool ok = fields_list(f, "dirs", &dirs);
  c->mounts = mem_alloc(dirs.n * sizeof *c->mounts);
  for (size_t i = 0; ok && i < dirs.n; i++) {
    char *colons = strstr(dirs.at[i], "::");
    bool good = colons && colons > dirs.at[i] && colons[2] && colons[2] != '/' &&
                !strstr(colons + 2, "..");
    if (!good) {
      ok = fields_fail(f, "dirs", "'%s' is not HOST::GUEST, GUEST a relative path", dirs.at[i]);
      break;
    }
    *colons = '\0';
    char *host = path_absolute(dirs.at[i]);
    c->mounts[c->nmounts++] = (Mount){host, mem_string(colons + 2)};
    if (!path_is_folder(host)) ok = fields_fail(f, "dirs", "no such folder: '%s'", dirs.at[i]);
  }
  strings_free(&dirs);
  return ok;
}

/* The folder of `folder`, or the one that its environment variable names. */
static bool read_folder(const Fields *f, Mode *m) {
  Fields d;
  const char *path = NULL, *variable = NULL, *build = "", *file = "";
  if (!fields_table(f, "folder", &d)) return false;
  if (d.table == NULL) return true;
  if (!fields_only(&d, names_of_fields("folder")) || !fields_text(&d, "path", &path) ||
      !fields_text(&d, "variable", &variable) || !fields_text(&d, "file", &file) ||
      !fields_text(&d, "build", &build)) {
    return false;
  }
  const char *named = variable ? getenv(variable) : NULL;
  if (named && *named) path = named;
  if (path == NULL || *path == '\0') return fields_fail(f, "folder", "needs a path");
  m->folder_file = file;
  m->folder_build = build;
  m->conditions.folder = path_absolute(path);
  return true;
}

static bool read_needs(const Fields *f, unsigned *needs) {
  Strings names = {0};
  bool ok = fields_list(f, "needs", &names);
  for (size_t i = 0; ok && i < names.n; i++) {
    unsigned need = need_find(names.at[i]);
    *needs |= need;
    if (need == 0) ok = fields_fail(f, "needs", "unknown need '%s'", names.at[i]);
  }
  strings_free(&names);
  return ok;
}

static bool read_channels(const Fields *f, unsigned *channels) {
  Strings names = {0};
  bool ok = fields_list(f, "channels", &names);
  if (names.n) *channels = 0;
  else if (ok && luadata_field(f->table, "channels")) {
    ok = fields_fail(f, "channels", "needs at least one channel");
  }
  for (size_t i = 0; ok && i < names.n; i++) {
    int channel = channel_find(names.at[i], strlen(names.at[i]));
    if (channel >= 0) *channels |= CHANNEL_BIT(channel);
    else ok = fields_fail(f, "channels", "unknown channel '%s'", names.at[i]);
  }
  strings_free(&names);
  return ok;
}

static bool read_limits(const Fields *f, Conditions *c) {
  Fields l;
  double processes = 32;
  bool ok = fields_table(f, "limits", &l) && fields_only(&l, names_of_fields("limits")) &&
            fields_count(&l, "fuel", &c->fuel) && fields_seconds(&l, "wall", &c->seconds) &&
            fields_size(&l, "mem", &c->memory) && fields_size(&l, "output", &c->output) &&
            fields_size(&l, "file", &c->file_size) &&
            fields_number(&l, "processes", 1, 10000, &processes);
  c->processes = (unsigned)processes;
  return ok;
}

/* Fields that decide what is compared and how: the rest must not empty a cache. */
static bool counts_for_hash(const char *name) {
  static const char *const without[] = {
    "input", "exclude", "why", "default", "ledger", "output", NULL
  };
  for (size_t i = 0; without[i]; i++) {
    if (strcmp(name, without[i]) == 0) return false;
  }
  return true;
}

static void append_plain(const Data *d, Bytes *out) {
  bytes_printf(out, "%d:%d:%.17g:", d->kind, d->boolean, d->number);
  bytes_append_json(out, bytes_text(&d->string), d->string.len);
  for (size_t i = 0; i < d->npairs; i++) {
    append_plain(d->pairs[i].key, out);
    append_plain(d->pairs[i].value, out);
  }
  bytes_putc(out, ';');
}

static uint64_t hash_fields(const Data *tree) {
  Bytes text = {0};
  for (size_t i = 0; i < tree->npairs; i++) {
    const char *name = luadata_text(tree->pairs[i].key);
    if (name == NULL || !counts_for_hash(name)) continue;
    bytes_puts(&text, name);
    append_plain(tree->pairs[i].value, &text);
  }
  uint64_t hash = bytes_hash(bytes_text(&text), text.len, 1);
  bytes_free(&text);
  return hash;
}

bool config_check_folder(const Mode *m, const char *file, Diag *why) {
  const char *folder = m->conditions.folder;
  if (folder == NULL) return true;
  char *path = path_join(folder, file);
  bool ok = *file ? path_is_file(path) : path_is_folder(folder);
  free(path);
  if (ok) return true;
  return diag_set(why, EXIT_INFRA, "%s %s%s%s%s", folder, *file ? "has no file " : "is no folder",
                  file, *m->folder_build ? "; run: " : "", m->folder_build);
}

/* Fills `m` from its resolved fields. */
static bool read_mode(Mode *m, const char *name, Data *tree, const Source *source,
                      const Source *base, Diag *why) {
  static const char *const transforms[] = {"none", "hooks", "dump", "coroutine", NULL};
  bool inside = source == base && strcmp(name, "base") != 0;
  char *prefix = inside ? mem_format("modes.%s", name) : mem_string("");
  Fields f = {tree, NULL, "", source->file, source->text, prefix, why, base->file, base->text};
  const char *exclude = "", *reason = "", *invoke = NULL, *ledger = "", *rules = "";
  const char *output = ".oracle/${mode}";
  bool ref_process = false, cand_process = false;
  int transform = 0;
  *m = (Mode){.name = mem_string(name), .by_default = true, .fields = tree};
  m->text = source->number;
  m->table = mem_string(inside ? name : "");
  m->matrix = mem_string("");
  m->conditions = (Conditions){.channels = CHANNELS_ALL};
  bool ok = fields_only(&f, names_of_fields("")) && fields_list(&f, "input+", &m->input) &&
            fields_list(&f, "input", &m->input) &&
            fields_text(&f, "exclude", &exclude) && fields_text(&f, "why", &reason) &&
            fields_flag(&f, "default", &m->by_default) &&
            read_engine(&f, "ref", &m->ref, &m->ref_process, &ref_process) &&
            read_engine(&f, "cand", &m->cand, &m->cand_process, &cand_process) &&
            read_limits(&f, &m->conditions) && read_channels(&f, &m->conditions.channels) &&
            fields_choice(&f, "transform", transforms, &transform) &&
            read_preloads(&f, &m->conditions) && fields_text(&f, "invoke", &invoke) &&
            read_mounts(&f, &m->conditions) && read_folder(&f, m) &&
            read_needs(&f, &m->conditions.needs) && fields_pairs(&f, "env", &m->conditions.env) &&
            fields_text(&f, "ledger", &ledger) && fields_text(&f, "rules", &rules) &&
            fields_text(&f, "output", &output);
  m->has_process = ref_process && cand_process;
  m->conditions.transform = (Transform)transform;
  m->conditions.invoke = invoke;
  m->exclude = exclude;
  m->why = reason;
  m->ledger = ledger;
  m->rules = rules;
  m->output = expand(output, name);
  m->hash = hash_fields(tree);
  const char *folder = m->conditions.folder;             /* its name may be the environment's */
  if (folder) m->hash = bytes_hash(folder, strlen(folder), m->hash);
  free(prefix);
  return ok;
}

/* ---- Matrices ------------------------------------------------------------------------------ */

/* Adds to `modes` one mode for each combination of the axes from `axis` on. */
static bool cross(const Fields *m, const Data *axes, size_t axis, const char *name,
                  const Data *tree, Data *modes) {
  if (axis == axes->npairs) {
    if (luadata_field(modes, name)) return fields_fail(m, "cross", "makes mode '%s' again", name);
    luadata_set(modes, name, luadata_copy(tree));
    return true;
  }
  const char *path = luadata_text(axes->pairs[axis].key);
  const Data *values = axes->pairs[axis].value;
  bool ok = true;
  for (size_t i = 0; ok && i < values->npairs; i++) {
    const char *label = luadata_text(values->pairs[i].key);
    Data *one = luadata_copy(tree);
    char *longer = mem_format(axis == 0 ? "%s:%s" : "%s-%s", name, label);
    Data *value = luadata_copy(values->pairs[i].value);
    luadata_set_origin(value, "matrix");
    overlay_set_path(one, path, value);
    ok = cross(m, axes, axis + 1, longer, one, modes);
    free(longer);
    luadata_free(one);
  }
  return ok;
}

static bool expand_matrix(const Fields *all, const char *name, Data *modes) {
  Fields m, axes;
  const char *base = NULL, *why = NULL;
  bool by_default = true;
  if (!fields_table(all, name, &m) || !fields_only(&m, names_of_fields("matrix")) ||
      !fields_text(&m, "base", &base) || !fields_text(&m, "why", &why) ||
      !fields_flag(&m, "default", &by_default) || !fields_table(&m, "cross", &axes)) {
    return false;
  }
  if (axes.table == NULL || axes.table->npairs == 0) {
    return fields_fail(&m, "cross", "needs at least one axis");
  }
  for (size_t i = 0; i < axes.table->npairs; i++) {
    const Data *values = axes.table->pairs[i].value;
    const char *path = luadata_text(axes.table->pairs[i].key);
    bool good = path && overlay_is_map(values) && values->npairs > 0;
    for (size_t k = 0; good && k < values->npairs; k++) good = luadata_text(values->pairs[k].key);
    if (!good) {
      return fields_fail(&m, "cross", "an axis is [\"field.path\"] = { label = value, ... }");
    }
  }
  const Data *parent = base ? luadata_field(modes, base) : NULL;
  if (base && parent == NULL) return fields_fail(&m, "base", "no mode '%s'", base);
  if (parent && parent->kind != DATA_TABLE) {
    return fields_fail(&m, "base", "mode '%s' is not a table in this file", base);
  }
  Data *tree = parent ? luadata_copy(parent) : luadata_table();
  Data *own = luadata_table();
  if (luadata_field(m.table, "default")) {
    luadata_set(own, "default", luadata_boolean(by_default));
  }
  if (why) luadata_set(own, "why", luadata_string(why));
  luadata_set_origin(own, "matrix");
  overlay_fields(tree, own);
  luadata_free(own);
  bool ok = cross(&m, axes.table, 0, name, tree, modes);
  luadata_free(tree);
  return ok;
}

/* ---- The whole ----------------------------------------------------------------------------- */

/* `content` stands for a file that is not there; NULL: it is. */
static bool read_source(Config *c, const char *path, const char *content, Source *s, Diag *why) {
  ConfigText *text = mem_zero(sizeof *text);
  c->texts = mem_resize(c->texts, (c->ntexts + 1) * sizeof *c->texts);
  c->texts[c->ntexts] = text;
  s->number = c->ntexts++;
  s->file = text->file = mem_string(path);
  s->text = &text->text;
  if (content) bytes_puts(&text->text, content);
  else if (!path_read(path, &text->text, why)) return false;
  s->tree = luadata_parse(bytes_text(s->text), s->text->len, path, READER, why);
  if (s->tree == NULL) return false;
  Bytes twice = {0};
  int line = luatext_twice(bytes_text(s->text), &twice);
  if (line) diag_set(why, EXIT_USAGE, "%s:%d: '%s' comes twice", path, line, bytes_text(&twice));
  bytes_free(&twice);
  return line == 0;
}

char *config_find(void) {
  char *folder = getcwd(NULL, 0);
  char *found = NULL;
  while (folder && found == NULL) {
    char *file = path_join(folder, "oracle.lua");
    if (path_is_file(file)) found = file;
    else free(file);
    if (strcmp(folder, "/") == 0) break;
    char *up = path_folder(folder);
    free(folder);
    folder = up;
  }
  free(folder);
  return found;
}

static bool is_mode_name(const char *name) {
  static const char allowed[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:_+-";
  return *name && name[strspn(name, allowed)] == '\0' && name[0] != '-' && name[0] != '.';
}

/* One declared mode: a table, or the name of a file with one. */
static bool add_mode(Config *c, const Data *base, const Source *main_source, const char *name,
                     const Data *value, const Override *overrides, size_t n, Diag *why) {
  Fields at = {.table = luadata_field(main_source->tree, "modes"), .name = "modes",
               .file = main_source->file, .text = main_source->text, .prefix = "", .why = why};
  if (!is_mode_name(name)) return fields_fail(&at, name, "is not a name for a mode");
  if (strcmp(name, "runs") == 0 || strcmp(name, "base") == 0) {
    return fields_fail(&at, name, "this name is taken");
  }
  Source external = {0};
  const Source *source = main_source;
  bool ok = true;
  if (luadata_text(value)) {
    ok = read_source(c, luadata_text(value), NULL, &external, why) ||
         diag_wrap(why, "mode %s", name);
    source = &external;
    value = external.tree;
  } else if (value->kind != DATA_TABLE) {
    ok = fields_fail(&at, name, "a mode is a table, or the name of a file");
  }
  if (ok && (luadata_field(value, "modes") || luadata_field(value, "matrix"))) {
    ok = fields_fail(&at, name, "a mode has no modes of its own");
  }
  if (ok) {
    Data *tree = luadata_copy(base), *over = luadata_copy(value);
    luadata_set_origin(over, "mode");
    overlay_fields(tree, over);
    luadata_free(over);
    for (size_t i = 0; i < n; i++) overlay_override(tree, &overrides[i]);
    ok = read_mode(&c->modes[c->nmodes++], name, tree, source, main_source, why);
  }
  luadata_free(external.tree);
  return ok;
}

/* Is `name` that of a combination of the matrix `matrix`? */
static bool is_combination(const char *name, const char *matrix) {
  size_t n = strlen(matrix);
  return strncmp(name, matrix, n) == 0 && name[n] == ':';
}

/* The mode's fields are written in its matrix, and in the mode that the matrix is based on. */
static void note_matrix(Mode *m, const Data *matrix) {
  for (size_t i = 0; i < matrix->npairs; i++) {
    const char *name = luadata_text(matrix->pairs[i].key);
    if (!is_combination(m->name, name)) continue;
    const Data *base = luadata_field(matrix->pairs[i].value, "base");
    free(m->table);
    free(m->matrix);
    m->table = mem_string(base ? luadata_text(base) : "");
    m->matrix = mem_string(name);
  }
}

static int compare_modes(const void *a, const void *b) {
  return strcmp(((const Mode *)a)->name, ((const Mode *)b)->name);
}

/* Modes of main_source->tree over `base`. */
static bool add_modes(Config *c, const Data *base, Source *main_source, const Override *overrides,
                      size_t n, Diag *why) {
  Fields top = {.table = main_source->tree, .name = "", .file = main_source->file,
                .text = main_source->text, .prefix = "", .why = why};
  Fields modes, matrix;
  if (!fields_table(&top, "modes", &modes) || !fields_table(&top, "matrix", &matrix)) return false;
  Data *all = modes.table ? luadata_copy(modes.table) : luadata_table();
  bool ok = true;
  for (size_t i = 0; ok && matrix.table && i < matrix.table->npairs; i++) {
    const char *name = luadata_text(matrix.table->pairs[i].key);
    ok = name ? expand_matrix(&matrix, name, all)
              : fields_fail(&matrix, "", "has a value without a name");
  }
  c->declared = all->npairs > 0;
  c->modes = mem_zero((all->npairs + 1) * sizeof *c->modes);
  for (size_t i = 0; ok && i < all->npairs; i++) {
    const char *name = luadata_text(all->pairs[i].key);
    ok = name ? add_mode(c, base, main_source, name, all->pairs[i].value, overrides, n, why)
              : fields_fail(&modes, "", "has a value without a name");
    bool declared = modes.table && name && luadata_field(modes.table, name);
    if (ok && matrix.table && !declared) note_matrix(&c->modes[c->nmodes - 1], matrix.table);
  }
  if (ok && !c->declared) {
    Data *tree = luadata_copy(base);
    for (size_t i = 0; i < n; i++) overlay_override(tree, &overrides[i]);
    ok = read_mode(&c->modes[c->nmodes++], "base", tree, main_source, main_source, why);
  }
  luadata_free(all);
  if (c->nmodes) qsort(c->modes, c->nmodes, sizeof *c->modes, compare_modes);
  return ok;
}

/* The file that `path` means; NULL for none.  Owned. */
static char *settle_config(const char *path) {
  if (path == NULL) return config_find();
  return strcmp(path, "-") == 0 ? NULL : path_absolute(path);
}

static char *folder_of_config(const char *file) {
  return file ? path_folder(file) : path_absolute(".");
}

char *config_state(const char *path) {
  char *file = settle_config(path), *top = folder_of_config(file);
  char *state = path_join(top, ".oracle");
  free(file);
  free(top);
  return state;
}

bool config_load(Config *c, const char *path, const char *builtin, const Override *overrides,
                 size_t noverrides, Diag *why) {
  *c = (Config){0};
  char *file = settle_config(path);
  Source main_source = {0};
  bool ok = true;
  if (file && !path_is_file(file)) ok = diag_set(why, EXIT_USAGE, "%s: no such file", path);
  c->path = file ? file : mem_string("");
  c->top = folder_of_config(file);
  c->state = path_join(c->top, ".oracle");
  if (ok && chdir(c->top) != 0) ok = diag_errno(why, EXIT_INFRA, "%s", c->top);
  Data *base = NULL;
  if (ok) base = luadata_parse(builtin, strlen(builtin), "built-in defaults", READER, why);
  ok = ok && base != NULL;
  if (ok) luadata_set_origin(base, "default");
  const char *content = *c->path ? NULL : "return {}";
  const char *name = *c->path ? path_base(c->path) : "built-in defaults";
  ok = ok && read_source(c, name, content, &main_source, why);
  if (ok) {
    Data *over = luadata_copy(main_source.tree);
    luadata_set(over, "modes", NULL);
    luadata_set(over, "matrix", NULL);
    luadata_set_origin(over, "base");
    overlay_fields(base, over);
    luadata_free(over);
    ok = add_modes(c, base, &main_source, overrides, noverrides, why);
  }
  luadata_free(base);
  luadata_free(main_source.tree);
  return ok;
}

static void free_engine(EngineSpec *e) {
  char *texts[] = {e->kind, e->path, e->luac, e->version, e->build, e->mode, e->shared};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) free(texts[i]);
  strings_free(&e->args);
  strings_free(&e->env);
}

static void free_mode(Mode *m) {
  Conditions *c = &m->conditions;
  for (size_t i = 0; i < c->npreloads; i++) {
    free(c->preloads[i].name);
    free(c->preloads[i].file);
  }
  for (size_t i = 0; i < c->nmounts; i++) {
    free(c->mounts[i].host);
    free(c->mounts[i].guest);
  }
  free(c->preloads);
  free(c->mounts);
  free((char *)c->folder);
  strings_free(&c->env);
  strings_free(&m->input);
  free_engine(&m->ref);
  free_engine(&m->cand);
  free_engine(&m->ref_process);
  free_engine(&m->cand_process);
  free((char *)m->name);
  free((char *)m->output);
  luadata_free(m->fields);
  free(m->table);
  free(m->matrix);
}

void config_free(Config *c) {
  for (size_t i = 0; i < c->nmodes; i++) free_mode(&c->modes[i]);
  free(c->modes);
  for (size_t i = 0; i < c->ntexts; i++) {
    free(c->texts[i]->file);
    bytes_free(&c->texts[i]->text);
    free(c->texts[i]);
  }
  free(c->texts);
  free(c->path);
  free(c->top);
  free(c->state);
  *c = (Config){0};
}

const EngineSpec *config_program(const Mode *m, bool is_reference) {
  const EngineSpec *spec = is_reference ? &m->ref : &m->cand;
  if (strcmp(spec->kind, "exec") == 0) return spec;
  if (!m->has_process) return NULL;
  return is_reference ? &m->ref_process : &m->cand_process;
}

/* ---- Choosing ------------------------------------------------------------------------------ */

static bool unknown_mode(const Config *c, const char *name, Diag *why) {
  const char **names = mem_alloc(c->nmodes * sizeof *names);
  for (size_t i = 0; i < c->nmodes; i++) names[i] = c->modes[i].name;
  const char *near = strings_nearest(name, names, c->nmodes);
  free(names);
  if (near) return diag_set(why, EXIT_USAGE, "no mode '%s' (did you mean '%s'?)", name, near);
  return diag_set(why, EXIT_USAGE, "no mode '%s'; `oracle modes` lists them", name);
}

bool config_choose(const Config *c, const char *spec, Mode **chosen, size_t *n, Diag *why) {
  Strings words = {0};
  char *text = mem_string(spec ? spec : ""), *rest = text, *word;
  while ((word = strsep(&rest, ",")) != NULL) {
    if (*word) strings_add(&words, word);
  }
  free(text);
  size_t away = 0;
  for (size_t i = 0; i < words.n; i++) away += words.at[i][0] == '-';
  bool ok = away == 0 || away == words.n ||
            diag_set(why, EXIT_USAGE, "--mode '%s': adding and taking away do not mix", spec);
  if (spec && words.n == 0) ok = diag_set(why, EXIT_USAGE, "--mode '%s': names no mode", spec);
  bool *wanted = mem_zero(c->nmodes + 1);
  for (size_t m = 0; m < c->nmodes; m++) wanted[m] = away == words.n && c->modes[m].by_default;
  for (size_t i = 0; ok && i < words.n; i++) {
    const char *name = words.at[i] + (away > 0);
    bool found = false;
    for (size_t m = 0; m < c->nmodes; m++) {
      if (strcmp(name, c->modes[m].name) != 0 && !path_match(name, c->modes[m].name)) continue;
      found = true;
      wanted[m] = away == 0;
    }
    if (!found) ok = unknown_mode(c, name, why);
  }
  *n = 0;
  for (size_t m = 0; ok && m < c->nmodes; m++) {
    if (wanted[m]) chosen[(*n)++] = &c->modes[m];
  }
  free(wanted);
  strings_free(&words);
  if (ok && *n == 0) ok = diag_set(why, EXIT_NOTHING, "no mode is left to run");
  return ok;
}
