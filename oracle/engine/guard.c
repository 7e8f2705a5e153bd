/* guard.c -- why this file exists: one crash in ten thousand cases must not cost the other ones. */
#include "engine/guard.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

#include "base/bytes.h"

#if !defined(__x86_64__)
#error "the in-process engine switches stacks by hand and knows x86-64 only"
#endif

#define FORBIDDEN ((size_t)1 << 20)      /* below the stack: larger than any one frame */
#define HANDLER_STACK ((size_t)1 << 16)
#define TICK_MICROSECONDS 10000
#define GRACE_TICKS 10                   /* for the function to end after it was asked to */
#define PATIENCE_TICKS 100               /* for it to come back from code that is not trusted */
#define IDLE_TICKS 5                     /* without a run: then the clock stops */
#define TRUSTED_MOST 4

struct Guard {
  char *mapping, *stack;                 /* the forbidden part, then the stack */
  size_t stack_bytes;
  struct { uintptr_t from, to; } trusted[TRUSTED_MOST];
  size_t ntrusted;
};

/* Saves the callee-saved registers on the present stack, notes where in *saved, and calls f(arg) on
 * the stack that ends at `top`.  Returns 0 when f returns, and what stack_leave gives otherwise. */
int stack_enter(void *top, void (*f)(void *), void *arg, void **saved);
_Noreturn void stack_leave(void *saved, int value);

__asm__(
  "  .text\n"
  "  .type stack_enter, @function\n"
  "stack_enter:\n"
  "  .cfi_startproc\n"
  "  pushq %rbp\n  .cfi_adjust_cfa_offset 8\n  .cfi_rel_offset rbp, 0\n"
  "  pushq %rbx\n  .cfi_adjust_cfa_offset 8\n  .cfi_rel_offset rbx, 0\n"
  "  pushq %r12\n  .cfi_adjust_cfa_offset 8\n  .cfi_rel_offset r12, 0\n"
  "  pushq %r13\n  .cfi_adjust_cfa_offset 8\n  .cfi_rel_offset r13, 0\n"
  "  pushq %r14\n  .cfi_adjust_cfa_offset 8\n  .cfi_rel_offset r14, 0\n"
  "  pushq %r15\n  .cfi_adjust_cfa_offset 8\n  .cfi_rel_offset r15, 0\n"
  "  subq $8, %rsp\n  .cfi_adjust_cfa_offset 8\n"
  "  stmxcsr (%rsp)\n"
  "  fnstcw 4(%rsp)\n"
  "  movq %rsp, (%rcx)\n"
  "  movq %rsp, %rbx\n  .cfi_def_cfa_register rbx\n"
  "  movq %rdi, %rsp\n"
  "  movq %rdx, %rdi\n"
  "  call *%rsi\n"
  "  movq %rbx, %rsp\n  .cfi_def_cfa_register rsp\n"
  "  xorl %eax, %eax\n"
  "stack_return:\n"
  "  ldmxcsr (%rsp)\n"
  "  fldcw 4(%rsp)\n"
  "  addq $8, %rsp\n  .cfi_adjust_cfa_offset -8\n"
  "  popq %r15\n  .cfi_adjust_cfa_offset -8\n"
  "  popq %r14\n  .cfi_adjust_cfa_offset -8\n"
  "  popq %r13\n  .cfi_adjust_cfa_offset -8\n"
  "  popq %r12\n  .cfi_adjust_cfa_offset -8\n"
  "  popq %rbx\n  .cfi_adjust_cfa_offset -8\n"
  "  popq %rbp\n  .cfi_adjust_cfa_offset -8\n"
  "  ret\n"
  "  .cfi_endproc\n"
  "  .size stack_enter, . - stack_enter\n"
  "  .type stack_leave, @function\n"
  "stack_leave:\n"
  "  cld\n"
  "  movq %rdi, %rsp\n"
  "  movl %esi, %eax\n"
  "  jmp stack_return\n"
  "  .size stack_leave, . - stack_leave\n");

