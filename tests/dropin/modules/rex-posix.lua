-- Regular expressions of lrexlib on posix.
-- packages: lua-rex-posix
assert(loadfile(os.getenv "CASES" .. "/shared/rex.lua"))(require "rex_posix")
