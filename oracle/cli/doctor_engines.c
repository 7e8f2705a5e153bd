/* doctor_engines.c -- why this file exists: the runtimes, before a run trips over them. */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "cli/doctor.h"
#include "cli/results.h"
#include "engine/api.h"
#include "engine/inproc.h"

static const char LIBRARY[] = "liblua5.1.so.0";
static char PACKAGES[] = "apt-get install lua5.1 liblua5.1-0";

/* The i-th specification of a mode: those of the sides, then of their processes; NULL: no more. */
static const EngineSpec *spec_of(const Mode *m, bool is_reference, size_t i) {
  if (i == 0) return is_reference ? &m->ref : &m->cand;
  if (i > 1 || !m->has_process) return NULL;
  return is_reference ? &m->ref_process : &m->cand_process;
}

/* Is it the first of its kind among those that the checks go over? */
static bool is_new(Strings *seen, const EngineSpec *spec) {
  char *key = mem_format("%s %s", spec->kind, spec->path);
  bool known = strings_has(seen, key);
  if (known) free(key);
  else strings_take(seen, key);
  return !known;
}

static bool is_meant(const Doctor *d, const Mode *m) {
  return results_mode_wanted(d->setup, d->options, m->name);
}

void doctor_check_configuration(Doctor *d) {
  const Config *c = &d->setup->config;
  if (d->trouble == NULL) doctor_good(d, "%s, %zu modes", c->path, c->nmodes);
  else if (d->trouble->status == EXIT_INFRA) doctor_bad(d, PACKAGES, "%s", diag_text(d->trouble));
  else doctor_bad(d, "docs/oracle/config.md tells how one is written", "%s", diag_text(d->trouble));
}

/* ---- References ------------------------------------------------------------------------------ */

static bool ask_version(const void *context, Bytes *said) {
  Diag why = {0};
  Engine *e = engine_open(context, true, &why);
  bytes_puts(said, e ? e->version : diag_text(&why));
  return e != NULL;
}

static void check_version(Doctor *d, const EngineSpec *spec) {
  Bytes said = {0};
  EngineSpec asked = *spec;
  if (*asked.build == '\0') asked.build = PACKAGES;
  bool ok = doctor_ask_child(ask_version, &asked, &said);
  bool has_remedy = strstr(bytes_text(&said), "; ") != NULL;       /* engines know some */
  if (ok) doctor_good(d, "%s is %s", spec->path, bytes_text(&said));
  else doctor_bad(d, has_remedy ? NULL : asked.build, "%s", bytes_text(&said));
  bytes_free(&said);
}

void doctor_check_reference(Doctor *d) {
  static char inproc[] = "inproc", exec[] = "exec", library[] = "liblua5.1.so.0";
  static char program[] = "lua5.1", version[] = "5.1.5", none[] = "";
  const EngineSpec usual[] = {
    {.kind = inproc, .path = library, .version = version, .build = none, .slowness = 1},
    {.kind = exec, .path = program, .version = version, .build = none, .slowness = 1}
  };
  Strings seen = {0};
  const Config *c = &d->setup->config;
  for (size_t i = 0; i < doctor_count_modes(d); i++) {
    const EngineSpec *spec;
    for (size_t k = 0; is_meant(d, &c->modes[i]) && (spec = spec_of(&c->modes[i], true, k)); k++) {
      if (is_new(&seen, spec)) check_version(d, spec);
    }
  }
  for (size_t i = 0; seen.n == 0 && i < 2; i++) check_version(d, &usual[i]);
  strings_free(&seen);
}

/* ---- Candidates ------------------------------------------------------------------------------ */

