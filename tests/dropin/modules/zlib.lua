-- Streams of lua-zlib: closures as C functions with upvalues, chunks, checksums.
-- packages: lua-zlib
local zlib = require "zlib"
print(zlib.version())
local text = ("the quick brown fox "):rep(5000)
local packed, eof, bytes_in, bytes_out = zlib.deflate(9)(text, "finish")
print(#packed, eof, bytes_in, bytes_out)
print(zlib.inflate()(packed) == text)
local stream, parts = zlib.deflate(), {}
for index = 1, #text, 999 do parts[#parts + 1] = stream(text:sub(index, index + 998)) end
parts[#parts + 1] = stream("", "finish")
local inflate, out = zlib.inflate(), {}
for byte in table.concat(parts):gmatch "." do out[#out + 1] = inflate(byte) end
print(#table.concat(parts), table.concat(out) == text)
print(zlib.crc32()("hello"), zlib.adler32()("hello"))
local crc = zlib.crc32()
crc "he"
print(crc "llo", crc "" )
print(zlib.crc32(zlib.crc32()))
print(pcall(zlib.inflate(), "not a stream"))
print(pcall(zlib.deflate, 99))
print(pcall(stream, "after the end"))
print(pcall(zlib.deflate(), "x", "colour"))
local gz = zlib.deflate(6, 31)(text, "finish")
print(gz:sub(1, 2):byte(1, 2))
print(zlib.inflate(31)(gz) == text)
