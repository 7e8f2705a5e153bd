-- oracle.lua: which runtimes `oracle run` compares, over which cases; docs/oracle/config.md tells
-- the fields.  Names of files are relative to this folder.

-- A build of ours: its library, its programs, and the command that makes them.
local function ours(variant, command, folder, luac)
  folder = folder or "build/" .. variant
  return { lib = folder .. "/liblua5.1.so.0", cmd = folder .. "/lua",
           luac = luac or folder .. "/luac", mode = variant,
           build = command or "make VARIANT=" .. variant }
end

local function by_program(side)
  side.engine = "exec"
  return side
end

-- What takes its time, or the machine's memory, on purpose.
local slow = "tag(slow) | file(oracle/corpus/hardening/**)"

local function slowed(side, factor)
  side.slowness = factor
  return side
end

-- A way to run the files of the PUC-Rio suite (lua-5.1-tests/README.md): each in a copy of their
-- folder, `quick` where a bare `oracle run` does it.
local function suite(why, variant, fields)
  local side = by_program(slowed(ours(variant, nil, nil, ""), fields.slowness or 1))
  local ref, files = { engine = "exec", luac = "" }, fields.files or "oracle/suite/long.cases"
  ref.args, side.args = fields.args, fields.args
  return { why = why, default = fields.quick or false, ref = ref, cand = side,
           input = { "oracle/suite/suite.cases", files },
           folder = { path = "lua-5.1-tests", variable = "SUITE_DIR", file = "all.lua",
                      build = "make suite-files" },
           needs = fields.needs, dirs = { "tests/suite::suite" }, env = { LUA_PATH = "?;./?.lua" },
           channels = fields.channels or { "exit", "stdout", "stderr" },
           limits = { wall = "60s", mem = "4G" } }
end

-- The same, and once more with every file through dump and undump; `fields` is a function that
-- makes them anew.
local function add_suite(modes, name, why, variant, fields)
  modes["suite:" .. name] = suite(why, variant, fields())
  local trip, args = fields(), { "suite/roundtrip.lua" }
  if trip.args then args = { trip.args[1], trip.args[2], args[1] } end
  trip.args, trip.quick = args, false
  modes["suite:" .. name .. "+rt"] = suite(why .. ", through dump and undump", variant, trip)
end

local whole = { "libs", "locale-pt_BR" }     -- what the suite can use
local exit = { "exit" }                      -- with T its files say more than lua5.1 does

local modes = {
  inproc = { why = "both libraries in one process: everything that is quick", exclude = slow },
  slow = { why = "what is slow on purpose: floods, hangs, exhaustion",
           exclude = "!(" .. slow .. ")", ref = { engine = "exec" }, cand = { engine = "exec" } },
  exec = { why = "a process of lua for every case", exclude = slow,
           ref = { engine = "exec" }, cand = { engine = "exec" } },
  hooks = { why = "under a line and count hook, which is another path through the VM",
            transform = "hooks", exclude = slow },
  dump = { why = "every chunk through string.dump and loadstring", transform = "dump",
           exclude = slow },
  coroutine = { why = "every chunk inside a coroutine", transform = "coroutine", exclude = slow },

  ["release-clang"] = { why = "clang's build", exclude = slow,
                        cand = ours("release", "make CC=clang-19 BUILD=build/clang",
                                    "build/clang") },
  ["release-gcc"] = { why = "gcc's build", exclude = slow,
                      cand = ours("release", "make CC=gcc BUILD=build/gcc", "build/gcc") },
  internal = { why = "assertions and the library T", exclude = slow, ref = { engine = "exec" },
               cand = slowed(by_program(ours("internal", nil, nil, "")), 5),
               channels = { "exit", "stdout", "stderr" } },
  gcstress = { why = "a collection and a new stack at every chance", exclude = slow,
               cand = slowed(ours("gcstress"), 30) },
  asan = { why = "address and undefined-behaviour sanitizers", exclude = slow,
           cand = slowed(ours("asan"), 10) },
  ["slow-asan"] = { why = "what floods and crashes the reference, under sanitizers",
                    exclude = "!(" .. slow .. ")", ref = { engine = "exec" },
                    cand = slowed(by_program(ours("asan")), 10) },

  programs = { why = "what two programs show, over all cases: for `oracle diff`", default = false,
               ref = { engine = "exec" }, cand = { engine = "exec" },
               channels = { "exit", "stdout", "stderr" }, limits = { wall = "10s", mem = "1G" } },
  luajit = { why = "how another implementation differs from 5.1.5", default = false,
             exclude = slow, ledger = "oracle/ledgers/luajit.lua",
             cand = { lib = "libluajit-5.1.so.2", cmd = "luajit", luac = "", mode = "",
                      build = "apt-get install luajit" },
             channels = { "exit", "values", "stdout" }, limits = { wall = "1s" } },
  ["lua5.4"] = { why = "what 5.4 does with programs for 5.1", default = false, exclude = slow,
                 ledger = "oracle/ledgers/lua5.4.lua",
                 ref = { engine = "exec" },
                 cand = { engine = "exec", cmd = "lua5.4", luac = "", mode = "",
                          build = "apt-get install lua5.4" },
                 channels = { "exit", "stdout" }, limits = { wall = "3s" } },
}

add_suite(modes, "portable", "the PUC-Rio suite without C modules and locale", "release",
          function() return { quick = true } end)
add_suite(modes, "soft", "its own shorter loops", "release", function()
  return { args = { "-e", "_soft=true" }, files = "oracle/suite/soft.cases" }
end)
add_suite(modes, "full", "with C modules and the locale pt_BR", "release",
          function() return { needs = whole } end)
add_suite(modes, "internal", "the library T looks inside", "internal",
          function() return { needs = whole, slowness = 10, channels = exit } end)
add_suite(modes, "gcstress", "a collection at every chance", "gcstress",
          function() return { needs = whole, slowness = 30 } end)
add_suite(modes, "asan", "sanitizers", "asan",
          function() return { needs = whole, slowness = 10 } end)

return {
  input = { "oracle/corpus" },
  rules = "oracle/rules",
  ref = { lib = "liblua5.1.so.0", cmd = "lua5.1", luac = "luac5.1", version = "5.1.5",
          build = "apt-get install lua5.1 liblua5.1-0" },
  cand = ours("release", "make"),

  modes = modes,
}
