/* state.h -- a thread (lua_State) and what all threads of a state share (global_State). */
#ifndef TYPES_STATE_H
#define TYPES_STATE_H

#include "types/callinfo.h"
#include "types/table.h"
#include "types/tstring.h"
#include "types/userdata.h"

/* Names of metamethods live in g->event_names; object/events.def lists them. */
#define MAX_EVENTS 24

/* Phases of the collector, in the order of a cycle. */
enum GCPhase { GC_PAUSE, GC_PROPAGATE, GC_SWEEP_STRINGS, GC_SWEEP, GC_FINALIZE };

/* Objects that only C code refers to for now: half-built prototypes, chunk names.  A Roots lives in a
 * C frame, linked from L->roots while it does; the collector marks what it holds (always anew in the
 * atomic step), and throw_run() unlinks what a throw leaves behind. */
typedef struct Roots {
  struct Roots *outer;
  GCObject *object[3]; /* any kinds; NULL: unused */
} Roots;

/* The value stack of a thread: `stack` .. `stack_last` may be used after a check, EXTRA_STACK slots
 * above that are always there.  A StkId into it lives until the next MOVES_STACK call. */
struct lua_State {
  GC_HEADER;
  uint8_t status; /* 0, LUA_YIELD, or the LUA_ERR... that ended the coroutine */
  uint8_t hook_mask;
  uint8_t hook_allowed; /* 0 while a hook or a finaliser runs */
  uint8_t counts_as_hooked; /* g->nhooked includes this thread */
  unsigned short ncalls;      /* nesting of C calls and of syntax levels */
  unsigned short base_ncalls; /* its value when the coroutine was resumed */
  StkId top;
  global_State *g;
  CallInfo *ci;
  StkId stack;
  StkId stack_last; /* stack + size_stack - EXTRA_STACK */
  CallInfo *base_ci;
  CallInfo *end_ci; /* last usable frame */
  int size_stack;
  int size_ci;
  TValue globals; /* the thread's table of globals; pseudo-index LUA_GLOBALSINDEX */
  Roots *roots;
  UpVal *open_upvals; /* sorted: highest stack address first */
  GCObject *gclist;
  struct ProtectedCall *protect; /* innermost handler of heap/throw.c */
  ptrdiff_t error_func;          /* handler of lua_pcall: offset in `stack`, in bytes; 0: none */
  lua_Hook hook;
  int hook_base_count;
  int hook_count;
  ptrdiff_t hook_yield_base; /* base of the Lua frame whose hook yielded, as an offset; else 0 */
  TValue env_scratch; /* what pseudo-index LUA_ENVIRONINDEX is read into */
};

typedef struct StringTable {
  TString **bucket;
  uint32_t nstrings;
  int32_t nbuckets; /* a power of two */
} StringTable;

typedef struct Buf {
  char *data;
  size_t size;
} Buf;

/* What a host allows a state (include/lua_limits.h), and what has become of it. */
#define NO_LIMIT SIZE_MAX
#define CROWD 32
typedef struct Limits {
  size_t memory;      /* highest total_bytes: heap/cap.h */
  size_t collect_at;  /* total_bytes at which a safepoint collects, whatever the threshold says */
  lua_Alloc alloc;    /* what the cap stands before */
  void *alloc_ud;
  size_t pattern;     /* steps of one call of a pattern function */
  size_t source;      /* bytes of one chunk */
  int depth;          /* levels of nested syntax, at most LUAI_MAXCCALLS */
  bool text_only;     /* no binary chunks */
  bool counting;      /* work is limited: instructions look at `fuel` */
  bool crowded;       /* some chain of a table has CROWD nodes: a search may be long */
  bool memory_refused; /* the cap has refused something since it was set */
} Limits;

/* Handlers of the executable form take whatever vm/exec.c says; stored here untyped. */
typedef void (*HandlerEntry)(void);
#define MAX_HANDLERS 256

struct global_State {
  StringTable strings;
  lua_Alloc alloc;
  void *alloc_ud;
  uint32_t hash_seed;
  uint8_t current_white;
  uint8_t gc_phase;    /* enum GCPhase */
  int sweep_bucket;    /* GC_SWEEP_STRINGS: the next bucket */
  GCObject *objects;   /* all collectable objects except strings and userdata with main thread */
  GCObject **sweep_at; /* GC_SWEEP: where the sweep is in that list */
  GCObject *grey;
  GCObject *grey_again; /* to be traversed once more, atomically */
  GCObject *weak;       /* weak tables, to be cleared */
  GCObject *to_finalize; /* circular list of userdata whose __gc waits: last element */
  UpVal open_upvals;     /* head of the ring of open upvalues */
  Buf buf;               /* scratch for concatenation and scanning */
  size_t total_bytes;
#if STRESS_GC
  size_t stress_at; /* total_bytes at which a large heap is collected next (vm/safepoint.c) */
  uint32_t stress_turn; /* how far the next cycle goes before the program goes on */
#endif
  size_t threshold; /* total_bytes at which the next safepoint advances the collector */
  size_t estimate;  /* bytes really in use, as of the last cycle */
  size_t gc_debt;   /* how far behind schedule the collector is */
  int gc_pause;
  int gc_stepmul;
  lua_CFunction panic;
  struct ProtectedCall *protect; /* innermost handler of heap/throw.c, of whatever thread */
  TValue registry;
  lua_State *main_thread;
  GCREF(Table) metatables[LUA_TTHREAD + 1]; /* of the basic types */
  TString *event_names[MAX_EVENTS];
  TString *memory_message;  /* "not enough memory", made in advance */
  TString *handler_message; /* "error in error handling", likewise */
  int nhooked;             /* threads with a hook set */
  Limits limits;
  int64_t fuel; /* units of work left; below 0: more was wanted.  Read only while limits.counting */
  HandlerEntry dispatch[MAX_HANDLERS]; /* by Word's handler index; hooks exchange its entries */
};

/* A state and its main thread are one block, as are other threads and the space before them that
 * hosts may use (LUAI_EXTRASPACE is 0). */
#define G(L) ((L)->g)

/* So much work has been, or is to be, done in C: 1 for what an instruction, or copying 64 bytes, costs.
 * Raises nothing; when that was too much the next instruction will. */
static inline void fuel_spend(const lua_State *L, size_t units) { G(L)->fuel -= (int64_t)units; }
static inline bool fuel_is_out(const global_State *g) {
  return unlikely(g->fuel < 0) && g->limits.counting;
}

static inline ptrdiff_t stack_save(const lua_State *L, const TValue *p) {
  return (const char *)p - (const char *)L->stack;
}
static inline StkId stack_restore(const lua_State *L, ptrdiff_t offset) {
  return (StkId)(void *)((char *)L->stack + offset);
}

#endif
