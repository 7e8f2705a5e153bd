-- Events of a directory through lua-inotify.
-- packages: lua-inotify
local inotify = require "inotify"
local handle = inotify.init { blocking = false }
os.execute "mkdir watched"
local watch = handle:addwatch("watched", inotify.IN_CREATE, inotify.IN_MOVE, inotify.IN_DELETE)
print(watch)
io.open("watched/a", "w"):close()
os.rename("watched/a", "watched/b")
os.remove "watched/b"
for event in handle:events() do print(event.wd, event.mask, event.name) end
print(handle:read(), handle:addwatch("none", inotify.IN_CREATE), handle:rmwatch(watch), handle:close())
print(pcall(handle.addwatch, handle), pcall(inotify.init, 5, {}))
