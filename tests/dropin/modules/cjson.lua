-- Encoding and decoding of JSON by lua-cjson: string buffers, numbers as text, sparse arrays, errors.
-- packages: lua-cjson
local cjson = require "cjson"
local safe = require "cjson.safe"
print(cjson._NAME, cjson._VERSION)
print(cjson.encode { 1, 2.5, -0.125, 1e15, 1e100, 1 / 3, "a\n\"\\\0\127é", true, false, cjson.null, {} })
print(cjson.encode { nested = { list = { 1, { 2, { 3 } } } } })
local function show(value, indent)
  if type(value) ~= "table" then return print(indent .. tostring(value), type(value)) end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, key in ipairs(keys) do
    print(indent .. tostring(key) .. ":")
    show(value[key], indent .. "  ")
  end
end
show(cjson.decode [[{"a":[1,2,{"b":null}],"c":"\u00e9\ud83d\ude00\t","d":-1.5e3,"e":true,"f":{},"g":0.1}]], "")
for _, bad in ipairs { "", "[1,]", '{"a" 1}', '"\\x"', "[1 2]", "nul", "[" , '{"a":1', '"\\ud800"', "0x", "tru" } do
  print(bad, pcall(cjson.decode, bad))
  print(safe.decode(bad))
end
print(pcall(cjson.encode, { 1, nil, 3, [20] = 4 }))
print(pcall(cjson.encode, { [{}] = 1 }))
print(pcall(cjson.encode, { print }))
print(pcall(cjson.encode, { 0 / 0 }))
print(safe.encode { 1 / 0 })
local loop = {}; loop[1] = loop
print(pcall(cjson.encode, loop))
cjson.encode_sparse_array(true)
print(cjson.encode { 1, nil, 3, [6] = 4 })
cjson.encode_number_precision(4)
print(cjson.encode { math.pi, 12345678 })
cjson.decode_max_depth(3)
print(pcall(cjson.decode, "[[[[1]]]]"))
print(pcall(cjson.encode_number_precision, 99))
local big = {}
for index = 1, 20000 do big[index] = { id = index } end
local text = cjson.encode(big)
local back = cjson.decode(text)
print(#text, #back, back[20000].id)
local keys = {}
for index = 1, 40 do keys["key" .. index] = index end
print(cjson.encode(keys))
