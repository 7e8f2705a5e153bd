-- lua5.4.lua: where Lua 5.4 goes other ways than 5.1.5, by section; docs/oracle/ledger.md tells
-- the fields.  Nearly half of the corpus shows a difference, most of them for one of a few reasons,
-- so that files are matched as a whole where more than a few of their cases differ, and what an
-- entry explains is counted, with room for a few new cases.
return {
  { id = "L-chance", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "flaky", "stdout", "timeout" }, max_hits = 270,
    why = "5.4 seeds its hashes, math.random and the pivots of sort by the clock, so that no " ..
      "order of keys is fixed; a recursion of 200000 levels takes its time",
    match = { case = {
      "oracle/corpus/*/order.cases#*",
      "oracle/corpus/**#*order*",
      "oracle/corpus/**#*random*",
      ["oracle/corpus/2.5-expressions/calls.cases"] = {
        "the-recursion-limit-is-where-the-reference-has-it" },
      ["oracle/corpus/2.5-expressions/constructors.cases"] = {
        "array-items-come-first-in-traversal" },
      ["oracle/corpus/2.7-errors/errors.cases"] = { "overflow-leaves-the-state-usable" },
      ["oracle/corpus/5.5-table/sort.cases"] = { "the-number-of-comparisons-of-known-inputs" },
      ["oracle/corpus/5.9-debug/information.cases"] = {
        "getinfo-option-n-gives-name-and-namewhat" },
      ["oracle/corpus/quirks/borders.cases"] = { "next-of-a-key-that-was-cleared-still-works" },
    } } },
  { id = "L-crash", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "crash" }, max_hits = 1,
    why = "lua5.4 of Debian 12 (5.4.4) crashes in a concatenation of three values whose " ..
      "__concat gives a table",
    match = { case = {
      ["oracle/corpus/2.5-expressions/concat-length.cases"] = {
        "concatenation-is-right-associative" },
    } } },
  { id = "L-steps", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "timeout" }, max_hits = 1,
    why = "a step of the collector of 5.4 may do nothing: the loop that waits for the end of " ..
      "a cycle is long",
    match = { case = {
      ["oracle/corpus/2.10-gc/collector.cases"] = { "many-small-steps-end-a-cycle" },
    } } },
  { id = "L-bytecode", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 270,
    why = "bytecode of 5.4 has other instructions and another format, is loaded by load " ..
      "alone, and string.dump may strip",
    match = { case = {
      "oracle/corpus/5.1-base/binary.cases#*",
      "oracle/corpus/5.1-base/load-pieces.cases#*",
      "oracle/corpus/regress/bytecode.cases#*",
      "oracle/corpus/regress/dump.cases#*",
      "oracle/corpus/regress/fixed-bugs.cases#*",
    } } },
  { id = "L-environments", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 160,
    why = "functions have no environments: getfenv, setfenv and debug.setfenv are gone, _ENV " ..
      "is a variable",
    match = { case = {
      "oracle/corpus/2.9-environments/environments.cases#*",
      "oracle/corpus/2.9-environments/levels.cases#*",
      "oracle/corpus/5.1-base/environments.cases#*",
    } } },
  { id = "L-borders", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 40,
    why = "a border of a list with holes is found otherwise; unpack, getn, setn and maxn are " ..
      "gone",
    match = { case = {
      "oracle/corpus/2.5-expressions/concat-length.cases#*",
      "oracle/corpus/5.5-table/borders.cases#*",
      "oracle/corpus/quirks/borders.cases#*",
      ["oracle/corpus/quirks/tables.cases"] = { "arg-exists-only-without-dots",
        "insert-beyond-and-remove-from-empty", "maxn-counts-every-number",
        "minus-zero-and-zero-are-one-key", "unpack-has-a-limit-near-8000" },
    } } },
  { id = "L-integers", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 350,
    why = "numbers are integers or floats: a float without a fraction is written with .0, " ..
      "integers wrap, // % and comparisons are exact, and a position has to be an integer",
    match = { case = {
      "oracle/corpus/2.1-lexical/numbers.cases#*",
      "oracle/corpus/2.1-lexical/scanner.cases#*",
      "oracle/corpus/2.2-values/coercion.cases#*",
      "oracle/corpus/2.2-values/conversions.cases#*",
      "oracle/corpus/2.2-values/keys.cases#*",
      "oracle/corpus/2.2-values/types.cases#*",
      "oracle/corpus/2.4-statements/for.cases#*",
      "oracle/corpus/2.4-statements/loops.cases#*",
      "oracle/corpus/2.5-expressions/arithmetic.cases#*",
      "oracle/corpus/2.5-expressions/folding.cases#*",
      "oracle/corpus/2.5-expressions/precedence.cases#*",
      "oracle/corpus/5.1-base/conversions.cases#*",
      "oracle/corpus/5.4-string/number-text.cases#*",
      "oracle/corpus/quirks/arithmetic.cases#*",
      "oracle/corpus/quirks/conversions.cases#*",
      "oracle/corpus/quirks/numbers.cases#*",
    } } },
  { id = "L-lexical", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 150,
    why = "numerals and escapes are read otherwise, goto is reserved, labels exist, messages " ..
      "of the parser have other words, and loadstring is gone",
    match = { case = {
      "oracle/corpus/2.1-lexical/comments.cases#*",
      "oracle/corpus/2.1-lexical/limits.cases#*",
      "oracle/corpus/2.1-lexical/names.cases#*",
      ["oracle/corpus/2.1-lexical/productions.cases"] = { "a-break-is-the-last-statement",
        "a-label-begins-with-a-wrong-colon", "an-attribute-of-a-later-version-is-refused" },
      "oracle/corpus/2.1-lexical/strings.cases#*",
      "oracle/corpus/2.1-lexical/syntax-errors.cases#*",
    } } },
  { id = "L-statements", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 90,
    why = "5.4 has attributes, labels and goto; integers, loadstring, unpack and the table " ..
      "arg of functions with dots make most of it",
    match = { case = {
      "oracle/corpus/2.3-variables/access.cases#*",
      ["oracle/corpus/2.3-variables/variables.cases"] = {
        "a-function-sees-its-own-environment-not-its-callers",
        "assigning-to-a-field-of-a-string-is-an-error", "globals-are-fields-of-the-environment",
        "indexing-a-non-table-is-an-error", "the-environment-table-contains-itself" },
      ["oracle/corpus/2.4-statements/assignment.cases"] = { "a-chunk-is-a-vararg-function",
        "a-chunk-may-return-values", "assignment-of-a-long-list" },
      ["oracle/corpus/2.4-statements/control.cases"] = { "deeply-nested-ifs-work",
        "elseif-chains-are-flat", "if-with-constant-conditions-in-all-shapes" },
      ["oracle/corpus/2.4-statements/targets.cases"] = {
        "a-value-that-replaces-an-upvalue-table-does-not-redirect-the-write" },
      "oracle/corpus/2.5-expressions/arguments.cases#*",
      "oracle/corpus/2.5-expressions/calls.cases#*",
      ["oracle/corpus/2.5-expressions/constructors.cases"] = {
        "a-call-after-fifty-items-is-expanded", "a-constructor-with-many-named-items",
        "a-nil-key-in-a-constructor-is-an-error", "constructors-of-many-sizes-hold-all-their-items",
        "named-and-positional-items-mix-across-batches" },
      "oracle/corpus/2.5-expressions/items.cases#*",
      ["oracle/corpus/2.5-expressions/logic.cases"] = { "a-long-chain-of-and-compiles",
        "a-long-chain-of-or-compiles" },
      ["oracle/corpus/2.5-expressions/registers.cases"] = {
        "a-function-with-many-locals-and-calls-keeps-them-all",
        "open-results-fill-a-constructor-after-fixed-items" },
      ["oracle/corpus/2.6-visibility/locals.cases"] = { "sixty-upvalues-work",
        "two-hundred-locals-work" },
      ["oracle/corpus/2.6-visibility/upvalues.cases"] = {
        "a-hundred-and-fifty-nested-scopes-of-one-name-keep-the-innermost" },
    } } },
  { id = "L-errors", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 270,
    why = "messages name variables, metamethods and fields in other words; tracebacks and " ..
      "levels too; handlers of xpcall run otherwise",
    match = { case = {
      "oracle/corpus/2.7-errors/culprits.cases#*",
      "oracle/corpus/2.7-errors/errors.cases#*",
      "oracle/corpus/2.7-errors/handlers.cases#*",
      "oracle/corpus/2.7-errors/names.cases#*",
      "oracle/corpus/2.7-errors/positions.cases#*",
      "oracle/corpus/2.7-errors/tracebacks.cases#*",
      "oracle/corpus/2.7-errors/traces.cases#*",
    } } },
  { id = "L-metatables", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 100,
    why = "__eq, __le, __len, __pairs, __gc and __index are looked up in other ways; newproxy " ..
      "is gone; messages have other words",
    match = { case = {
      "oracle/corpus/2.8-metatables/access.cases#*",
      "oracle/corpus/2.8-metatables/arithmetic.cases#*",
      ["oracle/corpus/2.8-metatables/comparison.cases"] = { "eq-needs-the-same-event-in-both",
        "eq-works-for-userdata", "lt-is-not-called-for-different-types",
        "lt-needs-the-same-event-in-both", "numbers-and-strings-never-call-comparison-events" },
      "oracle/corpus/2.8-metatables/index.cases#*",
      "oracle/corpus/2.8-metatables/operators.cases#*",
      "oracle/corpus/2.8-metatables/protection.cases#*",
    } } },
  { id = "L-collector", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 70,
    why = "another collector: other options, generations, other times of finalisers, which " ..
      "tables may have; newproxy is gone",
    match = { case = {
      ["oracle/corpus/2.10-gc/collector.cases"] = {
        "a-full-collection-after-stop-restarts-the-collector",
        "gcinfo-is-a-whole-number-of-kilobytes", "pause-and-multiplier-return-their-previous-value",
        "step-returns-whether-a-cycle-ended", "unknown-options-are-refused" },
      "oracle/corpus/2.10-gc/finalisers.cases#*",
      "oracle/corpus/2.10-gc/lifetimes.cases#*",
      ["oracle/corpus/2.10-gc/weak.cases"] = {
        "an-entry-whose-value-refers-to-its-own-weak-key-stays",
        "functions-and-threads-are-removed",
        "userdata-leave-weak-values-before-and-weak-keys-after-finalisation" },
    } } },
  { id = "L-coroutines", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 90,
    why = "coroutines yield across pcall and metamethods, can be closed, and say other words; " ..
      "the main thread is one",
    match = { case = {
      "oracle/corpus/2.11-coroutines/coroutines.cases#*",
      "oracle/corpus/2.11-coroutines/switches.cases#*",
      "oracle/corpus/5.2-coroutine/library.cases#*",
      ["oracle/corpus/5.2-coroutine/patterns.cases"] = {
        "setfenv-of-a-body-before-its-first-resume" },
    } } },
  { id = "L-base", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 180,
    why = "print, tostring, tonumber, select, load and their like take other arguments and " ..
      "say other words; loadstring, unpack and newproxy are gone",
    match = { case = {
      "oracle/corpus/5.1-base/basic.cases#*",
      "oracle/corpus/5.1-base/calls.cases#*",
      "oracle/corpus/5.1-base/iteration.cases#*",
      "oracle/corpus/5.1-base/load.cases#*",
      "oracle/corpus/5.1-base/names.cases#*",
    } } },
  { id = "L-package", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 110,
    why = "module, package.seeall and package.loaders are gone; require says and returns " ..
      "other things, and the default paths are those of 5.4",
    match = { case = {
      "oracle/corpus/5.3-package/package.cases#*",
      "oracle/corpus/5.3-package/require.cases#*",
    } } },
  { id = "L-strings", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 150,
    why = "string functions check for integers, format knows other conversions, patterns keep " ..
      "NUL and know %g, gfind is gone",
    match = { case = {
      "oracle/corpus/5.4-string/basic.cases#*",
      "oracle/corpus/5.4-string/directives.cases#*",
      "oracle/corpus/5.4-string/format.cases#*",
      "oracle/corpus/5.4-string/functions.cases#*",
      ["oracle/corpus/5.4-string/idioms.cases"] = { "a-table-of-columns-with-format",
        "splitting-into-lines-keeps-the-last-one",
        "splitting-with-optional-items-gives-extra-empty-fields" },
      "oracle/corpus/5.4-string/items.cases#*",
      "oracle/corpus/5.4-string/patterns.cases#*",
      "oracle/corpus/5.4-string/searching.cases#*",
    } } },
  { id = "L-tables", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 90,
    why = "foreach, foreachi, getn, setn and maxn are gone; the others obey metamethods and " ..
      "check that a table has positions",
    match = { case = {
      "oracle/corpus/5.5-table/functions.cases#*",
      ["oracle/corpus/5.5-table/sort.cases"] = { "sort-checks-its-arguments",
        "the-comparator-may-compile-and-collect" },
      "oracle/corpus/5.5-table/sorting.cases#*",
      "oracle/corpus/5.5-table/table.cases#*",
    } } },
  { id = "L-math", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 70,
    why = "pow, cosh, sinh, tanh, mod, log10, frexp and ldexp are gone; random is a generator " ..
      "of its own; results are integers where they can be",
    match = { case = {
      "oracle/corpus/5.6-math/functions.cases#*",
      "oracle/corpus/5.6-math/math.cases#*",
    } } },
  { id = "L-files", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 70,
    why = "formats of read have no star, lines takes formats, numbers are read by the lexer, " ..
      "and words of errors differ",
    match = { case = {
      "oracle/corpus/5.7-io/files.cases#*",
      "oracle/corpus/5.7-io/handles.cases#*",
      ["oracle/corpus/5.7-io/mixing.cases"] = { "a-chain-of-writes-to-different-handles",
        "a-handle-used-as-its-own-loop-iterator-is-not-callable",
        "a-removed-file-can-still-be-read-and-written" },
      "oracle/corpus/5.7-io/reading.cases#*",
    } } },
  { id = "L-system", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 50,
    why = "os.execute, os.exit and os.date take and give other things, and check them",
    match = { case = {
      ["oracle/corpus/5.8-os/calendar.cases"] = { "the-difference-of-two-times-counts-days",
        "two-noons-over-a-clock-change-differ-by-47-hours" },
      "oracle/corpus/5.8-os/functions.cases#*",
      "oracle/corpus/5.8-os/os.cases#*",
    } } },
  { id = "L-debug", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 190,
    why = "other instructions are other events, lines and names; getfenv is gone, getinfo " ..
      "knows more; a tail call is no level of its own",
    match = { case = {
      "oracle/corpus/5.9-debug/access.cases#*",
      "oracle/corpus/5.9-debug/frames.cases#*",
      "oracle/corpus/5.9-debug/getinfo.cases#*",
      "oracle/corpus/5.9-debug/hooks.cases#*",
      "oracle/corpus/5.9-debug/information.cases#*",
      "oracle/corpus/5.9-debug/leftovers.cases#*",
      "oracle/corpus/5.9-debug/lines.cases#*",
      "oracle/corpus/5.9-debug/locals.cases#*",
    } } },
  { id = "L-program", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 90,
    why = "the program lua5.4: its version goes to standard output, LUA_INIT has a version, a " ..
      "session shows values without =",
    match = { case = {
      "oracle/corpus/6-standalone/command-line.cases#*",
      "oracle/corpus/6-standalone/interactive.cases#*",
      "oracle/corpus/6-standalone/options.cases#*",
      "oracle/corpus/6-standalone/session.cases#*",
    } } },
  { id = "L-quirks", owner = "modes", added = "2026-11-21", expires = "2027-11-21",
    verdict = { "exit", "stdout" }, max_hits = 200,
    why = "what was pinned as a quirk of 5.1.5: words of messages, texts of numbers, " ..
      "functions of 5.0, events",
    match = { case = {
      "oracle/corpus/quirks/errors.cases#*",
      "oracle/corpus/quirks/events.cases#*",
      "oracle/corpus/quirks/messages.cases#*",
      "oracle/corpus/quirks/strings.cases#*",
      "oracle/corpus/quirks/text.cases#*",
      "oracle/corpus/suite-lost/lost.cases#*",
      "oracle/corpus/suite-lost/never-covered.cases#*",
    } } },
}
