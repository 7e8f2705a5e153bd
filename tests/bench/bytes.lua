-- One character at a time: byte, sub, char, and the table lookups around them.
local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local digit = {}
for i = 1, #alphabet do digit[alphabet:sub(i, i)] = i - 1 end

local function encode(text)
  local out = {}
  for i = 1, #text - 2, 3 do
    local a, b, c = text:byte(i, i + 2)
    local n = a * 65536 + b * 256 + c
    local d = n % 64
    n = (n - d) / 64
    local e = n % 64
    n = (n - e) / 64
    local f = n % 64
    local g = (n - f) / 64
    out[#out + 1] = alphabet:sub(g + 1, g + 1) .. alphabet:sub(f + 1, f + 1) ..
                    alphabet:sub(e + 1, e + 1) .. alphabet:sub(d + 1, d + 1)
  end
  return table.concat(out)
end

local function decode(text)
  local out, char, floor = {}, string.char, math.floor
  for i = 1, #text, 4 do
    local n = 0
    for k = i, i + 3 do n = n * 64 + digit[text:sub(k, k)] end
    out[#out + 1] = char(floor(n / 65536), floor(n / 256) % 256, n % 256)
  end
  return table.concat(out)
end

local function checksum(text)
  local a, b = 1, 0
  for i = 1, #text do
    a = (a + text:byte(i)) % 65521
    b = (b + a) % 65521
  end
  return b * 65536 + a
end

local function is_palindrome(text)
  for i = 1, #text / 2 do
    if text:sub(i, i) ~= text:sub(-i, -i) then return false end
  end
  return true
end

local text = ("Sphinx of black quartz, judge my vow. "):rep(78)
local sum = 0
for round = 1, 230 do
  local encoded = encode(text)
  assert(decode(encoded) == text)
  sum = (sum + checksum(encoded) * round) % 1000003
end
local mirror = text .. text:reverse()
for _ = 1, 300 do sum = sum + (is_palindrome(mirror) and 1 or 0) end
print("bytes", sum)
