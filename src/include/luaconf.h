/* luaconf.h -- the constants and small macros that a client of Lua 5.1 compiles
 * against: limits, number formats, search paths, linkage.
 *
 * Every value here is part of the binary interface of liblua5.1.so.0 (clients
 * inline several of them), so this header describes the library rather than
 * configuring it: changing a value does not change what the library does, it only
 * makes clients disagree with it.  The exceptions are the LUA_USE_* switches,
 * which choose between variants of client-side macros. */
#ifndef lconfig_h
#define lconfig_h

#include <limits.h>
#include <stddef.h>

/* ---- What the client's platform offers -------------------------------- */

#if defined(__STRICT_ANSI__)
#define LUA_ANSI
#endif

#if defined(LUA_USE_LINUX)
#define LUA_USE_POSIX
#define LUA_USE_DLOPEN
#define LUA_USE_READLINE
#endif

#if defined(LUA_USE_POSIX)
#define LUA_USE_MKSTEMP
#define LUA_USE_ISATTY
#define LUA_USE_POPEN
#define LUA_USE_ULONGJMP
#endif

#if defined(LUA_USE_DLOPEN)
#define LUA_DL_DLOPEN
#endif

/* ---- Environment variables that `lua` and `package` read (manual 5.3, 6) - */

#define LUA_PATH "LUA_PATH"
#define LUA_CPATH "LUA_CPATH"
#define LUA_INIT "LUA_INIT"

/* ---- Search paths -------------------------------------------------------- */

/* The directory below /usr/lib where Debian keeps this machine's C modules.
 * A build for a machine that is not listed passes -DDEB_HOST_MULTIARCH. */
#ifndef DEB_HOST_MULTIARCH
#if defined(__x86_64__) && defined(__ILP32__)
#define DEB_HOST_MULTIARCH "x86_64-linux-gnux32"
#elif defined(__x86_64__)
#define DEB_HOST_MULTIARCH "x86_64-linux-gnu"
#elif defined(__aarch64__)
#define DEB_HOST_MULTIARCH "aarch64-linux-gnu"
#elif defined(__i386__)
#define DEB_HOST_MULTIARCH "i386-linux-gnu"
#elif defined(__arm__) && defined(__ARM_PCS_VFP)
#define DEB_HOST_MULTIARCH "arm-linux-gnueabihf"
#elif defined(__arm__)
#define DEB_HOST_MULTIARCH "arm-linux-gnueabi"
#elif defined(__riscv) && __riscv_xlen == 64
#define DEB_HOST_MULTIARCH "riscv64-linux-gnu"
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
#define DEB_HOST_MULTIARCH "powerpc64le-linux-gnu"
#elif defined(__powerpc64__)
#define DEB_HOST_MULTIARCH "powerpc64-linux-gnu"
#elif defined(__s390x__)
#define DEB_HOST_MULTIARCH "s390x-linux-gnu"
#elif defined(__loongarch64)
#define DEB_HOST_MULTIARCH "loongarch64-linux-gnu"
#elif defined(__mips64) && defined(__MIPSEL__)
#define DEB_HOST_MULTIARCH "mips64el-linux-gnuabi64"
#elif defined(__mips__) && defined(__MIPSEL__)
#define DEB_HOST_MULTIARCH "mipsel-linux-gnu"
#else
#error "unknown machine: pass -DDEB_HOST_MULTIARCH='\"<triplet>\"'"
#endif
#endif

#define LUA_ROOT "/usr/local/"
#define LUA_ROOT2 "/usr/"
#define LUA_LDIR LUA_ROOT "share/lua/5.1/"
#define LUA_LDIR2 LUA_ROOT2 "share/lua/5.1/"
#define LUA_CDIR LUA_ROOT "lib/lua/5.1/"
#define LUA_CDIR2 LUA_ROOT2 "lib/" DEB_HOST_MULTIARCH "/lua/5.1/"
#define LUA_CDIR3 LUA_ROOT2 "lib/lua/5.1/"

#define LUA_PATH_DEFAULT \
  "./?.lua;" LUA_LDIR "?.lua;" LUA_LDIR "?/init.lua;" LUA_CDIR "?.lua;" \
  LUA_CDIR "?/init.lua;" LUA_LDIR2 "?.lua;" LUA_LDIR2 "?/init.lua"
#define LUA_CPATH_DEFAULT \
  "./?.so;" LUA_CDIR "?.so;" LUA_CDIR2 "?.so;" LUA_CDIR3 "?.so;" LUA_CDIR "loadall.so"

