/* format.h -- the format of binary chunks, as far as dump and undump must agree on it.
 *
 *   header: 12 bytes
 *   function:
 *     string  source; absent: that of the enclosing function
 *     int     line where the definition begins; int where it ends
 *     byte    number of upvalues; number of parameters; VARARG_ flags; registers
 *     int n   n instructions
 *     int n   n constants: a byte LUA_T..., then a byte, a number, or a string
 *     int n   n functions
 *     int n   n lines, one an instruction, or n = 0
 *     int n   n local variables: string name, int first pc, int pc behind the last
 *     int n   n strings, the names of upvalues
 *   string: size_t size with the final NUL, bytes; size 0: absent
 * Integers, sizes and numbers are those of the machine.                                     */
#ifndef CHUNK_FORMAT_H
#define CHUNK_FORMAT_H

#include <string.h>

#include "bytecode/instr.h"
#include "include/lua.h"

#define CHUNK_HEADER_SIZE 12
#define CHUNK_VERSION 0x51
#define CHUNK_OFFICIAL 0

/* The header that chunks of this machine have. */
static inline void chunk_header(char out[CHUNK_HEADER_SIZE]) {
  const uint16_t one = 1;
  char first_byte;
  memcpy(&first_byte, &one, 1); /* 1: little-endian */
  memcpy(out, LUA_SIGNATURE, 4);
  out[4] = CHUNK_VERSION;
  out[5] = CHUNK_OFFICIAL;
  out[6] = first_byte;
  out[7] = sizeof(int);
  out[8] = sizeof(size_t);
  out[9] = sizeof(Instruction);
  out[10] = sizeof(lua_Number);
  out[11] = (lua_Number)0.5 == 0; /* are numbers integers? */
}

#endif
