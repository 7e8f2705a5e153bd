-- Regular expressions of lrexlib on pcre2.
-- packages: lua-rex-pcre2
assert(loadfile(os.getenv "CASES" .. "/shared/rex.lua"))(require "rex_pcre2")
