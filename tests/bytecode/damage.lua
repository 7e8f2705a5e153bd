-- damage.lua -- what a compiler says about programs that are cut off or damaged.
--
-- Usage: lua damage.lua FILE...
-- Each file is cut into tokens, roughly; then it is compiled cut off behind each of them, without each
-- of them, and with each one exchanged with its neighbour.  A line a program: what was done, and the
-- message or, for programs that are still valid, a checksum of the code.  Two compilers agree if all
-- they print is the same.

local function split(text)
  local starts, at = {}, 1
  while at <= #text do
    starts[#starts + 1] = at
    local _, last = text:find("^%s*[%w_.]+", at)
    if not last then _, last = text:find("^%s*[^%w%s]", at) end
    at = (last or #text) + 1
  end
  starts[#starts + 1] = #text + 1
  return starts
end

local function checksum(s)
  local h = #s
  for i = 1, #s, 4 do
    local a, b, c, d = s:byte(i, i + 3)
    h = (h * 33 + a + 7 * (b or 0) + 61 * (c or 0) + 509 * (d or 0)) % 2147483647
  end
  return h
end

local function report(what, i, text)
  local f, message = loadstring(text, "=damage")
  print(what, i, f and checksum(string.dump(f)) or message)
end

for _, name in ipairs(arg) do
  local file = assert(io.open(name, "rb"))
  local text = file:read("*a")
  file:close()
  local starts = split(text)
  print("file", name, #starts)
  for i = 1, #starts - 1 do
    local here, behind = starts[i], starts[i + 1]
    report("cut", i, text:sub(1, behind - 1))
    report("delete", i, text:sub(1, here - 1) .. text:sub(behind))
    if starts[i + 2] then
      report("exchange", i, text:sub(1, here - 1) .. text:sub(behind, starts[i + 2] - 1) .. " " ..
             text:sub(here, behind - 1) .. text:sub(starts[i + 2]))
    end
  end
end
