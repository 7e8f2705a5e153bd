-- Members of an archive through lua-zip: files that are userdata, lines as iterators.
-- packages: lua-zip zip
local zip = require "zip"
for name, text in pairs { ["a.txt"] = "one\ntwo\nthree\n", ["b.txt"] = ("z"):rep(10000) } do
  local file = io.open(name, "w")
  file:write(text)
  file:close()
end
os.execute "zip -q -X all.zip a.txt b.txt"
local archive = assert(zip.open "all.zip")
local names = {}
for entry in archive:files() do names[#names + 1] = entry.filename .. ":" .. entry.uncompressed_size end
table.sort(names)
print(table.concat(names, " "))
local file = archive:open "a.txt"
print(file:read "*l", file:read(2), file:read "*a", file:read(1))
print(file:seek("set", 0), file:read "*a", file:close())
for line in archive:open "a.txt":lines() do print(line) end
print(#archive:open "b.txt":read "*a", archive:open "none")
print(zip.open "none.zip")
print(pcall(file.read, file, 1), pcall(archive.open, archive))
print(zip.openfile("all/a.txt", { "zip" }):read "*l")
file = nil
collectgarbage() -- an archive stays open as long as its files
print(archive:close(), pcall(archive.open, archive, "a.txt"))
