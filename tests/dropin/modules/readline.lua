-- Lines and history of lua-readline where stdin is no terminal.
-- packages: lua-readline
local readline = require "readline"
readline.set_options { keeplines = 10, histfile = "history", completion = false, ignoredups = true }
readline.add_history "one"
readline.add_history "two"
print(readline.save_history())
print(io.open "history":read "*a")
print(readline.readline "prompt> ")
readline.set_complete_list { "alpha", "beta" }