/* ---- The present run ------------------------------------------------------------------------- */

static struct {
  Guard *guard;                          /* NULL: none runs */
  void (*function)(void *);
  void *arg;
  void (*please_stop)(void *);
  uint64_t deadline;                     /* in ticks; 0: none */
  bool asked;
  void *saved;                           /* the caller's stack */
  GuardOutcome outcome;
  const void *caller_stack;              /* for an address sanitizer */
  size_t caller_size;
} run;

static volatile uint64_t ticks;
static uint64_t last_run_tick;
static bool ticking;
static unsigned open_guards;
static struct sigaction earlier[NSIG];
static const int caught[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPIPE, SIGALRM};

/* What an address sanitizer wants to know about stacks; NULL where there is none. */
static struct {
  void (*start_switch)(void **, const void *, size_t);
  void (*finish_switch)(void *, const void **, size_t *);
  void (*unpoison)(void const volatile *, size_t);
} sanitizer;

static void ask_sanitizer(void) {
  *(void **)&sanitizer.start_switch = dlsym(RTLD_DEFAULT, "__sanitizer_start_switch_fiber");
  *(void **)&sanitizer.finish_switch = dlsym(RTLD_DEFAULT, "__sanitizer_finish_switch_fiber");
  *(void **)&sanitizer.unpoison = dlsym(RTLD_DEFAULT, "__asan_unpoison_memory_region");
  if (!sanitizer.finish_switch || !sanitizer.unpoison) sanitizer.start_switch = NULL;
}

bool guard_is_running(void) {
  return run.guard != NULL;
}

_Noreturn void guard_leave(Leave how, int code) {
  run.outcome.how = how;
  run.outcome.code = code;
  if (sanitizer.start_switch) sanitizer.start_switch(NULL, run.caller_stack, run.caller_size);
  stack_leave(run.saved, 1);
}

static bool is_trusted(uintptr_t pc) {
  const Guard *g = run.guard;
  for (size_t i = 0; i < g->ntrusted; i++) {
    if (pc >= g->trusted[i].from && pc < g->trusted[i].to) return true;
  }
  return false;
}

/* ---- The clock ------------------------------------------------------------------------------- */

static void set_clock(bool on) {
  struct itimerval every = {{0, on ? TICK_MICROSECONDS : 0}, {0, on ? TICK_MICROSECONDS : 0}};
  ticking = on;
  setitimer(ITIMER_REAL, &every, NULL);
}

static void on_tick(uintptr_t pc) {
  ticks++;
  if (run.guard == NULL) {
    if (ticks - last_run_tick > IDLE_TICKS) set_clock(false);
    return;
  }
  if (run.deadline == 0 || ticks < run.deadline) return;
  if (!run.asked) {
    run.asked = true;
    if (run.please_stop) run.please_stop(run.arg);
    return;
  }
  uint64_t late = ticks - run.deadline;
  if (late < GRACE_TICKS) return;
  bool trusted = is_trusted(pc);
  if (!trusted && late < GRACE_TICKS + PATIENCE_TICKS) return;
  run.outcome.in_doubt = !trusted;
  guard_leave(LEFT_BY_CLOCK, 0);
}

/* ---- Signals --------------------------------------------------------------------------------- */

