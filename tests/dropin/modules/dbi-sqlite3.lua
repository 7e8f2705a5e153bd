-- Prepared statements of LuaDBI on SQLite: rows as iterators, bound values of every type.
-- packages: lua-dbi-sqlite3
local DBI = require "DBI"
print(table.concat(DBI.Drivers(), " "))
local db = assert(DBI.Connect("SQLite3", "file.db"))
db:autocommit(true)
print(DBI.Do(db, "CREATE TABLE t (a INTEGER, b TEXT, c REAL, d BOOLEAN)"))
local insert = assert(db:prepare "INSERT INTO t VALUES (?, ?, ?, ?)")
for index = 1, 5 do print(insert:execute(index, "row" .. index, index / 3, index % 2 == 0), insert:affected()) end
print(insert:execute(6, nil, 1e300, nil))
local select_ = assert(db:prepare "SELECT a, b, c FROM t WHERE a >= ? ORDER BY a")
select_:execute(3)
for row in select_:rows(true) do print(row.a, row.b, row.c) end
select_:execute(5)
for row in select_:rows() do print(row[1], row[2], row[3]) end
print(table.concat(select_:columns(), " "))
print(db:prepare "SELECT nothing FROM nowhere")
print(pcall(insert.execute, insert, {}))
print(db:quote "it's", db:ping(), select_:close(), insert:close())
print(db:close(), pcall(db.prepare, db, "SELECT 1"))
print(pcall(DBI.Connect, "Oracle", "x"))
