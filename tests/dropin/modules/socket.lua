-- TCP and UDP over loopback, selects, filters, sinks and MIME of LuaSocket.
-- packages: lua-socket
local socket = require "socket"
local mime, ltn12, url = require "mime", require "ltn12", require "socket.url"
print(socket._VERSION)
local server = assert(socket.bind("127.0.0.1", 0))
local address, port = server:getsockname()
local client = assert(socket.connect(address, port))
local peer = assert(server:accept())
print(address, select(2, client:getpeername()) == port)
print(client:send "first line\r\nsecond\n", client:send("sliced", 2, 4))
print(peer:receive(), peer:receive "*l", peer:receive(3))
peer:settimeout(0)
print(peer:receive(10))
print(client:send "partial")
peer:settimeout(0.05)
print(peer:receive(10))
local readable, writable, why = socket.select({ server, peer }, { client }, 0)
print(#readable, #writable, why, writable[client] == 1)
peer:settimeout(5)
client:shutdown "send"
print(peer:receive "*a")
print(peer:send(("y"):rep(5000)))
peer:close()
print(#client:receive "*a", client:receive())
print(pcall(peer.send, peer, "x"))
print(socket.connect("127.0.0.1", port) ~= nil, server:setoption("reuseaddr", true))
server:close()
print(pcall(client.setoption, client, "colour", 1))
print((pcall(client.receive, server)))
local a, b = socket.udp(), socket.udp()
a:setsockname("127.0.0.1", 0)
local _, aport = a:getsockname()
print(b:sendto("datagram", "127.0.0.1", aport), (a:receivefrom()))
a:settimeout(0)
print(a:receive())
local try = socket.newtry(function() print "finalised" end)
print(socket.protect(function() try(nil, "told"); return 1 end)())
print(pcall(socket.protect(function() error { 1 } end)) )
print(socket.dns.toip "127.0.0.1", socket.skip(2, 1, 2, 3))
print(mime.b64 "lua\0socket", mime.unb64 "bHVh", mime.qp "a=b é", (mime.eol(0, "a\nb\r\nc")))
local out = {}
local source = ltn12.source.string(("0123456789"):rep(50))
local filter = ltn12.filter.chain(mime.encode "base64", mime.wrap "base64")
print(ltn12.pump.all(ltn12.source.chain(source, filter), (ltn12.sink.table(out))))
print(#table.concat(out), table.concat(out):sub(1, 80))
local parsed = url.parse "http://user@host:80/a/b;p?q=1#frag"
print(parsed.host, parsed.port, parsed.path, parsed.query, url.absolute("http://h/a/b", "../c"))
-- Two coroutines that yield across an accept loop.
local listen = socket.bind("127.0.0.1", 0)
local _, where = listen:getsockname()
listen:settimeout(0)
local serve = coroutine.wrap(function()
  local one
  repeat one = listen:accept(); if not one then coroutine.yield "waiting" end until one
  one:send(one:receive():upper() .. "\n")
  one:close()
  return "served"
end)
print(serve())
local c = socket.connect("127.0.0.1", where)
c:send "echo\n"
print(serve(), c:receive())
local hook = 0
debug.sethook(function() hook = hook + 1 end, "", 100)
print(socket.gettime() > 1e9, socket.sleep(0.01))
debug.sethook()