/* What of a mode's candidate is not there, in one line. */
static void check_build(Doctor *d, const Mode *m, Strings *seen) {
  Bytes gone = {0};
  const EngineSpec *spec;
  for (size_t i = 0; (spec = spec_of(m, false, i)) != NULL; i++) {
    char build[41];
    Diag why = {0};
    if (!is_new(seen, spec) || engine_identify(spec, build, &why)) continue;
    bytes_printf(&gone, "%s%s", gone.len ? ", " : "", spec->path);
  }
  const char *remedy = *m->cand.build ? m->cand.build : "give the mode a command, `cand.build`";
  if (gone.len) doctor_bad(d, remedy, "mode %s: no %s", m->name, gone.data);
  bytes_clear(&gone);
  const char *folder = m->conditions.folder;
  Diag why = {0};
  if (folder && !strings_has(seen, folder) && !config_check_folder(m, m->folder_file, &why)) {
    doctor_bad(d, m->folder_build, "mode %s: no %s/%s", m->name, folder, m->folder_file);
  }
  if (folder) strings_add(seen, folder);
  bytes_free(&gone);
}

static void check_builds(Doctor *d, bool by_default) {
  const Config *c = &d->setup->config;
  Strings seen = {0};
  size_t modes = 0;
  for (size_t i = 0; i < doctor_count_modes(d); i++) {
    const Mode *m = &c->modes[i];
    if (m->by_default != by_default || !is_meant(d, m)) continue;
    modes++;
    check_build(d, m, &seen);
  }
  if (modes && !d->has_spoken) doctor_good(d, "all builds of %zu modes are there", modes);
  strings_free(&seen);
}

void doctor_check_builds(Doctor *d) {
  check_builds(d, true);
}

void doctor_check_more_builds(Doctor *d) {
  check_builds(d, false);
}

void doctor_check_luac(Doctor *d) {
  const Config *c = &d->setup->config;
  Strings seen = {0};
  for (size_t i = 0; i < doctor_count_modes(d); i++) {
    const Mode *m = &c->modes[i];
    for (int side = 0; is_meant(d, m) && m->by_default && side < 2; side++) {
      const EngineSpec *spec = side ? &m->cand : &m->ref;
      bool has_build = side == 0 || path_exists(spec->path);
      if (*spec->luac == '\0' || !has_build || strings_has(&seen, spec->luac)) continue;
      strings_add(&seen, spec->luac);
      doctor_find_program(d, spec->luac, *spec->build ? spec->build : PACKAGES);
    }
  }
  if (seen.n == 0) doctor_find_program(d, "luac5.1", PACKAGES);
  strings_free(&seen);
}

/* ---- One process ----------------------------------------------------------------------------- */

/* Loads the reference in two namespaces of their own and computes in both. */
static bool ask_namespaces(const void *context, Bytes *said) {
  (void)context;
  for (int i = 0; i < 2; i++) {
    LuaApi api;
    Diag why = {0};
    static const char code[] = "return 6 * 7";
    if (!api_load(&api, LIBRARY, true, &why)) {
      bytes_puts(said, diag_text(&why));
      return false;
    }
    lua_State *L = api.luaL_newstate();
    bool ok = L && api.luaL_loadbuffer(L, code, sizeof code - 1, "=doctor") == 0 &&
              api.lua_pcall(L, 0, 1, 0) == 0 && api.lua_tonumber(L, -1) == 42;
    if (L) api.lua_close(L);
    if (!ok) {
      bytes_printf(said, "%s does not compute in a namespace of its own", LIBRARY);
      return false;
    }
  }
  return true;
}

void doctor_check_namespaces(Doctor *d) {
  Bytes said = {0};
  bool ok = doctor_ask_child(ask_namespaces, NULL, &said);
  if (ok) doctor_good(d, "dlmopen of %s, twice", LIBRARY);
  else doctor_bad(d, "modes of programs (engine = \"exec\") work without", "%s", bytes_text(&said));
  bytes_free(&said);
}

static bool ask_arenas(const void *context, Bytes *said) {
  Diag why = {0};
  (void)context;
  bool ok = inproc_check_arenas(&why);
  if (!ok) bytes_puts(said, diag_text(&why));
  return ok;
}

void doctor_check_arenas(Doctor *d) {
  Bytes said = {0};
  bool ok = doctor_ask_child(ask_arenas, NULL, &said);
  if (ok) doctor_good(d, "the addresses of Lua states are free");
  else doctor_bad(d, "ulimit -v unlimited, or modes of programs", "%s", bytes_text(&said));
  bytes_free(&said);
}
