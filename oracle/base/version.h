/* version.h -- the tool's own version: in the log, `oracle version` and the man page. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define ORACLE_VERSION "1.0"

#endif
