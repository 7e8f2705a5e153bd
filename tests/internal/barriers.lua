-- barriers.lua -- no store into an object that the collector has already visited may hide the stored
-- value from it.  Each kind of store happens at each stage of a cycle, one object marked at a time, and
-- the whole heap is looked at after it.

local function fresh(n) return {"kept", n} end

-- Kinds of stores: make() gives an old holder, store(holder, v) puts v into it, get(holder) takes it out;
-- prepare(holder), if there is one, comes right before the cycle.
local kinds = {}

kinds["field, new"] = {
  make = function() return {} end,
  store = function(h, v) h.x = v end,
  get = function(h) return h.x end,
}
kinds["field, existing"] = {
  make = function() return {x = 1} end,
  store = function(h, v) h.x = v end,
  get = function(h) return h.x end,
}
kinds["key"] = {
  make = function() return {} end,
  store = function(h, v) h[v] = true end,
  get = function(h) return (next(h)) end,
}
kinds["array"] = {
  make = function() return {1, 2, 3} end,
  store = function(h, v) h[2] = v end,
  get = function(h) return h[2] end,
}
kinds["constructor"] = {
  make = function() return {} end,
  store = function(h, v) h[1] = {v, v, x = v} end,
  get = function(h) return h[1][2] end,
}
kinds["rawset"] = {
  make = function() return {} end,
  store = function(h, v) rawset(h, "x", v) end,
  get = function(h) return h.x end,
}
kinds["table.insert"] = {
  make = function() return {1} end,
  store = function(h, v) table.insert(h, 1, v) end,
  get = function(h) return h[1] end,
}
kinds["__newindex"] = {
  make = function() return setmetatable({}, {__newindex = {}}) end,
  store = function(h, v) h.x = v end,
  get = function(h) return getmetatable(h).__newindex.x end,
}
kinds["rehash"] = {
  make = function() return {} end,
  store = function(h, v) for i = 1, 20 do h[i] = {v} end end,
  get = function(h) return h[20][1] end,
}
kinds["metatable of a table"] = {
  make = function() return {} end,
  store = function(h, v) setmetatable(h, v) end,
  get = function(h) return getmetatable(h) end,
}
kinds["metatable of a userdata"] = {
  make = function() return newproxy() end,
  store = function(h, v) debug.setmetatable(h, v) end,
  get = function(h) return debug.getmetatable(h) end,
}
kinds["metatable of a type"] = {
  make = function() return true end,
  store = function(h, v) debug.setmetatable(h, v) end,
  get = function(h) local m = debug.getmetatable(h) debug.setmetatable(h, nil) return m end,
}
kinds["environment of a function"] = {
  make = function() return loadstring("return 1") end,
  store = function(h, v) setfenv(h, v) end,
  get = function(h) return getfenv(h) end,
}
kinds["environment of a userdata"] = {
  make = function() return newproxy() end,
  store = function(h, v) debug.setfenv(h, v) end,
  get = function(h) return debug.getfenv(h) end,
}
kinds["globals of a thread"] = {
  make = function() return coroutine.create(function() end) end,
  store = function(h, v) debug.setfenv(h, v) end,
  get = function(h) return debug.getfenv(h) end,
}
kinds["closed upvalue"] = {
  make = function() local x return {set = function(v) x = v end, get = function() return x end} end,
  store = function(h, v) h.set(v) end,
  get = function(h) return h.get() end,
}
kinds["upvalue through debug"] = {
  make = function() local x = 1 return function() return x end end,
  store = function(h, v) debug.setupvalue(h, 1, v) end,
  get = function(h) return h() end,
}
kinds["upvalue closed by a return"] = {
  make = function() return {} end,
  store = function(h, v) h.f = (function() local x = v return function() return x end end)() end,
  get = function(h) return h.f() end,
}
kinds["open upvalue of a sleeping coroutine"] = {
  make = function()
    local set, get
    local co = coroutine.create(function()
      local x
      set, get = function(v) x = v end, function() return x end
      coroutine.yield()
      return x
    end)
    coroutine.resume(co)
    return {co, set, get}
  end,
  store = function(h, v) h[2](v) end,
  get = function(h) return h[3]() end,
}
kinds["open upvalue whose coroutine dies"] = {
  make = function()
    local h = {}
    h[1] = coroutine.create(function()
      local x
      h[2], h[3] = function(v) x = v end, function() return x end
      coroutine.yield()
    end)
    coroutine.resume(h[1])
    return h
  end,
  store = function(h, v) h[1] = nil h[2](v) end,
  get = function(h) return h[3]() end,
}
kinds["open upvalue of a coroutine that is garbage already"] = {
  make = function() return {} end,
  prepare = function(h)
    coroutine.wrap(function()
      local x
      h.set, h.get = function(v) x = v end, function() return x end
      coroutine.yield()
    end)()
  end,
  store = function(h, v) h.set(v) end,
  get = function(h) return h.get() end,
}
kinds["upvalue that is closed after the store"] = {
  make = function()
    local h = {}
    h.go = coroutine.wrap(function()
      local x
      h.get = function() return x end
      x = coroutine.yield()
    end)
    h.go()
    return h
  end,
  store = function(h, v) h.go(v) end,
  get = function(h) return h.get() end,
}
kinds["stack of a coroutine"] = {
  make = function()
    local co = coroutine.create(function() local x = coroutine.yield() coroutine.yield() return x end)
    coroutine.resume(co)
    return co
  end,
  store = function(h, v) coroutine.resume(h, v) end,
  get = function(h) return (select(2, coroutine.resume(h))) end,
}
kinds["local through debug"] = {
  make = function()
    local co = coroutine.create(function() local x = 1 coroutine.yield() return x end)
    coroutine.resume(co)
    return co
  end,
  store = function(h, v) debug.setlocal(h, 1, 1, v) end,
  get = function(h) return (select(2, coroutine.resume(h))) end,
}
kinds["registry"] = {
  make = function() return {} end,
  store = function(h, v) h.ref = T.ref(v) end,
  get = function(h) local v = T.getref(h.ref) T.unref(h.ref) return v end,
}
kinds["upvalue of a C function"] = {
  make = function() return (T.testC("pushnum 1; pushcclosure 1; return 1")) end,
  store = function(h, v) h("pushvalue 2; replace U1", v) end,
  get = function(h) return (h("pushvalue U1; return 1")) end,
}
kinds["environment of a C function"] = {
  make = function() return (T.testC("pushcclosure 0; return 1")) end,
  store = function(h, v) h("pushvalue 2; replace E", v) end,
  get = function(h) return (h("pushvalue E; return 1")) end,
}
kinds["constants of a chunk"] = {
  make = function() return {} end,
  store = function(h, v)
    h.v = v
    h.f = loadstring("return 'a constant of its own', function() return 'another one' end")
  end,
  get = function(h)
    local a, f = h.f()
    assert(a == "a constant of " .. "its own" and f() == "another" .. " one")
    return h.v
  end,
}
kinds["a binary chunk"] = {
  make = function() return {code = string.dump(function() return {"text in it"}, function() end end)} end,
  store = function(h, v) h.v, h.f = v, loadstring(h.code) end,
  get = function(h) assert(h.f()[1] == "text" .. " in it") return h.v end,
}

-- How many minimal steps a cycle takes with what lives now.
local function count_steps()
  collectgarbage()
  local n = 0
  repeat n = n + 1 until collectgarbage("step", 0)
  return n
end

local pause, stepmul = collectgarbage("setpause", 1000), collectgarbage("setstepmul", 1)

for name, kind in pairs(kinds) do
  local steps = count_steps()
  local stride = math.max(1, math.floor(steps / 40))
  for before = 0, steps + stride, stride do
    local holder = kind.make()
    collectgarbage()
    if kind.prepare then kind.prepare(holder) end
    for _ = 1, before do collectgarbage("step", 0) end
    kind.store(holder, fresh(before))
    T.checkmemory()
    local more = 0
    repeat
      more = more + 1
      if more % 200 == 0 then T.checkmemory() end
    until collectgarbage("step", 0)
    T.checkmemory()
    local got = kind.get(holder)
    if type(got) ~= "table" or got[1] ~= "kept" or got[2] ~= before then
      error(name .. ": lost when stored after " .. before .. " steps")
    end
  end
end

collectgarbage("setpause", pause)
collectgarbage("setstepmul", stepmul)
