-- Escape sequences and questions about the terminal of lua-term.
-- packages: lua-term
local term = require "term"
print(term.isatty(io.stdin), pcall(term.isatty, 1))
local colors = term.colors
print((colors.red "red" .. colors.bright .. colors.onblue "blue"):gsub("\27", "ESC"))
term.cursor.jump(3, 4)
term.cursor.goup(2)
term.clear()
term.cleareol()
io.write "\n"
print(tostring(colors.green):byte(1, -1))
print(pcall(function() return colors.nocolour .. "x" end))
