-- Processes, pipes, signals, files and time of luaposix.
-- packages: lua-posix
-- sanitizer-preload: libcrypt.so.1
local posix = require "posix"
local unistd, wait = require "posix.unistd", require "posix.sys.wait"
print(posix.version)
local r, w = posix.pipe()
local pid = posix.fork()
if pid == 0 then
  posix.close(r)
  posix.write(w, "from the child")
  posix._exit(7)
end
posix.close(w)
print(posix.read(r, 100), select(2, posix.wait(pid)), select(3, wait.wait(pid)))
print(posix.getpid "pid" == posix.getpid().pid, posix.basename "/a/b.c", posix.dirname "/a/b.c")
print(posix.mkdir "d", posix.mkdir "d")
local fd = posix.open("d/f", posix.O_CREAT + posix.O_RDWR, "rw-r-----")
print(posix.write(fd, "0123456789"), posix.lseek(fd, 3, posix.SEEK_SET), posix.read(fd, 4))
posix.close(fd)
local st = require "posix.sys.stat".stat "d/f"
print(st.st_size, posix.stat("d/f", "type"), posix.stat("d/f", "mode"))
for _, name in ipairs(posix.glob "d/*") do print(name) end
local names = posix.dir "d"
table.sort(names)
print(table.concat(names, " "))
print(posix.unlink "d/f", posix.rmdir "d", posix.rmdir "d")
print(posix.fnmatch("*.lua", "x.lua"), posix.fnmatch("*.lua", "x.c"))
local caught = 0
require "posix.signal".signal(posix.SIGUSR1, function(n) caught = caught + n end)
posix.kill(posix.getpid "pid", posix.SIGUSR1)
for _ = 1, 10 do caught = caught + 0 end
print(caught)
print(posix.setenv("DROPIN", "set"), posix.getenv "DROPIN", os.getenv "DROPIN")
local t = require "posix.time"
print(t.strftime("%Y-%m-%d %H:%M:%S", t.gmtime(86400 * 365)))
local time = require "posix.time".gmtime(1e9)
print(time.tm_year, time.tm_mon, time.tm_mday, time.tm_hour)
print(pcall(posix.open, {}, 1))
print(pcall(posix.stat, "d", "colour"))
print(pcall(unistd.close, "x"))
print(pcall(unistd.read, 1.5))
local opts = {}
for opt, arg in posix.getopt({ [0] = "x", "-a", "-b", "value", "rest" }, "ab:") do
  opts[#opts + 1] = opt .. "=" .. tostring(arg)
end
print(table.concat(opts, " "))
print(posix.crypt("secret", "ab"))
local poll = require "posix.poll"
local p, q = unistd.pipe()
print(poll.rpoll(p, 0), unistd.write(q, "x"), poll.rpoll(p, 1000))
local copy = posix.dup2(q, 50)
print(copy, posix.write(copy, "y"), posix.read(p, 10))
print(posix.spawn and posix.spawn { "sh", "-c", "exit 3" })
