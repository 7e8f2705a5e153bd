-- A child on a pseudo-terminal through lua-lpty.
-- packages: lua-lpty
local lpty = require "lpty"
local p = lpty.new { raw_mode = true }
print(p:startproc("sh", "-c", "read line; echo \"got $line\"; exit 4"))
print(p:hasproc(), p:send "hello\n")
local text = ""
repeat local piece = p:read(5); text = text .. (piece or "") until text:find "got hello" or not piece
print((text:gsub("\r", "")))
while p:hasproc() do p:read(0.05) end
print(p:exitstatus())
print(pcall(p.read, {}), pcall(lpty.new, { colour = 1 }))
