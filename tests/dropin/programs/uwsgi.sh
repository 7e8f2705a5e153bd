#!/bin/sh
# uwsgi answers requests by a Lua function: coroutines as bodies, a state a worker.
# packages: uwsgi-core uwsgi-plugin-lua5.1 python3
cat > app.lua <<'END'
local hits = 0
return function(env)
  hits = hits + 1
  if env.PATH_INFO == "/error" then error "in the application" end
  local keys = {}
  for key in pairs(env) do if key:find "^REQUEST" then keys[#keys + 1] = key end end
  table.sort(keys)
  return "200 OK", { ["Content-Type"] = "text/plain" }, coroutine.wrap(function()
    coroutine.yield(_VERSION .. " hit " .. hits .. "\n")
    for _, key in ipairs(keys) do coroutine.yield(key .. "=" .. env[key] .. "\n") end
    coroutine.yield(("x"):rep(20000))
  end)
end
END
cat > ask.py <<'END'
import socket, struct, time
def ask(path):
    def pair(k, v): return struct.pack("<H", len(k)) + k.encode() + struct.pack("<H", len(v)) + v.encode()
    body = b"".join(pair(k, v) for k, v in (("REQUEST_METHOD", "GET"), ("REQUEST_URI", path), ("PATH_INFO", path)))
    for _ in range(200):
        try:
            s = socket.socket(socket.AF_UNIX); s.connect("sock"); break
        except OSError: time.sleep(0.05)
    s.sendall(struct.pack("<BHB", 6, len(body), 0) + body)
    data = b""
    while True:
        piece = s.recv(65536)
        if not piece: break
        data += piece
    print(path, len(data), data[:150])
for path in "/", "/again", "/error", "/after": ask(path)
END
uwsgi --plugin lua51 --lua app.lua --socket sock --die-on-term >log 2>&1 &
pid=$!
python3 ask.py
status=$?
kill -TERM "$pid"
wait "$pid"
grep -i lua log | grep -v seconds | sed 's/worker [0-9]* (pid: [0-9]*)//; s/0x[0-9a-f]*//; s/PWD.*//'
exit "$status"