/* The five characters of package.config (manual 5.3). */
#define LUA_DIRSEP "/"
#define LUA_PATHSEP ";"
#define LUA_PATH_MARK "?"
#define LUA_EXECDIR "!"
#define LUA_IGMARK "-"

/* ---- Linkage --------------------------------------------------------------- */

#if defined(__GNUC__)
#define LUAI_EXPORTED __attribute__((visibility("default")))
#else
#define LUAI_EXPORTED
#endif

/* LUA_API marks what the core exports, LUALIB_API what the libraries export;
 * modules use LUALIB_API or LUA_API for their luaopen_ function as well. */
#ifdef __cplusplus
#define LUA_API extern "C" LUAI_EXPORTED
#else
#define LUA_API extern LUAI_EXPORTED
#endif
#define LUALIB_API LUA_API

#if defined(luaall_c)
#define LUAI_FUNC static
#elif defined(__GNUC__) && defined(__ELF__)
#define LUAI_FUNC __attribute__((visibility("hidden"))) extern
#else
#define LUAI_FUNC extern
#endif
#if defined(luaall_c)
#define LUAI_DATA
#else
#define LUAI_DATA LUAI_FUNC
#endif

/* ---- Quotation in messages ---------------------------------------------------- */

#define LUA_QL(x) "'" x "'"
#define LUA_QS LUA_QL("%s")

/* ---- Types and sizes ------------------------------------------------------------ */

#define LUA_INTEGER ptrdiff_t

#define LUA_NUMBER_DOUBLE
#define LUA_NUMBER double
/* What a lua_Number becomes when it is passed through `...`. */
#define LUAI_UACNUMBER double

#define LUAI_BITSINT 32
#define LUAI_UINT32 unsigned int
#define LUAI_INT32 int
#define LUAI_MAXINT32 INT_MAX
#define LUAI_UMEM size_t
#define LUAI_MEM ptrdiff_t

/* The strictest alignment a userdata's block has. */
#define LUAI_USER_ALIGNMENT_T union { double u; void *s; long l; }

/* Size of lua_Debug.short_src, its final NUL included. */
#define LUA_IDSIZE 60

/* Bytes in a luaL_Buffer.  luaL_addchar compares against it in the client's code. */
#ifndef LUAL_BUFFERSIZE
#define LUAL_BUFFERSIZE 8192
#endif

/* Bytes that nothing reserves before a lua_State; 0 says "none". */
#define LUAI_EXTRASPACE 0

/* ---- Limits ------------------------------------------------------------------------ */

#define LUAI_MAXCALLS 20000   /* nested Lua calls */
#define LUAI_MAXCSTACK 8000   /* stack slots one C function may use */
#define LUAI_MAXCCALLS 200    /* nested C calls, and nested syntactic levels */
#define LUAI_MAXVARS 200      /* local variables of a function */
#define LUAI_MAXUPVALUES 60   /* upvalues of a function */
#define LUA_MAXCAPTURES 32    /* captures of a pattern */

/* Defaults of collectgarbage("setpause") and ("setstepmul"), in percent. */
#define LUAI_GCPAUSE 200
#define LUAI_GCMUL 200

/* ---- Numbers as text ------------------------------------------------------------------ */

#define LUA_NUMBER_SCAN "%lf"
#define LUA_NUMBER_FMT "%.14g"
#define LUAI_MAXNUMBER2STR 32   /* enough for any number in that format */
#define lua_number2str(s, n) sprintf((s), LUA_NUMBER_FMT, (n))
#define lua_str2number(s, p) strtod((s), (p))
/* Both are plain C conversions: the value must fit the integer type. */
#define lua_number2int(i, d) ((i) = (int)(d))
#define lua_number2integer(i, d) ((i) = (lua_Integer)(d))

/* The operators of the language, for clients that define LUA_CORE. */
#if defined(LUA_CORE)
#include <math.h>
#define luai_numadd(a, b) ((a) + (b))
#define luai_numsub(a, b) ((a) - (b))
#define luai_nummul(a, b) ((a) * (b))
#define luai_numdiv(a, b) ((a) / (b))
#define luai_nummod(a, b) ((a) - floor((a) / (b)) * (b))
#define luai_numpow(a, b) (pow(a, b))
#define luai_numunm(a) (-(a))
#define luai_numeq(a, b) ((a) == (b))
#define luai_numlt(a, b) ((a) < (b))
#define luai_numle(a, b) ((a) <= (b))
#define luai_numisnan(a) (!luai_numeq((a), (a)))
#endif

