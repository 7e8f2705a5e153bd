/* seen.h -- observations and cases made by hand, for tests of the stages that are pure. */
#ifndef ORACLE_SEEN_H
#define ORACLE_SEEN_H

#include <stdlib.h>
#include <string.h>

#include "observe/observation.h"
#include "support/harness.h"

static inline Bytes bytes_of(const char *text) {
  Bytes b = {0};
  bytes_puts(&b, text);
  return b;
}

static inline void show(Observation *o, Channel channel, const char *text) {
  bytes_clear(&o->channel[channel]);
  bytes_puts(&o->channel[channel], text);
  o->shown |= CHANNEL_BIT(channel);
}

/* A program that ended by itself. */
static inline Observation seen(int status, const char *out, const char *err) {
  Observation o = {.status = status};
  observation_seal(&o);
  show(&o, CHANNEL_STDOUT, out);
  show(&o, CHANNEL_STDERR, err);
  return o;
}

static inline Observation seen_ending(Ending ending, int number, const char *err) {
  Observation o = seen(0, "", err);
  o.ending = ending;
  o.signal = number;
  observation_seal(&o);
  return o;
}

/* A case that says nothing special; its strings are not to be freed. */
static inline Case plain_case(void) {
  static char empty[] = "", script[] = "case.lua", id[] = "t.cases#a";
  return (Case){.id = id, .path = "t.cases", .name = empty, .title = empty, .manual = empty,
                .origin = empty, .known = empty, .folder = empty, .script = script,
                .has_chunk = true, .channels = CHANNELS_ALL, .expect_exit = -1};
}

static inline void set_chunk(Case *item, const char *text) {
  bytes_clear(&item->chunk);
  bytes_puts(&item->chunk, text);
}

#define assert_bytes(b, text) assert_string_equal(bytes_text(b), text)

#endif
