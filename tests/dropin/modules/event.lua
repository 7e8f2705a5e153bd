-- Timers and readable sockets of luaevent: callbacks and coroutines resumed from a C loop.
-- packages: lua-event lua-socket
local event, socket = require "luaevent.core", require "socket"
local base = event.new()
print(type(base), base:method() ~= nil)
local ticks = 0
local kept = { base:addevent(nil, event.EV_TIMEOUT, function()
  ticks = ticks + 1
  print("tick", ticks)
  return ticks < 3 and event.EV_TIMEOUT or event.LEAVE
end, 0.01) }
local server = socket.bind("127.0.0.1", 0)
local _, port = server:getsockname()
local client = socket.connect("127.0.0.1", port)
local peer = server:accept()
local co = coroutine.create(function(...)
  print(select("#", ...), peer:receive())
  coroutine.yield(event.EV_READ)
  print(peer:receive())
  coroutine.yield(event.LEAVE)
end)
kept[2] = base:addevent(peer, event.EV_READ, function(...) return select(2, assert(coroutine.resume(co, ...))) end)
client:send "first\n"
kept[3] = base:addevent(nil, event.EV_TIMEOUT, function() client:send "second\n"; return event.LEAVE end, 0.05)
print(base:loop())
kept[4] = base:addevent(nil, event.EV_TIMEOUT, function() error "in a callback" end, 0)
print(pcall(base.loop, base))
print(pcall(base.addevent, base, 1))
print(coroutine.status(co), #kept)