/* The widest integer that string.format("%d") prints, and its length modifier. */
#if defined(LUA_USELONGLONG)
#define LUA_INTFRMLEN "ll"
#define LUA_INTFRM_T long long
#else
#define LUA_INTFRMLEN "l"
#define LUA_INTFRM_T long
#endif

/* ---- Compatibility with 5.0 that this library has --------------------------------------- */

#undef LUA_COMPAT_GETN
#undef LUA_COMPAT_LOADLIB
#define LUA_COMPAT_VARARG      /* `arg` in vararg functions that do not use `...` */
#define LUA_COMPAT_MOD         /* math.mod */
#define LUA_COMPAT_LSTR 1      /* `[[` inside `[[...]]` is an error */
#define LUA_COMPAT_GFIND       /* string.gfind */
#define LUA_COMPAT_OPENLIB     /* luaI_openlib */

/* ---- Pipes, for clients that make their own file handles ---------------------------------- */

#if defined(LUA_USE_POPEN)
#define lua_popen(L, c, m) ((void)L, fflush(NULL), popen(c, m))
#define lua_pclose(L, file) ((void)L, (pclose(file) != -1))
#else
#define lua_popen(L, c, m) \
  ((void)((void)c, m), luaL_error(L, LUA_QL("popen") " not supported"), (FILE *)0)
#define lua_pclose(L, file) ((void)((void)L, file), 0)
#endif

/* ---- Names of temporary files, for clients that define loslib_c ----------------------------- */

#if defined(loslib_c) || defined(luaall_c)
#if defined(LUA_USE_MKSTEMP)
#include <unistd.h>
#define LUA_TMPNAMBUFSIZE 32
#define lua_tmpnam(b, e) { \
  strcpy(b, "/tmp/lua_XXXXXX"); \
  e = mkstemp(b); \
  if (e != -1) close(e); \
  e = (e == -1); }
#else
#define LUA_TMPNAMBUFSIZE L_tmpnam
#define lua_tmpnam(b, e) { e = (tmpnam(b) == NULL); }
#endif
#endif

/* ---- For stand-alone interpreters that define lua_c ------------------------------------------ */

#if defined(lua_c) || defined(luaall_c)

#if defined(LUA_USE_ISATTY)
#include <unistd.h>
#define lua_stdin_is_tty() isatty(0)
#else
#define lua_stdin_is_tty() 1
#endif

#define LUA_PROMPT "> "
#define LUA_PROMPT2 ">> "
#define LUA_PROGNAME "lua"
#define LUA_MAXINPUT 512

#if defined(LUA_USE_READLINE)
#include <stdio.h>
#include <readline/readline.h>
#include <readline/history.h>
#define lua_readline(L, b, p) ((void)L, ((b) = readline(p)) != NULL)
#define lua_saveline(L, idx) \
  if (lua_strlen(L, idx) > 0) add_history(lua_tostring(L, idx));
#define lua_freeline(L, b) ((void)L, free(b))
#else
#define lua_readline(L, b, p) \
  ((void)L, fputs(p, stdout), fflush(stdout), fgets(b, LUA_MAXINPUT, stdin) != NULL)
#define lua_saveline(L, idx) { (void)L; (void)idx; }
#define lua_freeline(L, b) { (void)L; (void)b; }
#endif

#endif /* lua_c || luaall_c */

/* ---- Names that exist only so that text which mentions them compiles --------------------------- */

/* The library's own failure and checking machinery does not use these. */
#if defined(LUA_USE_APICHECK)
#include <assert.h>
#define luai_apicheck(L, o) { (void)L; assert(o); }
#else
#define luai_apicheck(L, o) { (void)L; }
#endif

#if defined(__cplusplus)
#define LUAI_THROW(L, c) throw(c)
#define LUAI_TRY(L, c, a) \
  try { a } catch (...) { if ((c)->status == 0) (c)->status = -1; }
#define luai_jmpbuf int
#elif defined(LUA_USE_ULONGJMP)
#define LUAI_THROW(L, c) _longjmp((c)->b, 1)
#define LUAI_TRY(L, c, a) if (_setjmp((c)->b) == 0) { a }
#define luai_jmpbuf jmp_buf
#else
#define LUAI_THROW(L, c) longjmp((c)->b, 1)
#define LUAI_TRY(L, c, a) if (setjmp((c)->b) == 0) { a }
#define luai_jmpbuf jmp_buf
#endif

#define luai_userstateopen(L) ((void)L)
#define luai_userstateclose(L) ((void)L)
#define luai_userstatethread(L, L1) ((void)L)
#define luai_userstatefree(L) ((void)L)
#define luai_userstateresume(L, n) ((void)L)
#define luai_userstateyield(L, n) ((void)L)

#endif
