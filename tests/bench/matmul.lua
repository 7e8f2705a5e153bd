-- Matrix multiplication: arrays of arrays of floats, a row at a time.
local function matrix(n, seed)
  local m = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      seed = (seed * 171 + 11213) % 53125
      row[j] = seed / 53125
    end
    m[i] = row
  end
  return m
end

local function transposed(m)
  local n, t = #m, {}
  for i = 1, n do
    t[i] = {}
    for j = 1, n do t[i][j] = m[j][i] end
  end
  return t
end

local function product(a, b)
  local n, c, columns = #a, {}, transposed(b)
  for i = 1, n do
    local row, out = a[i], {}
    for j = 1, n do
      local column, sum = columns[j], 0
      for k = 1, n do sum = sum + row[k] * column[k] end
      out[j] = sum
    end
    c[i] = out
  end
  return c
end

local n = 190
local c = product(product(matrix(n, 7), matrix(n, 42)), matrix(n, 1999))
local trace = 0
for i = 1, n do trace = trace + c[i][i] end
print("matmul", string.format("%.6f %.6f %.6f", trace, c[1][n], c[n][1]))
