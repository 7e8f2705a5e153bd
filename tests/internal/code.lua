-- code.lua -- what T tells about compiled functions, line by line and number by number.

local function f(a, b, ...)
  local c = {1, 2, x = a}
  for i = 1, b do c[i] = -c.x + 1 end
  return f(c, "text")
end

local list = T.listcode(f)
assert(list.numparams == 2 and list.maxstack == 9)
local expected = {
  "(   4)    0 - NEWTABLE        3    2    1",
  "(   4)    1 - LOADK           4    0",
  "(   4)    2 - LOADK           5    1",
  "(   4)    3 - SETTABLE        3  258    0",
  "(   4)    4 - SETLIST         3    2    1",
  "(   5)    5 - LOADK           4    0",
  "(   5)    6 - MOVE            5    1    0",
  "(   5)    7 - LOADK           6    0",
  "(   5)    8 - FORPREP         4    4",
  "(   5)    9 - GETTABLE        8    3  258",
  "(   5)   10 - UNM             8    8    0",
  "(   5)   11 - ADD             8    8  256",
  "(   5)   12 - SETTABLE        3    7    8",
  "(   5)   13 - FORLOOP         4   -5",
  "(   6)   14 - GETUPVAL        4    0    0",
  "(   6)   15 - MOVE            5    3    0",
  "(   6)   16 - LOADK           6    3",
  "(   6)   17 - TAILCALL        4    3    0",
  "(   6)   18 - RETURN          4    0    0",
  "(   7)   19 - RETURN          0    1    0",
}
for i, line in ipairs(expected) do assert(list[i] == line, list[i]) end
assert(list[#expected + 1] == nil)

local constants = T.listk(f)
assert(constants[1] == 1 and constants[2] == 2 and constants[3] == "x" and constants[4] == "text")
constants = T.listk(function() local a = x == nil return a, nil end)
assert(constants[1] == "x" and constants[2] == nil)

assert(select("#", T.listlocals(f, 1)) == 3) -- a, b and the old-style arg
assert(table.concat({T.listlocals(f, 10)}, " ") == "a b arg c (for index) (for limit) (for step) i")
assert(table.concat({T.listlocals(f, 15)}, " ") == "a b arg c")
assert(select("#", T.listlocals(f, 1000)) == 0)

for _, name in ipairs{"listcode", "listk", "listlocals"} do
  local ok, message = pcall(T[name], print, 1)
  assert(not ok and message:find("Lua function expected"), message)
  assert(not pcall(T[name]))
end

local limits = T.limits()
assert(limits.BITS_INT == 32 and limits.LFPF == 50 and limits.MAXVARS == 200 and
       limits.MAXSTACK == 250 and limits.MAXUPVALUES == 60 and limits.NUM_OPCODES == 38)

-- A dumped function lists the same; a stripped one has no lines.
local again = loadstring(string.dump(f))
local copy = T.listcode(again)
for i, line in ipairs(expected) do assert(copy[i] == line) end

-- The two differences of 5.1.0, which only this variant has.
local function names(g)
  local words = {}
  for i, line in ipairs(T.listcode(g)) do words[i] = line:match("%- (%u+)") end
  return table.concat(words, " ")
end
assert(names(function() local a, b a = nil end) == "RETURN")
assert(names(function(a) a = nil end) == "LOADNIL RETURN")
assert(names(function(...) arg = nil end) ~= "RETURN")
assert((function(a) a = nil return a end)(1) == nil)
assert((function(...) local x arg = nil x = nil return x, arg end)(1) == nil)
assert(names(function() repeat local x = 1 until false end) == "LOADK JMP RETURN")
assert(names(function() repeat local x until nil end) == "LOADNIL JMP RETURN")
local n = 0
repeat n = n + 1 if n == 3 then break end until false
assert(n == 3)
-- Where the value of a literal is wanted, it is tested as ever.
local always = true
assert((((nil and nil) or false) and true) == false and ((always and nil or false) and 1) == false)
assert((function(a) return (a and false) and 1 end)(nil) == nil)
assert((function(a) if (a or false) then return 1 elseif a and false then return 2 end return 3 end)(nil) == 3)
assert((function() while nil do return 1 end if false then return 2 else return 3 end end)() == 3)
