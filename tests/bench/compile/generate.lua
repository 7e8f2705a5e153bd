-- Writes the sources that the compile benchmark gives to `luac -p`: the same for the same words.
--
--   lua generate.lua KIND SIZE    at least SIZE bytes of Lua on standard output; KIND is
--     code    functions of every statement and operator, as programs are
--     data    calls with nested tables full of constants, as saved data is
--     prose   comments, long strings and long names: work for the lexer alone
--
-- The random numbers come from whole numbers below 2^53, which every Lua computes alike.
local kind, size = arg[1], tonumber(arg[2])
local seed = 20231
local function random(limit)
  seed = (seed * 16807) % 2147483647
  return seed % limit + 1
end

local function one_of(list) return list[random(#list)] end

local syllables = {"ka", "lo", "mi", "ner", "tu", "sa", "po", "ri", "an", "ve", "do", "qu"}
local function word()
  local text = one_of(syllables) .. one_of(syllables)
  if random(2) == 1 then text = text .. one_of(syllables) end
  return text
end

local function number()
  local shape = random(5)
  if shape == 1 then return random(100000) .. "." .. random(1000) end
  if shape == 2 then return "0x" .. ("%x"):format(random(65536)) end
  if shape == 3 then return random(90) .. "e" .. random(20) end
  return tostring(random(300))
end

local function quoted()
  local text = word() .. " " .. word()
  if random(4) == 1 then text = text .. "\\n\\t" .. random(99) .. "\\065" end
  return random(3) == 1 and "'" .. text .. "'" or '"' .. text .. '"'
end

-- ---- code -----------------------------------------------------------------

local locals = {"a", "b", "c", "list", "state"}
local binary = {"+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or"}
local expression

local function operand(depth)
  local shape = random(12)
  if shape <= 4 or depth == 0 then return one_of(locals) end
  if shape == 5 then return number() end
  if shape == 6 then return quoted() end
  if shape == 7 then return one_of(locals) .. "." .. word() end
  if shape == 8 then return one_of(locals) .. "[" .. expression(depth - 1) .. "]" end
  if shape == 9 then return word() .. "(" .. expression(depth - 1) .. ")" end
  if shape == 10 then
    return one_of(locals) .. ":" .. word() .. "(" .. expression(depth - 1) .. ")"
  end
  if shape == 11 then
    return "{" .. expression(depth - 1) .. ", " .. word() .. " = " .. number() .. "}"
  end
  return "(" .. expression(depth - 1) .. ")"
end

function expression(depth)
  local shape = random(8)
  if shape == 1 then return "not " .. operand(depth) end
  if shape == 2 then return "#" .. one_of(locals) end
  if shape <= 5 then return operand(depth) .. " " .. one_of(binary) .. " " .. operand(depth) end
  return operand(depth)
end

local emit
local statement

local function block(indent, depth)
  for _ = 1, random(3) do statement(indent .. "  ", depth - 1) end
end

local function compound(indent, depth)
  local shape = random(6)
  if shape == 1 then
    emit(indent, "if ", expression(2), " then")
    block(indent, depth)
    if random(2) == 1 then
      emit(indent, "elseif ", expression(2), " then")
      block(indent, depth)
    end
    emit(indent, "else")
    block(indent, depth)
  elseif shape == 2 then
    emit(indent, "while ", expression(2), " do")
    block(indent, depth)
    emit(indent, "  if ", expression(1), " then break end")
  elseif shape == 3 then
    emit(indent, "for i = 1, ", expression(1), ", 2 do")
    block(indent, depth)
  elseif shape == 4 then
    emit(indent, "for key, value in pairs(", operand(1), ") do")
    emit(indent, "  state[key] = value")
    block(indent, depth)
  elseif shape == 5 then
    emit(indent, "local function ", word(), "(x, y, ...)")
    block(indent, depth)
    emit(indent, "  return x, ", expression(2), ", a, ...")
  else
    emit(indent, "do")
    block(indent, depth)
  end
  emit(indent, "end")
end

function statement(indent, depth)
  local shape = random(10)
  if depth > 0 and shape <= 3 then return compound(indent, depth) end
  if shape <= 5 then return emit(indent, "local ", word(), " = ", expression(2)) end
  if shape == 6 then
    return emit(indent, one_of(locals), ", ", one_of(locals), " = ", expression(2), ", b")
  end
  if shape == 7 then return emit(indent, one_of(locals), ".", word(), " = ", expression(3)) end
  if shape == 8 then return emit(indent, word(), "(", expression(2), ", ", quoted(), ")") end
  if shape == 9 then return emit(indent, one_of(locals), ":", word(), "(", expression(2), ")") end
  return emit(indent, "list[", expression(1), "] = ", expression(2))
end

local function code(n)
  emit("-- ", word(), " number ", n)
  emit("function ", word(), n, "(a, b, c)")
  emit("  local list, state = {}, {count = 0}")
  for _ = 1, 6 do statement("  ", 3) end
  emit("  return list, state")
  emit("end")
end

-- ---- data -----------------------------------------------------------------

local function data(n)
  emit("record {")
  emit("  id = ", n, ", name = ", quoted(), ", ratio = ", number(), ", active = true,")
  local row = {}
  for i = 1, 12 + random(60) do row[i] = random(2) == 1 and number() or quoted() end
  emit("  values = {", table.concat(row, ", "), "},")
  emit("  [", number(), "] = {", word(), " = {", quoted(), ", -", number(), "}; nil, false},")
  emit("}")
end

-- ---- prose ----------------------------------------------------------------

local function sentence()
  local words = {}
  for i = 1, 8 + random(12) do words[i] = word() end
  return table.concat(words, " ") .. "."
end

local function prose(n)
  for _ = 1, 4 do emit("-- ", sentence()) end
  emit("--[==[ ", sentence(), "\n", sentence(), "\n]==]")
  emit(word(), "_", word(), "_", word(), " = [[")
  for _ = 1, 5 do emit(sentence()) end
  emit("]]")
  emit(word(), "_", n % 100, " = \"", sentence(), "\\\n", sentence(), "\"")
end

-- ---- main -----------------------------------------------------------------

local writers = {code = code, data = data, prose = prose}
local write = writers[kind]
if not write or not size then
  io.stderr:write("usage: lua generate.lua code|data|prose SIZE\n")
  os.exit(2)
end

local written, line = 0, {}
function emit(...)
  local text = table.concat({...}) .. "\n"
  written = written + #text
  io.write(text)
end

-- A function holds at most 2^18 constants and 200 locals: a hundred pieces are a function, in a
-- block of its own.
local n = 0
while written < size do
  emit("do local function part()")
  for _ = 1, 100 do
    n = n + 1
    write(n)
  end
  emit("end part() end")
end
