-- roundtrip.lua FILE -- why this file exists: it runs a file of the PUC-Rio suite from its binary form, so
-- that everything which the suite looks at (lines, names, sources) has gone through dump and undump.
-- What the file itself loads by loadfile (all.lua does so) goes the same way.
-- big.lua yields in its middle: it runs in a coroutine, where it answers 'b' and then 'a'.
local plain, name = loadfile, ...
arg[0], arg[1] = name, nil

function loadfile(...)
  local f, message = plain(...)
  if f == nil then return nil, message end
  return loadstring(string.dump(f))
end

local f = assert(loadfile(name))
if name ~= "all.lua" then loadfile = plain end
if name == "big.lua" then
  f = coroutine.wrap(f)
  assert(f() == "b")
  assert(f() == "a")
  print("OK")
  return
end
return f() -- a tail call: the file is below one main chunk, as when it runs alone
