-- stack.lua -- what the instructions of the stack do, at its ends and in its middle.
local T = T or require "testc"
local show = require "show"

local function all(code, ...) return show(select(2, T.testC(code .. "; gettop; return .", ...))) end

for _, code in ipairs{
  "settop 1", "settop 3", "settop 5", "settop 9", "settop -1", "settop -2", "settop -4", "pop 0", "pop 1", "pop 3",
  "remove 2", "remove 3", "remove -1", "remove -3", "insert 2", "insert 3", "insert -1", "insert -3", "replace 2",
  "replace 4", "replace -1", "replace -3", "pushvalue 2", "pushvalue -1", "pushvalue -4", "pushvalue 1; remove 1",
  "insert 3; pushvalue 3; remove 3; pushvalue 2; remove 2; insert 2; pushvalue 1; remove 1; insert 1; insert -2; pushvalue -2; remove -3",
  "pushnum 3; remove .", "pushnum -2; pushvalue .", "pushnum 2; pushnum 7; pushnum 1; pop .; remove .",
  "gettop", "settop 0; pushstring x; settop 15; pushnum 5; insert 2",
  "pushvalue 2,pushvalue,3;pushvalue\n4\tpushnil",
} do print(code, all(code, "a", "b", "c")) end

for n = 0, 4 do
  print(n, show(T.testC("return " .. n, 1, 2, 3)))
end
print(show(T.testC("")), show(T.testC(" ;,\n\t")), show(T.testC("pushnum 1")))

for n = 0, 5 do print("concat", n, all("concat " .. n, "x", 1, 2.5, "", "z")) end
print(show(pcall(T.testC, "concat 2; return 1", "a", {})))
print(show(pcall(T.testC, "concat 3; return 1", nil, 1, 2)))
local mt = {__concat = function(a, b) return type(a) .. "+" .. type(b) end}
print(show(T.testC("concat 4; return 1", 1, 2, setmetatable({}, mt), "x")))

print(show(pcall(T.testC, "unknowninstruction")))
print(show(pcall(T.testC, "pushnum 1; 12 13")))
print(show(pcall(T.testC, ("x"):rep(29))), show(pcall(T.testC, ("x"):rep(30))))
print(show(pcall(T.testC, "pushnum 99999999999")))
print(show(pcall(T.testC)), show(pcall(T.testC, {})))
print(show(pcall(T.testC, "throw")), show(T.testC("pushvalue 2; call 0 0; return 1", function() T.testC "throw" end)))
