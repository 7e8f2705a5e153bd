-- MessagePack and RPC sessions of lua-mpack.
-- packages: lua-mpack
local mpack = require "mpack"
local function hex(s) return (s:gsub(".", function(c) return ("%02x "):format(c:byte()) end)) end
local pack, unpack_ = mpack.Packer(), mpack.Unpacker()
for _, value in ipairs { 0, -1, 127, 128, -129, 65536, 2 ^ 40, 0.5, 1e300, "text", ("s"):rep(40), true, false, { 1, { 2 } }, { key = "value" } } do
  local bytes = pack(value)
  local back = unpack_(bytes)
  print(hex(bytes):sub(1, 60), type(back) == "table" and (back[1] or back.key) or back)
end
print(mpack.NIL == unpack_(pack(mpack.NIL)), hex(mpack.pack(mpack.NIL)))
local out, position = mpack.Unpacker()(pack { 1, 2, 3 } .. "rest")
print(#out, position)
local stream = mpack.Unpacker()
local bytes, value = pack { "split", { 1, 2, 3 } }
for byte in bytes:gmatch "." do value = stream(byte) end
print(value[1], value[2][3])
print(pcall(unpack_, "\193"), pcall(pack))
print(pcall(mpack.pack, print))
local client, server = mpack.Session(), mpack.Session()
local request = client:request "tag" .. mpack.pack "method" .. mpack.pack { 1, 2 }
local kind, id, method, args = server:receive(request)
print(kind, id, method, args)
