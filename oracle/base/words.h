/* words.h -- text cut into words, as a shell does it and as lists in case files are written. */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include "base/bytes.h"

/* Words of a shell line: blanks separate, '...' "..." and \ quote as in POSIX sh; nothing is
 * expanded.  False for a quote without its end. */
bool words_split_shell(const char *line, Strings *words);

/* Appends a word, after a blank if it is not the first, so that a shell reads it as it is. */
void words_append_shell(Bytes *line, const char *word);

/* Words separated by commas and blanks; never empty words. */
void words_split_list(const char *text, Strings *words);

/* "16M" -> bytes; K, M, G are powers of 1024.  False unless it is a positive number that fits. */
bool words_parse_size(const char *text, uint64_t *size);

/* "1e6", "5000" -> a count from 1 to 1e15. */
bool words_parse_count(const char *text, uint64_t *count);

/* "2", "0.5", "2s", "10m", "1h" -> seconds above 0, at most a day. */
bool words_parse_seconds(const char *text, double *seconds);

/* The same for spans of days, "30d", "2w": at most a hundred years. */
bool words_parse_span(const char *text, double *seconds);

#endif
