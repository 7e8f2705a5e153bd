-- Transfers of file URLs through lua-curl: write and read functions called from libcurl.
-- packages: lua-curl
local curl = require "curl"
local here = "file://" .. io.popen("pwd"):read()
local file = io.open("input", "w")
file:write(("line of text\n"):rep(10000))
file:close()
local function transfer(url, options)
  local c = curl.easy_init()
  c:setopt(curl.OPT_URL, url)
  for option, value in pairs(options) do c:setopt(option, value) end
  return c:perform()
end
local size, pieces = 0, 0
print(transfer(here .. "/input", {
  [curl.OPT_WRITEFUNCTION] = function(s)
    size = size + #s
    pieces = pieces + 1
    return #s
  end }))
print(size, pieces > 1)
print(transfer(here .. "/none", {}))
print(transfer(here .. "/input", { [curl.OPT_WRITEFUNCTION] = function() return 0 end }))
local text, at = ("0123456789"):rep(3000), 0
print(transfer(here .. "/output", { [curl.OPT_UPLOAD] = 1,
  [curl.OPT_READFUNCTION] = function(n)
    local piece = text:sub(at + 1, at + n)
    at = at + #piece
    return #piece, piece
  end }))
io.stdout:write(io.open("output"):read "*a" == text and "equal" or "different", "\n")
print(curl.escape "a b&c/\195\169", curl.unescape "a%20b%41")
print(pcall(transfer, here, { [curl.OPT_WRITEFUNCTION] = 1 }))
print(pcall(curl.easy_init().setopt, 1), curl._VERSION)
for _ = 1, 100 do curl.easy_init() end
collectgarbage()
