/* html.h -- bytes of unknown origin as HTML: text, lists, and diffs side by side. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "base/bytes.h"

/* Appends text that is safe between tags and inside a quoted attribute.  Bytes that are not
 * printable ASCII are shown in the escaped form of base/bytes.h; a backslash stays as it is, since
 * diffs and commands are escaped already.  The result is ASCII. */
void html_append(Bytes *to, const char *data, size_t n);
void html_puts(Bytes *to, const char *text);           /* NULL is "" */

/* <tag class="class">text</tag>, or nothing if the text is "" or NULL.  Tag and class: trusted. */
void html_append_element(Bytes *to, const char *tag, const char *class, const char *text);

/* Words with a space between them; NULL is an empty list. */
void html_append_words(Bytes *to, const Strings *words);

/* A unified diff (as of compare.h) as a table: the reference left, the candidate right, what
 * differs in a pair of lines marked.  Lines that are no diff are shown over both columns. */
void html_append_diff(Bytes *to, const char *diff, size_t n);

#endif
