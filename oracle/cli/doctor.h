/* doctor.h -- checks of what the oracle needs: each says what it found, and the remedy for what is
 * missing. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "cli/setup.h"

/* What the checks look at, and what they have found. */
typedef struct Doctor {
  const Setup *setup;
  const Options *options;
  const Diag *trouble;   /* NULL, or why there is none */
  const char *check;     /* the one that is speaking */
  bool needed;
  bool has_spoken;
  size_t missing;        /* that is needed */
} Doctor;

typedef void DoctorCheck(Doctor *d);
#define D(name, function, needed, purpose) DoctorCheck function;
#include "cli/doctor.def"
#undef D

/* A line about something that is as it should be; -q leaves it out. */
__attribute__((format(printf, 2, 3)))
void doctor_good(Doctor *d, const char *format, ...);

/* The modes of the configuration; none if it is not understood. */
size_t doctor_count_modes(const Doctor *d);

/* A line about something that is not, and what to do (NULL: that is told already). */
__attribute__((format(printf, 3, 4)))
void doctor_bad(Doctor *d, const char *remedy, const char *format, ...);

/* Asks in a child, which may crash or hang: what it says is in *said (owned by the caller), also if
 * it is false. */
typedef bool DoctorQuestion(const void *context, Bytes *said);
bool doctor_ask_child(DoctorQuestion *ask, const void *context, Bytes *said);

/* Is the program on PATH?  One line either way. */
bool doctor_find_program(Doctor *d, const char *name, const char *remedy);

#endif
