/* chunks.c -- loading and dumping through awkward readers and writers, and files of every kind
 * (manual 3.7 lua_load, lua_dump; 4.1 luaL_load*). */
#include <sys/stat.h>
#include <unistd.h>

#include "show.h"

/* A reader that gives a text in pieces of a plan: sizes in turn, 0 ends, -1 a NULL with a size, -2
 * a pointer with size 0, -3 raises an error. */
typedef struct Plan {
  const char *text;
  size_t left;
  const int *sizes;
  int step;
  int calls;
} Plan;

static const char *planned(lua_State *L, void *data, size_t *size) {
  Plan *p = data;
  const char *piece = p->text;
  int want = p->sizes[p->step];
  p->calls++;
  if (want == -1) {
    *size = 7;
    return NULL;
  }
  if (want == -2) {
    *size = 0;
    return piece;
  }
  if (want == -3) luaL_error(L, "the reader fails");
  if (p->sizes[p->step + 1] != -9) p->step++;
  if ((size_t)want > p->left) want = (int)p->left;
  p->text += want;
  p->left -= (size_t)want;
  *size = (size_t)want;
  return want == 0 ? NULL : piece;
}

static int load_planned(lua_State *L, const char *text, size_t n, const int *sizes,
                        const char *name, int *calls) {
  Plan p;
  int status;
  p.text = text, p.left = n, p.sizes = sizes, p.step = 0, p.calls = 0;
  status = lua_load(L, planned, &p, name);
  *calls = p.calls;
  return status;
}

/* Plans end with -9: the size before it repeats. */
static const int by_one[] = {1, -9}, by_two[] = {2, -9}, by_seven[] = {7, -9},
                 growing[] = {1, 2, 4, 8, 16, 1000, -9}, stops[] = {5, 5, -1, -9},
                 empty_piece[] = {9, -2, -9}, fails[] = {8, -3, -9}, at_once[] = {100000, -9},
                 fails_at_once[] = {-3, -9}, nothing[] = {-1, -9}, empty_first[] = {-2, -9};
static const int *const plans[] = {by_one, by_two,  by_seven,      growing, stops,      empty_piece,
                                   fails,  at_once, fails_at_once, nothing, empty_first};

static int run_protected_load(lua_State *L) {
  int calls;
  lua_pushinteger(L, load_planned(L, "return 1", 8, lua_touserdata(L, 1), "=p", &calls));
  return 2;
}

static void readers(lua_State *L) {
  static const char *const texts[] = {"return 1, 'two', 3.5",
                                      "local a = ...\nreturn a, [[long\ntext]]",
                                      "return return",
                                      "x = 'unfinished",
                                      "",
                                      "\n\n\nreturn 1 +",
                                      "# no shebang here",
                                      "--only a comment",
                                      "return 1\0x"};
  int i, k, calls;
  for (i = 0; i < COUNT(texts); i++) {
    for (k = 0; k < COUNT(plans); k++) {
      size_t n = i == COUNT(texts) - 1 ? 10 : strlen(texts[i]);
      int status;
      /* Whether a reader that said "end" at once is asked again is a difference on purpose. */
      if (n == 0 && plans[k] == fails) continue;
      status = load_planned(L, texts[i], n, plans[k], "=plan", &calls);
      printf("text %d plan %d: %d calls %d ", i, k, status, calls > 0);
      if (status == 0) lua_pushliteral(L, "given"), printf("%d ", lua_pcall(L, 1, LUA_MULTRET, 0));
      show_and_clear(L, "");
    }
  }
  lua_pushcfunction(L, run_protected_load), lua_pushlightuserdata(L, (void *)fails);
  printf("%d ", lua_pcall(L, 1, LUA_MULTRET, 0));
  show_and_clear(L, "lua_load protects itself");
}

