-- TLS between two ends in one process through LuaSec: userdata that wrap those of another module.
-- packages: lua-sec lua-socket openssl
local socket, ssl = require "socket", require "ssl"
os.execute "openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=localhost -keyout key.pem -out cert.pem 2>/dev/null"
local server = socket.bind("127.0.0.1", 0)
local _, port = server:getsockname()
local client = socket.connect("127.0.0.1", port)
local peer = server:accept()
client:settimeout(0)
peer:settimeout(0)
local s = assert(ssl.wrap(peer, { mode = "server", protocol = "any", key = "key.pem", certificate = "cert.pem" }))
local c = assert(ssl.wrap(client, { mode = "client", protocol = "tlsv1_2", verify = "none", options = "all" }))
s:settimeout(0)
c:settimeout(0)
local sdone, cdone
repeat
  sdone = sdone or s:dohandshake()
  cdone = cdone or c:dohandshake()
until sdone and cdone
s:settimeout(5)
c:settimeout(5)
print(c:send "over tls\n", s:receive())
print(s:send(("k"):rep(3000) .. "\n"), #c:receive())
local cert = c:getpeercertificate()
print(cert:subject()[1].name, cert:subject()[1].value, #cert:digest "sha256", c:info "protocol", cert:validat(os.time()))
print(c:want(), c:close(), s:receive())
print(ssl.newcontext { mode = "client", protocol = "none" })
print(pcall(ssl.newcontext, {}), ssl.newcontext { mode = "client", protocol = "any", key = "none.pem" })
