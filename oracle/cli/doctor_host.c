/* doctor_host.c -- why this file exists: what the machine and the shell offer, or keep back. */
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>

#include "base/path.h"
#include "cli/doctor.h"
#include "engine/needs.h"

/* Two arenas of 1.5 GB, and the program beside them. */
#define LEAST_ADDRESSES ((rlim_t)4 << 30)
#define LEAST_STACK ((rlim_t)1 << 20)
#define LEAST_FILES 128

/* ---- The process ----------------------------------------------------------------------------- */

static bool ask_addresses(const void *context, Bytes *said) {
  (void)context;
  int now = personality(0xffffffff);
  bool ok = now != -1 && personality((unsigned long)now | ADDR_NO_RANDOMIZE) != -1 &&
            (personality(0xffffffff) & ADDR_NO_RANDOMIZE);
  if (!ok) bytes_puts(said, "personality(ADDR_NO_RANDOMIZE) is refused");
  return ok;
}

void doctor_check_addresses(Doctor *d) {
  Bytes said = {0};
  if (doctor_ask_child(ask_addresses, NULL, &said)) {
    doctor_good(d, "children get the same addresses each time");
  } else {
    doctor_bad(d, "a container needs a seccomp profile that allows it, as docker run "
               "--security-opt seccomp=unconfined", "%s", bytes_text(&said));
  }
  bytes_free(&said);
}

void doctor_check_limits(Doctor *d) {
  static const struct { int resource; const char *option, *name; rlim_t least; } limits[] = {
    {RLIMIT_AS, "-v", "address space", LEAST_ADDRESSES}, {RLIMIT_STACK, "-s", "stack", LEAST_STACK},
    {RLIMIT_NOFILE, "-n", "open files", LEAST_FILES}
  };
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
    struct rlimit r;
    if (getrlimit(limits[i].resource, &r) != 0 || r.rlim_cur >= limits[i].least) continue;
    bool in_kb = limits[i].resource != RLIMIT_NOFILE;
    unsigned long long unit = in_kb ? 1024 : 1, least = limits[i].least / unit;
    char *remedy = mem_format("ulimit %s %llu or more", limits[i].option, least);
    doctor_bad(d, remedy, "limit of %s: %llu%s", limits[i].name,
               (unsigned long long)r.rlim_cur / unit, in_kb ? " KB" : "");
    free(remedy);
  }
  if (!d->has_spoken) doctor_good(d, "addresses, stack and open files are enough");
}

/* ---- Locales, and what cases need ------------------------------------------------------------ */

static bool ask_locale(const void *context, Bytes *said) {
  (void)context;
  const char *name = setlocale(LC_ALL, "");
  if (name) bytes_puts(said, name);
  return name != NULL;
}

void doctor_check_locale(Doctor *d) {
  Bytes said = {0};
  const char *names[] = {getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG")}, *wanted = "";
  for (int i = 0; i < 3 && *wanted == '\0'; i++) wanted = names[i] ? names[i] : "";
  if (doctor_ask_child(ask_locale, NULL, &said)) doctor_good(d, "%s", bytes_text(&said));
  else doctor_bad(d, "export LC_ALL=C.UTF-8, or apt-get install locales", "no locale '%s'", wanted);
  bytes_free(&said);
}

void doctor_check_pt_br(Doctor *d) {
  static const char source[] = "/usr/share/i18n/locales/pt_BR";
  static const char remedy[] = "apt-get install locales libc-bin";
  if (path_is_file(source)) doctor_find_program(d, "localedef", remedy);
  else doctor_bad(d, remedy, "no %s", source);
}

void doctor_check_compiler(Doctor *d) {
  if (!doctor_find_program(d, "cc", "apt-get install gcc libc6-dev")) return;
  char *own = path_join(d->setup->config.top ? d->setup->config.top : ".", "src/include/lauxlib.h");
  if (!path_is_file(own) && !path_is_file("/usr/include/lua5.1/lauxlib.h")) {
    doctor_bad(d, "apt-get install liblua5.1-0-dev", "no lauxlib.h");
  }
  free(own);
}

/* ---- Programs -------------------------------------------------------------------------------- */

void doctor_check_gdb(Doctor *d) {
  doctor_find_program(d, "gdb", "apt-get install gdb");
}

void doctor_check_parallel(Doctor *d) {
  doctor_find_program(d, "parallel", "apt-get install parallel");
}

void doctor_check_browser(Doctor *d) {
  static const char *const names[] = {"chromium", "chromium-browser", "google-chrome"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char *path = path_find_program(names[i]);
    if (path) doctor_good(d, "%s", path);
    free(path);
    if (d->has_spoken) return;
  }
  doctor_bad(d, "apt-get install chromium", "no chromium");
}

/* ---- Debug symbols --------------------------------------------------------------------------- */

/* The build id of a loaded object, as two digits, a slash and the rest. */
static bool append_build_id(const struct dl_phdr_info *info, const ElfW(Phdr) *p, Bytes *to) {
  const char *at = (const char *)(info->dlpi_addr + p->p_vaddr), *end = at + p->p_memsz;
  while ((size_t)(end - at) > sizeof(ElfW(Nhdr))) {
    const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)(const void *)at;
    const char *id = at + sizeof *note + ((note->n_namesz + 3) & ~3u);
    if (note->n_type == NT_GNU_BUILD_ID) {
      for (size_t i = 0; i < note->n_descsz; i++) {
        bytes_printf(to, "%02x%s", (unsigned char)id[i], i ? "" : "/");
      }
      return true;
    }
    at = id + ((note->n_descsz + 3) & ~3u);
  }
  return false;
}

static int find_library(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  if (strstr(info->dlpi_name, "liblua5.1.so") == NULL) return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    bool is_note = info->dlpi_phdr[i].p_type == PT_NOTE;
    if (is_note && append_build_id(info, &info->dlpi_phdr[i], context)) return 1;
  }
  return 1;
}

static bool ask_build_id(const void *context, Bytes *said) {
  (void)context;
  if (dlopen("liblua5.1.so.0", RTLD_NOW) == NULL) return false;
  dl_iterate_phdr(find_library, said);
  return said->len > 0;
}

void doctor_check_symbols(Doctor *d) {
  static const char remedy[] = "apt-get install liblua5.1-0-dbg";
  Bytes id = {0};
  bool known = doctor_ask_child(ask_build_id, NULL, &id);
  char *path = mem_format("/usr/lib/debug/.build-id/%s.debug", bytes_text(&id));
  if (known && path_is_file(path)) doctor_good(d, "%s", path);
  else doctor_bad(d, remedy, "no debug symbols of liblua5.1.so.0");
  free(path);
  bytes_free(&id);
}
