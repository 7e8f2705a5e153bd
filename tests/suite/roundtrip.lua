-- roundtrip.lua FILE -- why this file exists: it runs a file of the PUC-Rio suite from its binary form, so
-- that everything which the suite looks at (lines, names, sources) has gone through dump and undump.
-- What all.lua, and a case's own script, load by loadfile goes the same way.
local plain, name = loadfile, ...
arg[0], arg[1] = name, nil

function loadfile(...)
  local f, message = plain(...)
  if f == nil then return nil, message end
  return loadstring(string.dump(f))
end

local f = assert(loadfile(name))
if name ~= "all.lua" and name ~= "case.lua" then loadfile = plain end
return f() -- a tail call: the file is below one main chunk, as when it runs alone
