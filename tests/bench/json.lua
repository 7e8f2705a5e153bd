-- A JSON encoder and decoder: recursion over mixed data, find with positions, escapes, concat.
local escapes = {['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t"}
local unescapes = {['"'] = '"', ["\\"] = "\\", n = "\n", t = "\t"}

local encode

local function encode_string(s)
  return '"' .. s:gsub('[%c"\\]', escapes) .. '"'
end

local function encode_table(t)
  local out = {}
  if #t > 0 then
    for i, item in ipairs(t) do out[i] = encode(item) end
    return "[" .. table.concat(out, ",") .. "]"
  end
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys)
  for i, key in ipairs(keys) do out[i] = encode_string(key) .. ":" .. encode(t[key]) end
  return "{" .. table.concat(out, ",") .. "}"
end

function encode(value)
  local kind = type(value)
  if kind == "table" then return encode_table(value) end
  if kind == "string" then return encode_string(value) end
  return tostring(value)
end

local decode

local function skip(text, at) return text:find("%S", at) end

local function decode_string(text, at)
  local from, out = at + 1, {}
  while true do
    local stop = text:find('["\\]', from)
    out[#out + 1] = text:sub(from, stop - 1)
    if text:sub(stop, stop) == '"' then return table.concat(out), stop + 1 end
    out[#out + 1] = unescapes[text:sub(stop + 1, stop + 1)]
    from = stop + 2
  end
end

local function decode_array(text, at)
  local out = {}
  at = skip(text, at + 1)
  while text:sub(at, at) ~= "]" do
    out[#out + 1], at = decode(text, at)
    at = skip(text, at)
    if text:sub(at, at) == "," then at = skip(text, at + 1) end
  end
  return out, at + 1
end

local function decode_object(text, at)
  local out = {}
  at = skip(text, at + 1)
  while text:sub(at, at) ~= "}" do
    local key
    key, at = decode_string(text, at)
    at = skip(text, skip(text, at) + 1)
    out[key], at = decode(text, at)
    at = skip(text, at)
    if text:sub(at, at) == "," then at = skip(text, at + 1) end
  end
  return out, at + 1
end

function decode(text, at)
  local c = text:sub(at, at)
  if c == "{" then return decode_object(text, at) end
  if c == "[" then return decode_array(text, at) end
  if c == '"' then return decode_string(text, at) end
  local word, stop = text:match("^(%a+)()", at)
  if word then return word == "true", stop end
  local number
  number, stop = text:match("^(-?[%d.eE+-]+)()", at)
  return tonumber(number), stop
end

local function sample(n)
  local items = {}
  for i = 1, n do
    items[i] = {
      id = i, name = "item \"" .. i .. "\"", price = i + 0.125, sold = i % 2 == 0,
      tags = {"red", "tab\tbed", "back\\slash"}, size = {w = i % 10, h = i % 7, deep = {-i}},
    }
  end
  return {version = 3, items = items, note = "line one\nline two"}
end

local text = encode(sample(90))
local length = 0
for _ = 1, 95 do
  local again = encode(decode(text, 1))
  assert(again == text)
  length = length + #again
end
print("json", length, text:sub(1, 40))
