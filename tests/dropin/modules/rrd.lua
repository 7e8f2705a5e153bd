-- A round-robin database through lua-rrd.
-- packages: lua-rrd
local rrd = require "rrd"
rrd.create("x.rrd", "--start", "920804400", "--step", "300", "DS:speed:COUNTER:600:U:U", "RRA:AVERAGE:0.5:1:24")
for index = 0, 9 do rrd.update("x.rrd", (920804700 + index * 300) .. ":" .. (12345 + index * index * 12)) end
local start, step, names, rows = rrd.fetch("x.rrd", "AVERAGE", "--start", "920804400", "--end", "920807700")
print(start, step, names[1], #rows)
for _, row in ipairs(rows) do print((tostring(row[1]):gsub("^%-?nan", "nan"))) end
print(rrd.last "x.rrd", pcall(rrd.update, "none.rrd", "1:2"))
