-- Regular expressions of lrexlib on tre.
-- packages: lua-rex-tre
assert(loadfile(os.getenv "CASES" .. "/shared/rex.lua"))(require "rex_tre")
