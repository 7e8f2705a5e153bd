-- collector.lua -- phases, colours, weak tables, finalisers and resurrection, one small step at a time,
-- with a look at the whole heap between the steps.

local pause, stepmul = collectgarbage("setpause", 1000), collectgarbage("setstepmul", 1)

-- Phases come in their order, each cycle from the first to the last.
local order = {pause = 0, propagate = 1, ["sweep strings"] = 2, sweep = 3, finalize = 4}
for _ = 1, 3 do
  collectgarbage()
  assert(T.gcstate() == "pause")
  local last, seen = 0, {}
  repeat
    local done = collectgarbage("step", 0)
    local phase = T.gcstate()
    if not done then assert(order[phase] >= last) last = order[phase] end
    seen[phase] = true
  until done
  assert(seen.propagate and seen["sweep strings"] and seen.sweep)
end

-- Colours: white between cycles, then grey or black, and white again.
local object, text = {{}}, "a string of this test"
collectgarbage()
assert(T.gccolor(object) == "white" and T.gccolor(1) == "no collectable" and T.gccolor(nil) == "no collectable")
assert(not pcall(T.gccolor))
local colours = {white = true}
repeat
  local done = collectgarbage("step", 0)
  colours[T.gccolor(object)] = true
until done
assert(colours.black and T.gccolor(object) == "white" and T.gccolor(text) == "white")

-- Runs a whole cycle from the step `before` on, looking at the heap all the while.
local function cycle(check)
  local n = 0
  repeat
    n = n + 1
    if n % 97 == 0 then T.checkmemory() end
  until collectgarbage("step", 0)
  T.checkmemory()
end

-- Weak tables: what goes and what stays, whenever in a cycle the entries are made.
local function new_userdata() return T.newuserdata(10) end
for _, mode in ipairs{"k", "v", "kv"} do
  for before = 0, 2000, 250 do
    collectgarbage()
    local kept, weak = {}, setmetatable({}, {__mode = mode})
    for _ = 1, before do collectgarbage("step", 0) end
    for i = 1, 10 do
      local k, v = {}, {}
      kept[i] = i % 2 == 0 and k or v
      weak[k] = v
      weak[i] = {}
      weak["text " .. i] = i
      weak[new_userdata()] = "text"
      weak[function() end] = i
      if i % 3 == 0 then weak[i] = nil end
    end
    cycle() cycle() -- entries that were made while black live for one cycle more
    T.checkmemory()
    local tables, numbers, texts, others = 0, 0, 0, 0
    for k, v in pairs(weak) do
      if type(k) == "table" then tables = tables + 1
      elseif type(k) == "number" then numbers = numbers + 1
      elseif type(k) == "string" then texts = texts + 1
      else others = others + 1 end
    end
    assert(texts == 10, mode)
    assert(numbers == (mode == "k" and 7 or 0), mode)
    assert(tables == (mode == "kv" and 0 or 5), mode)
    assert(others == (mode == "v" and 20 or 0), mode)
  end
end

-- No ephemerons: a value that refers to its weak key keeps it.
local weak = setmetatable({}, {__mode = "k"})
for i = 1, 15 do local k = {} weak[k] = {k} end
collectgarbage() collectgarbage()
local n = 0
for _ in pairs(weak) do n = n + 1 end
assert(n == 15)

-- Finalisers: newest first, once, with a whole heap inside; the object may live on, and is not
-- finalised again.
for before = 0, 2000, 500 do
  collectgarbage()
  local log, revived, as_key, as_value = {}, {}, setmetatable({}, {__mode = "k"}), setmetatable({}, {__mode = "v"})
  local meta = {}
  meta.__gc = function(u)
    assert(debug.getmetatable(u) == meta and as_value[1] == nil and next(as_key) ~= nil)
    log[#log + 1] = debug.getfenv(u).number
    if #log == 2 then revived[1] = u end
    local _ = {{}, function() return u end, "text " .. #log}
    T.checkmemory()
  end
  for i = 1, 5 do
    local u = newproxy()
    debug.setmetatable(u, meta)
    debug.setfenv(u, {number = i})
    as_key[u], as_value[1] = i, u
  end
  for _ = 1, before do collectgarbage("step", 0) end
  cycle() cycle()
  assert(table.concat(log, " ") == "5 4 3 2 1", table.concat(log, " "))
  assert(debug.getfenv(revived[1]).number == 4)
  local keys = 0
  for _ in pairs(as_key) do keys = keys + 1 end
  cycle() cycle()
  keys = 0
  for _ in pairs(as_key) do keys = keys + 1 end
  assert(keys == 1 and #log == 5) -- the one that was revived
  revived[1] = nil
  cycle() cycle()
  assert(next(as_key) == nil and #log == 5)
end

-- Errors in finalisers leave through whoever collected; the others run later, each once.
local ran, errors = {}, 0
for i = 1, 12 do
  getmetatable(newproxy(true)).__gc = function() ran[i] = (ran[i] or 0) + 1 if i % 3 == 0 then error("in " .. i) end end
end
for _ = 1, 10 do
  local ok, message = pcall(collectgarbage)
  if not ok then errors = errors + 1 assert(message:find("in %d")) end
  T.checkmemory()
end
assert(errors == 4)
for i = 1, 12 do assert(ran[i] == 1) end

-- A finaliser that collects, and one that makes new userdata with finalisers.
local made = 0
local function finalise()
  made = made + 1
  collectgarbage()
  T.checkmemory()
  if made < 5 then getmetatable(newproxy(true)).__gc = finalise end
end
getmetatable(newproxy(true)).__gc = finalise
for _ = 1, 10 do collectgarbage() end
assert(made == 5)

-- Everything that can refer in a circle can go.
local gone = setmetatable({}, {__mode = "v"})
do
  local t, co, u = {}, nil, newproxy(true)
  local function f() return t, co, u, f end
  co = coroutine.create(function(...) local x = {t, f, u, ...} coroutine.yield(function() return x end) end)
  local _, g = coroutine.resume(co, f)
  t.f, t.co, t.u, t.g, t[t] = f, co, u, g, t
  debug.setfenv(u, t)
  getmetatable(u).t = t
  setfenv(f, t)
  gone.t, gone.f, gone.co, gone.u, gone.g = t, f, co, u, g
  t, co, u, f, g = nil
end
collectgarbage()
assert(next(gone) == nil)

-- Automatic collection: strings alone, tables alone, threads alone, userdata alone.
collectgarbage("setpause", 200)
collectgarbage("setstepmul", 200)
for _, make in ipairs{function(i) return "string " .. i end, function() return {} end,
                      function() return coroutine.create(function() end) end,
                      function() return newproxy() end,
                      function() return loadstring("return {}") end} do
  local witness = setmetatable({{}}, {__mode = "v"})
  local i = 0
  while witness[1] do i = i + 1 make(i) assert(i < 1000000) end
end
T.checkmemory()

collectgarbage("setpause", pause)
collectgarbage("setstepmul", stepmul)
