/* main.c -- why this file exists: a program needs an entry; everything else is behind cli/verbs.h. */
#include "cli/verbs.h"

int main(int argc, char **argv) {
  return verbs_main(argc, argv);
}
