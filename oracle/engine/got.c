/* got.c -- why this file exists: it finds and rewrites the references of one loaded library. */
#include "engine/got.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/bytes.h"

typedef struct Relocations {
  const ElfW(Rela) *at;
  size_t n;
} Relocations;

typedef struct Image {
  ElfW(Addr) base;
  const ElfW(Sym) *symbols;
  const char *names;
  Relocations tables[2];               /* data references, function references */
} Image;

static struct link_map *map_of(void *handle) {
  struct link_map *map = NULL;
  return dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 ? map : NULL;
}

static bool look_at(void *handle, Image *image, Diag *why) {
  struct link_map *map = map_of(handle);
  *image = (Image){0};
  if (map == NULL) return diag_set(why, EXIT_INFRA, "the loader does not tell where a library is");
  image->base = map->l_addr;
  for (const ElfW(Dyn) *d = map->l_ld; d->d_tag != DT_NULL; d++) {
    const void *at = (const void *)d->d_un.d_ptr;
    switch (d->d_tag) {
      case DT_SYMTAB: image->symbols = at; break;
      case DT_STRTAB: image->names = at; break;
      case DT_RELA: image->tables[0].at = at; break;
      case DT_RELASZ: image->tables[0].n = d->d_un.d_val / sizeof(ElfW(Rela)); break;
      case DT_JMPREL: image->tables[1].at = at; break;
      case DT_PLTRELSZ: image->tables[1].n = d->d_un.d_val / sizeof(ElfW(Rela)); break;
      default: break;
    }
  }
  if (image->symbols == NULL || image->names == NULL) {
    return diag_set(why, EXIT_INFRA, "%s: no dynamic symbols", map->l_name);
  }
  return true;
}

static bool write_slot(void **slot, void *value, Diag *why) {
  uintptr_t page = (uintptr_t)slot & ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
  size_t length = (uintptr_t)(slot + 1) - page;
  if (mprotect((void *)page, length, PROT_READ | PROT_WRITE) != 0) {
    return diag_errno(why, EXIT_INFRA, "a slot of the library cannot be made writable");
  }
  *slot = value;
  return true;
}

/* What every slot held before it was first changed. */
static struct { void **slot, *original; } *changed;
static size_t nchanged, changed_cap;

static void note_original(void **slot) {
  for (size_t i = 0; i < nchanged; i++) {
    if (changed[i].slot == slot) return;
  }
  if (nchanged == changed_cap) {
    changed_cap = changed_cap ? 2 * changed_cap : 64;
    changed = mem_resize(changed, changed_cap * sizeof *changed);
  }
  changed[nchanged].slot = slot;
  changed[nchanged++].original = *slot;
}

void got_restore_all(void) {
  for (size_t i = 0; i < nchanged; i++) *changed[i].slot = changed[i].original;
  free(changed);
  changed = NULL;
  nchanged = changed_cap = 0;
}

bool got_replace(void *handle, const char *name, void *replacement, void **original,
                 unsigned *slots, Diag *why) {
  Image image;
  *slots = 0;
  if (!look_at(handle, &image, why)) return false;
  for (int t = 0; t < 2; t++) {
    for (size_t i = 0; i < image.tables[t].n; i++) {
      const ElfW(Rela) *r = &image.tables[t].at[i];
      unsigned type = ELF64_R_TYPE(r->r_info);
      if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT && type != R_X86_64_64) continue;
      const ElfW(Sym) *symbol = &image.symbols[ELF64_R_SYM(r->r_info)];
      if (strcmp(image.names + symbol->st_name, name) != 0) continue;
      void **slot = (void **)(image.base + r->r_offset);
      if (*slot != replacement) *original = *slot;
      note_original(slot);
      if (!write_slot(slot, replacement, why)) return false;
      ++*slots;
    }
  }
  return true;
}

/* ---- Mapped parts ---------------------------------------------------------------------------- */

typedef struct Search {
  const struct link_map *map;
  int rights;
  GotRange *ranges;
  unsigned n, most;
} Search;

static void add_range(Search *s, uintptr_t from, uintptr_t to) {
  if (from >= to || s->n == s->most) return;
  s->ranges[s->n].from = from;
  s->ranges[s->n++].to = to;
}

static void add_ranges(Search *s, uintptr_t base, const ElfW(Phdr) *headers, unsigned count) {
  uintptr_t sealed_from = 0, sealed_to = 0;
  for (unsigned i = 0; i < count; i++) {
    if (headers[i].p_type != PT_GNU_RELRO) continue;
    sealed_from = base + headers[i].p_vaddr;
    sealed_to = sealed_from + headers[i].p_memsz;
  }
  unsigned wanted = (s->rights & PROT_READ ? PF_R : 0u) | (s->rights & PROT_WRITE ? PF_W : 0u) |
                    (s->rights & PROT_EXEC ? PF_X : 0u);
  for (unsigned i = 0; i < count; i++) {
    if (headers[i].p_type != PT_LOAD || (headers[i].p_flags & wanted) != wanted) continue;
    uintptr_t from = base + headers[i].p_vaddr, to = from + headers[i].p_memsz;
    if (sealed_from >= from && sealed_to <= to && sealed_from < sealed_to) {
      add_range(s, from, sealed_from);
      from = sealed_to;
    }
    add_range(s, from, to);
  }
}

unsigned got_ranges(void *handle, int rights, GotRange *ranges, unsigned most) {
  Search s = {map_of(handle), rights, ranges, 0, most};
  if (s.map == NULL) return 0;
  /* dl_iterate_phdr sees the caller's namespace only.  The file's first page is mapped wherever the
   * library is, and has the headers. */
  const ElfW(Ehdr) *header = (const void *)s.map->l_addr;
  if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return 0;
  add_ranges(&s, s.map->l_addr, (const void *)(s.map->l_addr + header->e_phoff), header->e_phnum);
  return s.n;
}
