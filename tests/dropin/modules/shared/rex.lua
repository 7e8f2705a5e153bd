-- What the four backends of lrexlib are asked: gsub with functions, iterators, errors out of callbacks.
local rex = ...
print(rex.match("key = value", "([a-z]+) *= *([a-z]+)"))
print(rex.find("the year 1994 and 2012", "[0-9]+", 12))
for word, digits in rex.gmatch("a1 bb22 ccc333", "([a-z]+)([0-9]+)") do print(word, digits) end
print(rex.gsub("hello world", "o", "0"), rex.gsub("hello", "(l+)", "<%1>"))
print(rex.gsub("one two three", "[a-z]+", function(w) if w ~= "two" then return w:upper() end end))
print(rex.gsub("$name is $age", "[$]([a-z]+)", { name = "lua", age = 12 }))
for field, sep in rex.split("a, b;c", "[,;] *") do io.write(tostring(field), "|", tostring(sep), "\n") end
print(pcall(rex.new, "(unclosed"))
print(pcall(rex.gsub, "abc", "b", function() error "callback failed" end))
print(pcall(rex.match, "x"))
print(pcall(rex.gsub, "abc", "b", print, {}))
local pattern = rex.new "(x)|(y)"
print(pattern:exec "zzy", select(3, pattern:tfind "zzy")[2], pattern:match "none")
print(rex.count and rex.count("banana", "a"))
print(#rex.gsub(("ab"):rep(20000), "a", "cc"))
print(type(rex.flags()), tostring(pattern):match "^[%w_]+")
local co = coroutine.wrap(function() for w in rex.gmatch("p q r", "[a-z]") do coroutine.yield(w) end end)
print(co(), co(), co())