static void on_signal(int number, siginfo_t *info, void *context) {
  (void)info;
  uintptr_t pc = (uintptr_t)((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
  if (number == SIGALRM) {
    int saved = errno;
    on_tick(pc);
    errno = saved;
    return;
  }
  if (run.guard == NULL) {               /* a fault of the tool's own: let it be one */
    if (earlier[number].sa_handler == SIG_IGN) return;
    signal(number, SIG_DFL);
    raise(number);
    return;
  }
  run.outcome.pc = pc;
  run.outcome.in_doubt = !is_trusted(pc);
  guard_leave(LEFT_BY_SIGNAL, number);
}

bool guard_install(Diag *why) {
  static char handler_stack[HANDLER_STACK];
  stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof handler_stack};
  if (sigaltstack(&stack, NULL) != 0) {
    return diag_errno(why, EXIT_INFRA, "no stack for signal handlers");
  }
  for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
    struct sigaction action = {.sa_sigaction = on_signal};
    /* Not blocked while handled: guard_leave never returns to the kernel's frame. */
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
    struct sigaction found;
    if (sigaction(caught[i], &action, &found) != 0) {
      return diag_errno(why, EXIT_INFRA, "signal %d cannot be caught", caught[i]);
    }
    if (found.sa_sigaction != on_signal) earlier[caught[i]] = found;
  }
  sigset_t wanted;
  sigemptyset(&wanted);
  for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) sigaddset(&wanted, caught[i]);
  sigprocmask(SIG_UNBLOCK, &wanted, NULL);
  return true;
}

Guard *guard_open(size_t stack_bytes, Diag *why) {
  void *mapping = mmap(NULL, stack_bytes + FORBIDDEN, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (mapping == MAP_FAILED || mprotect(mapping, FORBIDDEN, PROT_NONE) != 0) {
    diag_errno(why, EXIT_INFRA, "no stack of %zu bytes", stack_bytes);
    if (mapping != MAP_FAILED) munmap(mapping, stack_bytes + FORBIDDEN);
    return NULL;
  }
  if (open_guards == 0) {
    ask_sanitizer();
    if (!guard_install(why)) {
      munmap(mapping, stack_bytes + FORBIDDEN);
      return NULL;
    }
  }
  open_guards++;
  Guard *g = mem_zero(sizeof *g);
  g->mapping = mapping;
  g->stack = g->mapping + FORBIDDEN;
  g->stack_bytes = stack_bytes;
  return g;
}

void guard_close(Guard *g) {
  if (g == NULL) return;
  if (--open_guards == 0) {
    set_clock(false);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
      sigaction(caught[i], &earlier[caught[i]], NULL);
    }
  }
  munmap(g->mapping, g->stack_bytes + FORBIDDEN);
  free(g);
}

void guard_trust(Guard *g, uintptr_t from, uintptr_t to) {
  if (g->ntrusted == TRUSTED_MOST) return;
  g->trusted[g->ntrusted].from = from;
  g->trusted[g->ntrusted++].to = to;
}

/* ---- Running --------------------------------------------------------------------------------- */

static void on_new_stack(void *unused) {
  (void)unused;
  if (sanitizer.start_switch) {
    sanitizer.finish_switch(NULL, &run.caller_stack, &run.caller_size);
  }
  run.function(run.arg);
  if (sanitizer.start_switch) sanitizer.start_switch(NULL, run.caller_stack, run.caller_size);
}

GuardOutcome guard_run(Guard *g, void (*f)(void *), void *arg, double seconds,
                       void (*please_stop)(void *)) {
  void *fake = NULL;
  run.function = f;
  run.arg = arg;
  run.please_stop = please_stop;
  run.asked = false;
  run.outcome = (GuardOutcome){0};
  run.deadline = seconds > 0 ? ticks + (uint64_t)(seconds * 1e6 / TICK_MICROSECONDS) + 1 : 0;
  if (!ticking && run.deadline != 0) set_clock(true);
  if (sanitizer.start_switch) sanitizer.start_switch(&fake, g->stack, g->stack_bytes);
  run.guard = g;
  int left = stack_enter(g->stack + g->stack_bytes, on_new_stack, NULL, &run.saved);
  run.guard = NULL;
  last_run_tick = ticks;
  if (sanitizer.start_switch) {
    sanitizer.finish_switch(fake, NULL, NULL);
    if (left) sanitizer.unpoison(g->stack, g->stack_bytes);
  }
  return run.outcome;
}
