-- tables.lua -- sizes of the two parts of tables, where keys lie in them, and what a deleted key leaves
-- behind: all of it can be seen through `next` and `#`, so all of it is fixed.

local function sizes(t) local a, h = T.querytab(t) return a, h end

local function expect(t, narray, nhash, what)
  local a, h = sizes(t)
  if a ~= narray or h ~= nhash then
    error(string.format("%s: (%d,%d), expected (%d,%d)", what, a, h, narray, nhash), 2)
  end
end

local function power(k) -- the smallest power of two >= k; 0 for 0
  local p = 1
  while p < k do p = p * 2 end
  return k == 0 and 0 or p
end

-- The order in which a table is visited, and the shape of its chains.
local function check_chains(t)
  local asize, hsize, free = T.querytab(t)
  local head = {} -- node -> main position of its chain
  for i = 0, hsize - 1 do
    local key, value = T.querytab(t, asize + i)
    if key == nil then
      assert(i < free, "a node above the free pointer is free")
    elseif value ~= nil then
      assert(rawequal(rawget(t, key), value))
      local home, at = T.hash(key, t), nil
      at = home
      while at ~= i do -- the chain of its main position leads to it
        local _, _, after = T.querytab(t, asize + at)
        at = assert(after, "a key is in no chain")
        assert(at >= free and at < hsize, "a colliding node is below the free pointer")
      end
    end
  end
end

-- Floating-point bytes: never less, at most an eighth more.
for i = 1, 30000, 7 do
  local byte, size = T.int2fb(i)
  assert(byte < 256 and size >= i and size <= i * 1.125, i)
end
assert(T.int2fb(0) == 0 and select(2, T.int2fb(2 ^ 30)) == 2 ^ 30)

-- Constructors.
for i = 0, 40 do
  for k = 0, 40, 8 do
    local items, fields = string.rep("1,", i), {}
    for j = 1, k do fields[j] = "k" .. j .. "=1" end
    local t = loadstring("return {" .. items .. table.concat(fields, ",") .. "}")()
    expect(t, select(2, T.int2fb(i)), power(k), "constructor of " .. i .. " and " .. k)
    assert(#t == i)
    check_chains(t)
  end
end
local function several(n) return unpack({}, 1, n) end
for n = 0, 40 do
  expect({several(n)}, n, 0, "open constructor")
  expect({1, 2, 3, several(n)}, n + 3, 0, "open constructor after three")
  expect((function(...) return {...} end)(several(n)), n, 0, "vararg constructor")
end

-- One key at a time.
local t = {}
t[2] = 1 expect(t, 0, 1, "t[2]")
t = {} t[0] = 1 expect(t, 0, 1, "t[0]") t[2] = 1 expect(t, 0, 2, "t[0], t[2]")
t = {} t[0] = 1 t[1] = 1 expect(t, 1, 1, "t[0], t[1]")
local up, down, names = {}, {}, {}
for i = 1, 130 do
  up[i] = true expect(up, power(i), 0, "upwards")
  names["a" .. i] = true expect(names, 0, power(i), "names")
  assert(#up == i and #names == 0)
  check_chains(names)
end
for n = 1, 130 do
  down = {}
  for i = n, 1, -1 do down[i] = true end
  expect(down, power(n), 0, "downwards")
end

-- Nil for an absent key makes the key, and so a rehash; the new key counts as one.
t = {}
for i = 1, 16 do t[i] = i end
for i = 1, 11 do t[i] = nil end
for i = 30, 40 do t[i] = nil end
expect(t, 0, 8, "five left of sixteen")
t[10] = 1
for i = 30, 40 do t[i] = nil end
expect(t, 0, 8, "six left")
for i = 1, 14 do t[i] = nil end
for i = 30, 50 do t[i] = nil end
expect(t, 0, 4, "two left")

-- Keys of every kind, colliding and not.
local kinds = {}
for i = 1, 300 do
  kinds[{}] = i kinds[function() end] = i kinds[newproxy()] = i kinds[i * 0.1] = i kinds[-i] = i
  kinds[2 ^ 31 + i] = i kinds[2 ^ 52 + i] = i kinds["key " .. i] = i kinds[T.pushuserdata(i)] = i
  kinds[coroutine.create(function() end)] = i
  if i % 50 == 0 then check_chains(kinds) end
end
kinds[true], kinds[false], kinds[1e300], kinds[-1e300], kinds[1 / 0] = 1, 1, 1, 1, 1
check_chains(kinds)
assert(rawequal(kinds[-0], kinds[0]))

-- A key that is deleted while it is the current one still leads on, also after its object is freed.
for round = 1, 3 do
  t = {}
  for i = 1, 200 do t[round == 1 and {} or round == 2 and "key" .. i or i * 3] = i end
  local seen = 0
  for key in pairs(t) do
    t[key] = nil
    key = nil
    seen = seen + 1
    if seen % 20 == 0 then collectgarbage() end
  end
  assert(seen == 200 and next(t) == nil)
  check_chains(t)
end
-- The same where the key lives only in the caller's register.
t = {}
for i = 1, 50 do t[{i}] = true end
local key = next(t)
for _ = 1, 50 do
  local after = next(t, key)
  t[key] = nil
  collectgarbage()
  local again = next(t, key)
  assert(rawequal(after, again))
  key = after
end
assert(key == nil)

-- Borders.
for i = 0, 50 do
  t = {}
  for j = 0, i do t[2 ^ j] = true end
  local n = #t
  assert((n == 0 or t[n] ~= nil) and t[n + 1] == nil)
end
t = {}
for i = 1, 100 do t[i] = true assert(#t == i) end

-- String table: it grows with the strings and shrinks when they are gone.
collectgarbage()
local before, buckets = T.querystr()
local many = {}
for i = 1, 5000 do many[i] = "string number " .. i end
local during, more = T.querystr()
assert(during >= before + 5000 and more >= during and more < 4 * during)
local found = 0
for b = 1, more do found = found + select("#", T.querystr(nil, b)) end
assert(found == T.querystr() and T.querystr(nil, more + 1) == nil)
many = nil
for _ = 1, 12 do collectgarbage() end
local after, fewer = T.querystr()
assert(after < before + 100 and fewer < more and fewer >= after)
assert(T.hash("") == 0 and T.hash("a") == 128 and T.hash("abc") == 198887)
assert(not pcall(T.hash, {}))
T.checkmemory()
