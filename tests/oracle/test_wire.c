/* test_wire.c -- frames arrive whole and in order; a damaged one is never believed. */
#include "run/wire.h"

#include <sys/socket.h>
#include <unistd.h>

#include "seen.h"

static Verdict verdict(void) {
  Verdict v = {.kind = VERDICT_STDOUT, .rules = 5, .ref_ns = 6, .cand_ns = 7,
               .signature = "stdout|L2:1", .ledger = "K-1"};
  bytes_puts(&v.why, "stdout");
  bytes_append(&v.diff, "-a\0\n", 4);
  return v;
}

static void orders_come_one_by_one(void **unused) {
  (void)unused;
  Bytes b = {0};
  uint32_t n = 9;
  assert_false(wire_take_order(&b, &n));
  wire_append_order(&b, 0);
  wire_append_order(&b, 70000);
  assert_true(wire_take_order(&b, &n) && n == 0);
  b.len--;
  assert_false(wire_take_order(&b, &n));
  b.len++;
  assert_true(wire_take_order(&b, &n) && n == 70000 && b.len == 0);
  bytes_free(&b);
}

static void a_verdict_comes_back_once_it_is_whole(void **unused) {
  (void)unused;
  Bytes all = {0}, part = {0};
  Verdict v = verdict(), got = {0};
  Diag why = {0};
  uint32_t index = 0;
  wire_append_verdict(&all, 42, &v);
  for (size_t i = 0; i < all.len; i++) {
    assert_int_equal(wire_take(&part, &index, &got, &why), WIRE_NOTHING);
    bytes_putc(&part, all.data[i]);
  }
  assert_int_equal(wire_take(&part, &index, &got, &why), WIRE_VERDICT);
  assert_true(index == 42 && got.kind == v.kind && part.len == 0);
  assert_true(got.rules == 5 && got.ref_ns == 6 && got.cand_ns == 7);
  assert_true(bytes_equal(&got.why, &v.why) && bytes_equal(&got.diff, &v.diff));
  assert_string_equal(got.signature, v.signature);
  assert_string_equal(got.ledger, "K-1");
  verdict_free(&v);
  verdict_free(&got);
  bytes_free(&all);
  bytes_free(&part);
}

static void trouble_keeps_its_status_and_text(void **unused) {
  (void)unused;
  Bytes b = {0};
  Verdict got = {0};
  Diag sent = {0}, why = {0};
  uint32_t index = 0;
  diag_set(&sent, EXIT_INFRA, "no disk");
  wire_append_trouble(&b, &sent);
  assert_int_equal(wire_take(&b, &index, &got, &why), WIRE_TROUBLE);
  assert_string_equal(diag_text(&why), "no disk");
  assert_int_equal(why.status, EXIT_INFRA);
  bytes_free(&b);
}

/* Any one byte of a frame replaced: no crash, no text without an end, no verdict that is none. */
static void a_damaged_frame_is_never_believed(void **unused) {
  (void)unused;
  Bytes all = {0};
  Verdict v = verdict();
  size_t garbage = 0;
  wire_append_verdict(&all, 42, &v);
  for (size_t i = 0; i < all.len; i++) {
    for (int bit = 0; bit < 8; bit++) {
      Bytes b = bytes_copy(&all);
      Verdict got = {0};
      Diag why = {0};
      uint32_t index = 0;
      b.data[i] = (char)(b.data[i] ^ 1 << bit);
      WireKind kind = wire_take(&b, &index, &got, &why);
      garbage += kind == WIRE_GARBAGE;
      if (kind == WIRE_VERDICT) {
        assert_in_range(got.kind, 0, VERDICT_COUNT - 1);
        assert_true(memchr(got.signature, 0, sizeof got.signature) != NULL);
        assert_true(memchr(got.ledger, 0, sizeof got.ledger) != NULL);
      }
      verdict_free(&got);
      bytes_free(&b);
    }
  }
  assert_true(garbage >= 3 * 32);
  Verdict endless = verdict(), got = {0};
  Diag why = {0};
  uint32_t index;
  memset(endless.signature, 'x', sizeof endless.signature);
  bytes_clear(&all);
  wire_append_verdict(&all, 1, &endless);
  assert_int_equal(wire_take(&all, &index, &got, &why), WIRE_GARBAGE);
  verdict_free(&endless);
  verdict_free(&v);
  bytes_free(&all);
}

static void a_socket_takes_what_it_can_and_tells_its_end(void **unused) {
  (void)unused;
  int ends[2];
  Bytes out = {0}, in = {0};
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  for (uint32_t i = 0; i < 500000; i++) wire_append_order(&out, i);
  assert_true(wire_send(ends[0], &out));
  assert_true(out.len > 0 && out.len < 2000000);
  for (int i = 0; i < 100000 && in.len < 2000000; i++) {
    assert_true(wire_receive(ends[1], &in) && wire_send(ends[0], &out));
  }
  assert_int_equal(in.len, 2000000);
  for (uint32_t i = 0; i < 500000; i++) assert_memory_equal(in.data + 4 * i, &i, 4);
  assert_true(wire_receive(ends[1], &in));
  close(ends[0]);
  assert_false(wire_receive(ends[1], &in));
  wire_append_order(&out, 1);
  assert_false(wire_send(ends[1], &out));
  close(ends[1]);
  bytes_free(&out);
  bytes_free(&in);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(orders_come_one_by_one),
    cmocka_unit_test(a_verdict_comes_back_once_it_is_whole),
    cmocka_unit_test(trouble_keeps_its_status_and_text),
    cmocka_unit_test(a_damaged_frame_is_never_believed),
    cmocka_unit_test(a_socket_takes_what_it_can_and_tells_its_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
