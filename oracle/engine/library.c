/* library.c -- why this file exists: each library is loaded once a process, and made ready for
 * runs. */
#include "engine/library.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/path.h"

#define STACK_BYTES ((size_t)8 << 20)    /* as the exec engine's processes have */
#define DATA_MOST ((size_t)256 << 10)

static Library **loaded;
static size_t nloaded;

/* ---- Taking and giving back ------------------------------------------------------------------ */

static bool is_from(const Library *lib, const char *path, const char *whole) {
  return strcmp(lib->api.path, whole) == 0 || strcmp(lib->asked, path) == 0;
}

static Library *find_idle(const char *path, const char *whole, bool own_namespace) {
  for (size_t i = 0; i < nloaded; i++) {
    Library *lib = loaded[i];
    if (lib->in_use || lib->own_namespace != own_namespace) continue;
    if (is_from(lib, path, whole)) return lib;
  }
  return NULL;
}

static bool is_loaded_here(const char *path, const char *whole) {
  for (size_t i = 0; i < nloaded; i++) {
    if (!loaded[i]->own_namespace && is_from(loaded[i], path, whole)) return true;
  }
  return false;
}

static bool prepare(Library *lib, Diag *why) {
  lib->whole_states = dlsym(lib->api.handle, "luaJIT_setmode") != NULL;
  lib->host = host_open(&lib->api, why);
  if (lib->host == NULL) return false;
  if (!play_open(&lib->play, &lib->api, lib->host, !lib->whole_states, why)) return false;
  lib->guard = guard_open(STACK_BYTES, why);
  if (lib->guard == NULL) return false;
  GotRange code[LIBRARY_RANGES];
  unsigned n = got_ranges(lib->api.handle, PROT_EXEC, code, LIBRARY_RANGES);
  for (unsigned i = 0; i < n; i++) guard_trust(lib->guard, code[i].from, code[i].to);
  if (lib->sanitized) return true;       /* its data lies between zones that nobody may touch */
  lib->ndata = got_ranges(lib->api.handle, PROT_WRITE, lib->data, LIBRARY_RANGES);
  for (unsigned i = 0; i < lib->ndata; i++) {
    lib->data_bytes += lib->data[i].to - lib->data[i].from;
  }
  return true;
}

Library *library_take(const char *path, bool own_namespace, Diag *why) {
  char *whole = path_absolute(path);
  /* A second engine of the same file in this namespace would share its slots with the first. */
  if (is_loaded_here(path, whole) && !find_idle(path, whole, false)) own_namespace = true;
  Library *lib = find_idle(path, whole, own_namespace);
  free(whole);
  if (lib) {
    if (!guard_install(why)) return NULL;
    lib->in_use = true;
    return lib;
  }
  lib = mem_zero(sizeof *lib);
  lib->asked = mem_string(path);
  lib->own_namespace = own_namespace;
  lib->sanitized = dlsym(RTLD_DEFAULT, "__asan_init") != NULL && !own_namespace;
  if (!api_load(&lib->api, path, own_namespace, why) || !prepare(lib, why)) {
    host_close(lib->host);
    free(lib->api.path);
    free(lib->asked);
    free(lib);
    return NULL;
  }
  /* Destructors of libraries, a profiler's for one, run in the true world. */
  if (nloaded == 0) atexit(got_restore_all);
  lib->number = (unsigned)nloaded;
  loaded = mem_resize(loaded, (nloaded + 1) * sizeof *loaded);
  loaded[nloaded++] = lib;
  lib->in_use = true;
  return lib;
}

void library_give_back(Library *lib) {
  lib->in_use = false;
}

/* ---- Data that is neither on a stack nor in an arena ----------------------------------------- */

static void copy_data(Library *lib, bool back) {
  char *saved = lib->data_saved;
  for (unsigned i = 0; i < lib->ndata; i++) {
    size_t n = lib->data[i].to - lib->data[i].from;
    void *here = (void *)lib->data[i].from;
    if (back) memcpy(here, saved, n);
    else memcpy(saved, here, n);
    saved += n;
  }
}

void library_save_data(Library *lib) {
  if (lib->data_bytes > DATA_MOST) return;
  if (lib->data_saved == NULL) lib->data_saved = mem_alloc(lib->data_bytes);
  copy_data(lib, false);
}

void library_restore_data(Library *lib) {
  if (lib->data_saved) copy_data(lib, true);
}

void library_forget_data(Library *lib) {
  free(lib->data_saved);
  lib->data_saved = NULL;
}

bool library_data_changed(const Library *lib) {
  const char *saved = lib->data_saved;
  if (saved == NULL) return false;
  for (unsigned i = 0; i < lib->ndata; i++) {
    size_t n = lib->data[i].to - lib->data[i].from;
    if (memcmp((void *)lib->data[i].from, saved, n) != 0) return true;
    saved += n;
  }
  return false;
}
