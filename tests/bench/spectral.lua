-- Largest singular value of a matrix that is computed on the fly: small calls inside float loops.
local function entry(i, j)
  local k = i + j
  return 1 / (k * (k + 1) / 2 + i + 1)
end

local function times(v, n, out, transposed)
  for i = 0, n - 1 do
    local sum = 0
    if transposed then
      for j = 0, n - 1 do sum = sum + entry(j, i) * v[j + 1] end
    else
      for j = 0, n - 1 do sum = sum + entry(i, j) * v[j + 1] end
    end
    out[i + 1] = sum
  end
end

local n = 350
local u, v, t = {}, {}, {}
for i = 1, n do u[i] = 1 end
for _ = 1, 10 do
  times(u, n, t, false)
  times(t, n, v, true)
  times(v, n, t, false)
  times(t, n, u, true)
end
local uv, vv = 0, 0
for i = 1, n do
  uv = uv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print("spectral", string.format("%.9f", math.sqrt(uv / vv)))
