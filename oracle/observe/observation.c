/* observation.c -- why this file exists: an observation is cleared, copied and put into words the
 * same way whoever made it. */
#include "observe/observation.h"

#include <signal.h>
#include <string.h>

void observation_clear(Observation *o) {
  Bytes kept[CHANNEL_COUNT];
  for (int i = 0; i < CHANNEL_COUNT; i++) {
    bytes_clear(&o->channel[i]);
    kept[i] = o->channel[i];
  }
  *o = (Observation){0};
  memcpy(o->channel, kept, sizeof kept);
}

void observation_free(Observation *o) {
  for (int i = 0; i < CHANNEL_COUNT; i++) bytes_free(&o->channel[i]);
  *o = (Observation){0};
}

void observation_copy(Observation *to, const Observation *from) {
  Bytes kept[CHANNEL_COUNT];
  memcpy(kept, to->channel, sizeof kept);
  *to = *from;
  for (int i = 0; i < CHANNEL_COUNT; i++) {
    bytes_clear(&kept[i]);
    if (from->channel[i].len) bytes_append(&kept[i], from->channel[i].data, from->channel[i].len);
  }
  memcpy(to->channel, kept, sizeof kept);
}

bool observation_says_no_memory(const Observation *o) {
  static const char report[] = ": not enough memory\n";
  const Bytes *err = &o->channel[CHANNEL_STDERR];
  size_t n = sizeof report - 1;
  return o->ending == ENDED && o->status != 0 && err->len >= n &&
         memcmp(err->data + err->len - n, report, n) == 0;
}

bool observation_says_assertion(const Observation *o) {
  const Bytes *err = &o->channel[CHANNEL_STDERR];
  return o->signal == SIGABRT && (bytes_have(err, ": check failed: ") ||
                                  bytes_have(err, ": Assertion `") ||
                                  bytes_have(err, "assertion failed"));
}

void observation_seal(Observation *o) {
  Bytes *text = &o->channel[CHANNEL_EXIT];
  const char *name = sigabbrev_np(o->signal);
  bytes_clear(text);
  switch (o->ending) {
    case ENDED: bytes_printf(text, "exit %d", o->status); break;
    case ENDED_SIGNAL:
      if (name) bytes_printf(text, "signal SIG%s", name);
      else bytes_printf(text, "signal %d", o->signal);
      break;
    case ENDED_TIMEOUT: bytes_puts(text, "stopped at the time limit"); break;
    case ENDED_FUEL: bytes_puts(text, "stopped at the instruction limit"); break;
    case ENDED_OUTPUT: bytes_puts(text, "stopped at the output limit"); break;
    case ENDED_PROCESSES: bytes_puts(text, "stopped at the limit of processes"); break;
    case ENDED_SANITIZER: bytes_puts(text, "stopped by a sanitizer or an assertion"); break;
  }
  o->shown |= CHANNEL_BIT(CHANNEL_EXIT);
}
