-- Conversions between encodings by lua-iconv.
-- packages: lua-iconv
local iconv = require "iconv"
local function hex(s) return s and (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
local to = iconv.new("latin1", "utf-8")
print(hex(to:iconv "h\195\169llo"))
local wide = iconv.open("utf-16le", "utf-8")
print(hex(wide:iconv "a\226\130\172"))
print(hex(iconv.new("ascii//translit", "utf-8"):iconv "plain"))
local out, code = to:iconv "\226\130\172"
print(hex(out), code == iconv.ERROR_INVALID, iconv.ERROR_INCOMPLETE)
print(select(2, to:iconv "\195"))
print(iconv.new("nonsense", "utf-8"))
print(pcall(to.iconv, to), pcall(to.iconv, {}, "x"))
local back = iconv.new("utf-8", "latin1")
print(#back:iconv(("\233"):rep(100000)))
