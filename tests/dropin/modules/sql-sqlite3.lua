-- A database in memory through LuaSQL: cursors as iterators, NULLs, errors, objects closed by hand and by the collector.
-- packages: lua-sql-sqlite3
local driver = require "luasql.sqlite3"
local env = driver.sqlite3()
local con = assert(env:connect ":memory:")
print(con:execute "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, price REAL, note TEXT)")
for index, name in ipairs { "bolt", "nut", "O'Ring", "gear" } do
  print(con:execute(("INSERT INTO t (name, price) VALUES ('%s', %g)"):format(con:escape(name), index * 1.25)))
end
print(con:getlastautoid())
local cursor = con:execute "SELECT id, name, price, note FROM t ORDER BY id"
print(table.concat(cursor:getcolnames(), " "), table.concat(cursor:getcoltypes(), " "))
local row = cursor:fetch({}, "a")
while row do
  print(row.id, row.name, row.price, row.note)
  row = cursor:fetch(row, "a")
end
print(cursor:close())
for a, b in (function() local c = con:execute "SELECT name, price*2 FROM t WHERE price > 2"; return function() return c:fetch() end end)() do print(a, b) end
print(con:execute "SELECT * FROM nothing")
print(con:execute "INSERT INTO t (id) VALUES (1)")
print(pcall(con.execute, con))
print(con:setautocommit(false), con:execute "DELETE FROM t", con:rollback())
print(con:execute "SELECT count(*) FROM t":fetch())
print(tostring(con):gsub("0x%x+", "ADDR"))
collectgarbage()
print(con:close(), con:close(), env:close(), env:close())
print(pcall(con.execute, con, "SELECT 1"))
