-- Clocks, environment and random bytes of lua-system.
-- packages: lua-system
local system = require "system"
local before = system.monotime()
system.sleep(0.01)
print(system.monotime() > before, system.gettime() > 1e9, pcall(system.sleep, "x"))
