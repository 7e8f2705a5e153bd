-- Directories, attributes, links and locks of LuaFileSystem.
-- packages: lua-filesystem
local lfs = require "lfs"
local here = lfs.currentdir()
print(lfs.mkdir "tree", lfs.mkdir "tree")
print(lfs.chdir "tree", lfs.currentdir() == here .. "/tree")
for index, name in ipairs { "b", "a", "c" } do
  local file = assert(io.open(name, "w"))
  file:write(("x"):rep(index * 100))
  file:close()
end
print(lfs.link("a", "hard"), lfs.link("b", "soft", true))
local names = {}
for name in lfs.dir "." do names[#names + 1] = name end
table.sort(names)
print(table.concat(names, " "))
for _, name in ipairs(names) do
  local is = lfs.symlinkattributes(name)
  if is.mode ~= "directory" then print(name, is.mode, is.size, is.nlink, is.permissions) end
end
print(lfs.touch("a", 1000000, 2000000), lfs.attributes("a", "access"), lfs.attributes("a", "modification"))
print(lfs.attributes("none"), select(2, lfs.attributes "none"))
print(pcall(lfs.attributes, "a", "colour"))
print(pcall(lfs.dir, "none"))
local iter, dir = lfs.dir "."
dir:close()
print(pcall(iter, dir))
local file = io.open("a", "r+")
print(lfs.lock(file, "w"), lfs.unlock(file), pcall(lfs.lock, file, "q"))
print(lfs.setmode(file, "binary"))
file:close()
print(pcall(lfs.lock, file, "r"))
local lock = lfs.lock_dir "."
print(type(lock), lfs.lock_dir ".")
lock:free()
for _, name in ipairs { "a", "b", "c", "hard", "soft" } do os.remove(name) end
print(lfs.chdir "..", lfs.rmdir "tree", lfs.rmdir "tree")
