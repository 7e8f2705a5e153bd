-- Coroutines scheduled by cqueues: pollable sockets, conditions, sleep, and threads with their own states.
-- packages: lua-cqueues
local cqueues, socket, condition = require "cqueues", require "cqueues.socket", require "cqueues.condition"
local loop, ready = cqueues.new(), condition.new()
local a, b = socket.pair()
loop:wrap(function()
  a:write "hello\n"
  a:flush()
  print("read back", a:read "*l")
  a:close()
  ready:signal()
end)
loop:wrap(function()
  local line = b:read "*l"
  cqueues.sleep(0.01)
  b:write(line:upper(), "\n")
  b:flush()
  print("end", b:read "*l")
end)
loop:wrap(function() ready:wait(); print "signalled" end)
print(loop:loop())
local failing = cqueues.new()
failing:wrap(function() cqueues.sleep(0); error "in a coroutine" end)
print((select(2, failing:loop())))
local order = {}
local many = cqueues.new()
for index = 1, 20 do many:wrap(function() for _ = 1, 5 do cqueues.sleep(0) end order[#order + 1] = index end) end
print(many:loop(), #order, many:empty())
local thread = require "cqueues.thread"
local worker, pipe = thread.start(function(con, n)
  local sum = 0
  for i = 1, tonumber(n) do sum = sum + i end
  con:write(tostring(sum), "\n")
end, 1000)
print(pipe:read "*l", worker:join())
print(pcall(condition.new().wait))
