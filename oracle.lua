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

return {
  input = { "oracle/corpus" },
  rules = "oracle/rules",
  ref = { lib = "liblua5.1.so.0", cmd = "lua5.1", luac = "luac5.1", version = "5.1.5",
          build = "apt-get install lua5.1 liblua5.1-0" },
  cand = ours("release", "make"),

  modes = {
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
  },
}