static void chunk_names(lua_State *L) {
  static const char *const names[] = {"=exact",
                                      "@file.lua",
                                      "text",
                                      "line one\nline two",
                                      "",
                                      "=",
                                      "@",
                                      "=a name that is so long that it does not fit into the sixty "
                                      "bytes of a short source name, by far",
                                      "@/a/path/that/is/so/long/that/it/does/not/fit/into/the/"
                                      "sixty/bytes/of/a/short/source/name.lua",
                                      "a text that is so long that it does not fit into the sixty "
                                      "bytes of a short source name, by far"};
  int i;
  for (i = 0; i < COUNT(names); i++) {
    printf("%d ", luaL_loadbuffer(L, "x = }", 5, names[i])), show_and_clear(L, "syntax");
    printf("%d ", luaL_loadbuffer(L, "error 'x'", 9, names[i])),
        printf("%d ", lua_pcall(L, 0, 0, 0));
    show_and_clear(L, "running");
  }
  printf("%d ", lua_load(L, planned, &(Plan){"x = }", 5, at_once, 0, 0}, NULL)),
      show_and_clear(L, "no name");
}

/* A writer that collects in a buffer of its own, and stops after `allowed` calls. */
typedef struct Sink {
  char bytes[4000];
  size_t n;
  int calls, allowed, code;
} Sink;

static int collect(lua_State *L, const void *p, size_t size, void *data) {
  Sink *s = data;
  (void)L;
  if (s->calls++ >= s->allowed) return s->code;
  memcpy(s->bytes + s->n, p, size);
  s->n += size;
  return 0;
}

static int failing_writer(lua_State *L, const void *p, size_t size, void *data) {
  (void)p, (void)size, (void)data;
  return luaL_error(L, "the writer fails");
}
static int dump_with_failing_writer(lua_State *L) {
  luaL_loadstring(L, "return 1");
  lua_pushinteger(L, lua_dump(L, failing_writer, NULL));
  return 1;
}

static const char source[] = "local up = 5\nlocal function f(a, ...)\n local b = a .. 'text'\n for "
                             "i = 1, 3 do up = up + i end\n"
                             " return b, up, ...\nend\nreturn f(...), 1.5, true, nil, 'nul\\0in'";

static void dumps(lua_State *L) {
  static const int codes[] = {1, 2, -1, 100};
  Sink s;
  size_t i, cut;
  int k, calls, good = 0;
  luaL_loadstring(L, source);
  memset(&s, 0, sizeof s), s.allowed = 1000000;
  printf("%d top %d\n", lua_dump(L, collect, &s), lua_gettop(L));
  printf("%lu bytes:", (unsigned long)s.n);
  for (i = 0; i < s.n; i++) printf("%s%02x", i % 32 == 0 ? "\n" : "", (unsigned char)s.bytes[i]);
  printf("\n");
  for (k = 0; k < COUNT(plans); k++) {
    lua_settop(L, 0);
    printf("plan %d: %d ", k, load_planned(L, s.bytes, s.n, plans[k], "=binary", &calls));
    if (lua_isfunction(L, 1))
      lua_pushliteral(L, "arg"), printf("%d ", lua_pcall(L, 1, LUA_MULTRET, 0));
    show_stack(L, "");
  }
  for (cut = 0; cut < s.n; cut++) {
    lua_settop(L, 0);
    if (luaL_loadbuffer(L, s.bytes, cut, "=cut") == LUA_ERRSYNTAX && cut > 0) good++;
    else printf("cut at %d: %s\n", (int)cut, luaL_typename(L, -1));
  }
  show_stack(L, "the last of the cut ones"), printf("%d refused\n", good);
  for (i = 0; i < 12; i++) {
    Sink t = s;
    t.bytes[i] = (char)(t.bytes[i] + 1);
    lua_settop(L, 0);
    printf("%d: %d ", (int)i, luaL_loadbuffer(L, t.bytes, t.n, "=changed"));
    show_stack(L, "");
  }
  for (k = 0; k < COUNT(codes); k++) {
    lua_settop(L, 0), luaL_loadstring(L, source);
    memset(&s, 0, sizeof s), s.allowed = k * 3, s.code = codes[k];
    printf("stopped: %d after %d, top %d\n", lua_dump(L, collect, &s), s.calls, lua_gettop(L));
  }
  lua_settop(L, 0);
  lua_pushcfunction(L, dump_with_failing_writer),
      printf("C function: %d ", lua_dump(L, collect, &s));
  lua_pushinteger(L, 1), printf("number: %d\n", lua_dump(L, collect, &s));
  show_pcall(L, "a writer that raises", dump_with_failing_writer);
}

