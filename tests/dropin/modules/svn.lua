-- A Subversion repository made and filled through lua-svn: baton pointers, callbacks with Lua functions.
-- packages: lua-svn
local svn = require "svn"
local here = io.popen("pwd"):read()
svn.repos_create "repo"
local url = "file://" .. here .. "/repo"
print(svn.mkdir(url .. "/trunk", "first"))
print(svn.checkout(url .. "/trunk", "wc"))
local file = io.open("wc/a.txt", "w")
file:write "contents\n"
file:close()
svn.add "wc/a.txt"
print(svn.commit("wc", "second"))
print(svn.cat(url .. "/trunk/a.txt"))
for name in pairs(svn.list(url .. "/trunk")) do print(name) end
print(pcall(svn.cat, url .. "/none"))
