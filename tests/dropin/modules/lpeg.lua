-- Grammars, captures and match-time functions of LPeg: a C module that calls back into Lua and
-- keeps patterns in userdata with environments.
-- packages: lua-lpeg
local lpeg = require "lpeg"
local P, R, S, V, C, Ct, Cf, Cg, Cc, Cmt, Cs, Cb =
  lpeg.P, lpeg.R, lpeg.S, lpeg.V, lpeg.C, lpeg.Ct, lpeg.Cf, lpeg.Cg, lpeg.Cc, lpeg.Cmt, lpeg.Cs, lpeg.Cb
print(lpeg.version())
local space = S " \n\t" ^ 0
local number = C(P "-" ^ -1 * R "09" ^ 1 * (P "." * R "09" ^ 1) ^ -1) / tonumber * space
local function apply(a, op, b)
  if op == "+" then return a + b elseif op == "-" then return a - b
  elseif op == "*" then return a * b else return a / b end
end
local expression = P { "Exp",
  Exp = Cf(V "Term" * Cg(C(S "+-") * space * V "Term") ^ 0, apply),
  Term = Cf(V "Factor" * Cg(C(S "*/") * space * V "Factor") ^ 0, apply),
  Factor = number + P "(" * space * V "Exp" * P ")" * space }
for _, text in ipairs { "1 + 2*3", "(1+2)*3 - -4/8", "2*(3+(4-1))*0.25", "1+" } do
  print(text, (space * expression * -1):match(text))
end
local csv = Ct((C((1 - S ",\n") ^ 0)) * (P "," * C((1 - S ",\n") ^ 0)) ^ 0)
print(table.concat(csv:match "alpha,,beta,gamma delta", "|"))
-- Long brackets: the closing level is checked while matching.
local open = "[" * Cg(P "=" ^ 0, "init") * "[" * P "\n" ^ -1
local close = "]" * C(P "=" ^ 0) * "]"
local equal = Cmt(close * Cb "init", function(_, _, a, b) return a == b end)
print((open * C((P(1) - equal) ^ 0) * close / 1):match "[==[a ]=] b]==]")
print(Cs(((P "cat" / "dog") + 1) ^ 0):match "concat a cat")
print(Cs((R "az" / string.upper + 1) ^ 0):match "mixed 12 Case")
local words = {}
P((C(R "az" ^ 1) / function(w) words[#words + 1] = w; return w:len() end + 1) ^ 0):match "one two,three"
print(table.concat(words, "+"))
print(pcall(P, { V "a", a = V "b" }))
print(pcall(function() return P(1) ^ 0 * P {} end))
print(pcall(lpeg.match, P "x" / function() error { 1 } end, "x"))
print(pcall(lpeg.match, Cmt(1, function() error "from match time" end), "x"))
print(lpeg.type(P(1)), lpeg.type "x", (P(1) ^ 0):match(("y"):rep(100000)))
local deep = P { "(" * V(1) ^ 0 * ")" }
print(pcall(deep.match, deep, ("("):rep(500) .. (")"):rep(500)))
lpeg.setmaxstack(2000)
print(deep:match(("("):rep(500) .. (")"):rep(500)))
local re = require "re"
print(re.match("key = value", "{| {%w+} %s* '=' %s* {%w+} |}")[2])
print(re.gsub("hello world", "[aeiou]", "."), re.find("the number 42", "[0-9]+"))
for _ = 1, 2000 do local _ = P "a" * Cc(_) end
collectgarbage()
print(Ct(Cc(nil, 1, "two", true)):match "" [3])
