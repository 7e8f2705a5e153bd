-- show.lua -- values as text that is the same in every run: no addresses.
local function one(v)
  if type(v) == "string" then return ("%q"):format(v):gsub("\\?\n", "\\n") .. "" end
  if type(v) == "number" or type(v) == "boolean" or v == nil then return tostring(v) end
  return type(v)
end

return function(...)
  local texts = {}
  for i = 1, select("#", ...) do texts[i] = (one((select(i, ...)))) end
  return table.concat(texts, " ")
end
