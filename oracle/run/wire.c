/* wire.c -- why this file exists: frames between processes of the same program and machine, so
 * numbers stay in the machine's own order. */
#include "run/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* What stands before the texts of a verdict. */
typedef struct Head {
  uint32_t length;       /* of the whole frame */
  uint32_t index;        /* WIRE_IDLE: trouble, `why` only */
  uint32_t kind;
  uint32_t why, diff;    /* lengths */
  uint64_t rules, ref_ns, cand_ns;
  char signature[sizeof((Verdict *)0)->signature];
  char ledger[sizeof((Verdict *)0)->ledger];
} Head;

static void take_front(Bytes *from, size_t n) {
  memmove(from->data, from->data + n, from->len - n);
  from->len -= n;
  from->data[from->len] = '\0';
}

void wire_append_order(Bytes *to, uint32_t index) {
  bytes_append(to, &index, sizeof index);
}

bool wire_take_order(Bytes *from, uint32_t *index) {
  if (from->len < sizeof *index) return false;
  memcpy(index, from->data, sizeof *index);
  take_front(from, sizeof *index);
  return true;
}

void wire_append_verdict(Bytes *to, uint32_t index, const Verdict *v) {
  Head head;
  memset(&head, 0, sizeof head);
  head.index = index;
  head.kind = v->kind;
  head.why = (uint32_t)v->why.len;
  head.diff = (uint32_t)v->diff.len;
  head.length = (uint32_t)(sizeof head + v->why.len + v->diff.len);
  head.rules = v->rules;
  head.ref_ns = v->ref_ns;
  head.cand_ns = v->cand_ns;
  memcpy(head.signature, v->signature, sizeof head.signature);
  memcpy(head.ledger, v->ledger, sizeof head.ledger);
  bytes_append(to, &head, sizeof head);
  bytes_append(to, v->why.data, v->why.len);
  bytes_append(to, v->diff.data, v->diff.len);
}

void wire_append_trouble(Bytes *to, const Diag *why) {
  Verdict v = {.kind = (VerdictKind)why->status};
  bytes_puts(&v.why, diag_text(why));
  wire_append_verdict(to, WIRE_IDLE, &v);
  verdict_free(&v);
}

WireKind wire_take(Bytes *from, uint32_t *index, Verdict *v, Diag *why) {
  Head head;
  if (from->len < sizeof head) return WIRE_NOTHING;
  memcpy(&head, from->data, sizeof head);
  uint64_t length = (uint64_t)sizeof head + head.why + head.diff;
  if (head.length != length) return WIRE_GARBAGE;
  bool ends = memchr(head.signature, '\0', sizeof head.signature) &&
              memchr(head.ledger, '\0', sizeof head.ledger);
  if (!ends || (head.index != WIRE_IDLE && head.kind >= VERDICT_COUNT)) return WIRE_GARBAGE;
  if (from->len < length) return WIRE_NOTHING;
  const char *text = from->data + sizeof head;
  WireKind kind = WIRE_VERDICT;
  if (head.index == WIRE_IDLE) {
    diag_set(why, (ExitStatus)head.kind, "%.*s", (int)head.why, text);
    kind = WIRE_TROUBLE;
  } else {
    verdict_clear(v);
    *index = head.index;
    v->kind = (VerdictKind)head.kind;
    v->rules = head.rules;
    v->ref_ns = head.ref_ns;
    v->cand_ns = head.cand_ns;
    memcpy(v->signature, head.signature, sizeof head.signature);
    memcpy(v->ledger, head.ledger, sizeof head.ledger);
    bytes_append(&v->why, text, head.why);
    bytes_append(&v->diff, text + head.why, head.diff);
  }
  take_front(from, length);
  return kind;
}

bool wire_send(int fd, Bytes *from) {
  size_t sent = 0;
  while (sent < from->len) {
    ssize_t n = send(fd, from->data + sent, from->len - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (n <= 0) return false;
    sent += (size_t)n;
  }
  if (sent) take_front(from, sent);
  return true;
}

bool wire_receive(int fd, Bytes *to) {
  char block[65536];
  for (;;) {
    ssize_t n = recv(fd, block, sizeof block, MSG_DONTWAIT);
    if (n > 0) bytes_append(to, block, (size_t)n);
    else if (n < 0 && errno == EINTR) continue;
    else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
    else return false;
    if ((size_t)n < sizeof block) return true;
  }
}
