/* proto.h -- a compiled function: canonical code (as dumped and listed) and its executable form. */
#ifndef TYPES_PROTO_H
#define TYPES_PROTO_H

#include "bytecode/instr.h"
#include "types/gcobject.h"

/* One instruction of the executable form; vm/decode.h describes its fields. */
typedef uint64_t Word;

/* What Proto.exec points to until the first call: word 0, whose handler decodes. */
extern const Word proto_undecoded;

typedef struct LocVar {
  GCREF(TString) name;
  int startpc; /* first instruction where the variable is alive */
  int endpc;   /* first instruction where it is not */
} LocVar;

typedef GCREF(TString) StringRef;
typedef GCREF(Proto) ProtoRef;

/* Bits of Proto.is_vararg, as in the chunk format. */
enum { VARARG_HASARG = 1, VARARG_ISVARARG = 2, VARARG_NEEDSARG = 4 };

struct Proto {
  GC_HEADER;
  uint8_t numparams;
  uint8_t is_vararg;
  uint8_t nups;
  uint8_t maxstack; /* registers it needs, 2..250 (1 in luac's combined main) */
  const Word *exec; /* executable form: size_code words; decoded at the first call.  Before
                       that, the shared word that makes vm/decode do so */
  Slot *k;
  Instruction *code;
  ProtoRef *p;
  int *lineinfo; /* a line an instruction, or NULL when stripped */
  LocVar *locvars;
  StringRef *upvalue_names;
  GCREF(TString) source;
  GCObject *gclist;
  /* Allocated sizes of the arrays above, in elements.  While the compiler builds the function
   * they may exceed what is filled; unfilled elements are nil or NULL. */
  int size_k;
  int size_code;
  int size_p;
  int size_lineinfo;
  int size_locvars;
  int size_upvalue_names;
  int size_exec; /* 0 before decoding */
  int linedefined;
  int lastlinedefined;
};

#endif
