-- Regular expressions of lrexlib on onig.
-- packages: lua-rex-onig
assert(loadfile(os.getenv "CASES" .. "/shared/rex.lua"))(require "rex_onig")
