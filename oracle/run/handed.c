/* handed.c -- why this file exists: what words mean is decided in one process, or a run has as many
 * meanings as it has workers. */
#include "run/handed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What stands before the name of the mode, the items and the text. */
typedef struct Head {
  uint64_t settings;
  char builds[2][41];
  uint64_t name, items, text;        /* lengths: bytes, items, bytes */
} Head;

static bool write_whole(int fd, const char *data, size_t n) {
  while (n) {
    ssize_t written = write(fd, data, n);
    if (written <= 0) return false;
    data += written;
    n -= (size_t)written;
  }
  return true;
}

int handed_write(const Plan *plan, unsigned mode, const Bytes *text, Diag *why) {
  const char *name = plan->modes[mode]->name;
  size_t first = plan->first[mode], end = plan->first[mode + 1];
  Bytes out = {0};
  Head head;
  memset(&head, 0, sizeof head);
  head.settings = plan->settings[mode];
  memcpy(head.builds, plan->builds[mode], sizeof head.builds);
  head.name = strlen(name);
  head.items = end - first;
  head.text = text ? text->len : 0;
  bytes_append(&out, &head, sizeof head);
  bytes_append(&out, name, head.name);
  for (size_t i = first; i < end; i++) {
    HandedItem item = plan_hand_item(&plan->items[i]);
    bytes_append(&out, &item, sizeof item);
  }
  if (text) bytes_append(&out, text->data, text->len);
  int fd = memfd_create("oracle-items", MFD_CLOEXEC);
  if (fd < 0 || !write_whole(fd, out.data, out.len)) {
    diag_errno(why, EXIT_INFRA, "memory shared with workers");
    if (fd >= 0) close(fd);
    fd = -1;
  }
  bytes_free(&out);
  return fd;
}

static bool take_parts(Handed *h, const char *data, size_t n) {
  Head head;
  if (n < sizeof head) return false;
  memcpy(&head, data, sizeof head);
  data += sizeof head;
  n -= sizeof head;
  if (head.name > n || head.items > (n - head.name) / sizeof *h->items) return false;
  size_t size = head.items * sizeof *h->items;
  if (head.text != n - head.name - size) return false;
  h->settings = head.settings;
  memcpy(h->builds, head.builds, sizeof h->builds);
  h->mode = mem_substring(data, head.name);
  h->items = mem_alloc(size + 1);
  h->n = head.items;
  memcpy(h->items, data + head.name, size);
  bytes_append(&h->text, data + head.name + size, head.text);
  return true;
}

bool handed_read(int fd, Handed *h, Diag *why) {
  struct stat s;
  bool ok = false;
  *h = (Handed){0};
  if (fstat(fd, &s) == 0 && s.st_size > 0) {
    void *data = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data != MAP_FAILED) {
      ok = take_parts(h, data, (size_t)s.st_size);
      munmap(data, (size_t)s.st_size);
    }
  }
  return ok || diag_set(why, EXIT_INFRA, "the driver has handed this worker nothing to run");
}

void handed_free(Handed *h) {
  free(h->mode);
  free(h->items);
  bytes_free(&h->text);
  *h = (Handed){0};
}

bool handed_plan(const Handed *h, Plan *p, const Config *c, Mode **mode, const Selection *s,
                 Diag *why) {
  static const char *const sides[] = {"reference", "candidate"};
  *p = (Plan){0};
  if (!plan_open(p, c, mode, 1, s, why)) return false;
  for (int i = 0; i < 2; i++) {
    if (strcmp(p->builds[0][i], h->builds[i]) == 0) continue;
    return diag_set(why, EXIT_INFRA, "mode %s: the %s is another build than when the run began",
                    h->mode, sides[i]);
  }
  if (p->settings[0] != h->settings) {
    return diag_set(why, EXIT_INFRA, "mode %s: its fields or rules changed after the run began",
                    h->mode);
  }
  return plan_take_items(p, s, h->items, h->n, why);
}