static void write_file(const char *name, const char *text, size_t n) {
  FILE *f = fopen(name, "wb");
  fwrite(text, 1, n, f);
  fclose(f);
}

static void load_file(lua_State *L, const char *name) {
  int status = luaL_loadfile(L, name);
  printf("%s: %d ", name ? name : "stdin", status);
  if (status == 0) printf("%d ", lua_pcall(L, 0, LUA_MULTRET, 0));
  show_and_clear(L, "");
}

static void files(lua_State *L) {
  static const char *const texts[][2] = {{"plain.lua", "return 1, 2"},
                                         {"empty.lua", ""},
                                         {"shebang.lua", "#!/usr/bin/lua\nreturn 'after', 1"},
                                         {"only.lua", "#!/usr/bin/lua"},
                                         {"line.lua", "#\nerror 'on line two'"},
                                         {"twice.lua", "#one\n#two\nreturn 1"},
                                         {"bom.lua", "\357\273\277return 1"},
                                         {"syntax.lua", "#!x\nreturn return"},
                                         {"newline.lua", "\n"},
                                         {"crlf.lua", "return 1\r\n, 2\r\n"},
                                         {"bad.lua", "\033Luax"},
                                         {"esc.lua", "\033"}};
  Sink s;
  char text[4100];
  int i;
  for (i = 0; i < COUNT(texts); i++) {
    write_file(texts[i][0], texts[i][1], strlen(texts[i][1]));
    load_file(L, texts[i][0]);
  }
  luaL_loadstring(L, "return 'from binary', ...");
  memset(&s, 0, sizeof s), s.allowed = 1000;
  lua_dump(L, collect, &s), lua_settop(L, 0);
  write_file("binary.luac", s.bytes, s.n), load_file(L, "binary.luac");
  strcpy(text, "#!/usr/bin/lua\n"), memcpy(text + 15, s.bytes, s.n);
  write_file("shebang.luac", text, s.n + 15), load_file(L, "shebang.luac");
  write_file("short.luac", s.bytes, s.n / 2), load_file(L, "short.luac");
  memcpy(text, "return 1\0, 2", 12), write_file("nul.lua", text, 12), load_file(L, "nul.lua");
  load_file(L, "absent.lua"), load_file(L, "absent/absent.lua"), load_file(L, ""),
      load_file(L, ".");
  mkdir("folder", 0777), load_file(L, "folder");
  printf("%d ", luaL_dofile(L, "plain.lua")), show_and_clear(L, "dofile");
  printf("%d ", luaL_dofile(L, "absent.lua")), show_and_clear(L, "dofile");
  printf("%d ", luaL_dostring(L, "return 1, 2")), show_and_clear(L, "dostring");
  printf("%d ", luaL_dostring(L, "error {}")), show_and_clear(L, "dostring");
  write_file("stdin.lua", "#!shebang\nreturn 'from stdin'", 29);
  if (freopen("stdin.lua", "r", stdin)) load_file(L, NULL);
  write_file("stdin.lua", "return return", 13);
  if (freopen("stdin.lua", "r", stdin)) load_file(L, NULL);
}

int main(void) {
  lua_State *L = new_state();
  section("readers");
  readers(L);
  section("names of chunks");
  chunk_names(L);
  section("dumps");
  dumps(L);
  section("files");
  files(L);
  lua_close(L);
  return 0;
}
