-- Floating-point arithmetic on locals in a tight loop that ends by `break`: no table, no call.
local size, limit = 480, 65
local inside, steps = 0, 0
for row = 0, size - 1 do
  local ci = 2 * row / size - 1
  for column = 0, size - 1 do
    local cr = 2 * column / size - 1.5
    local zr, zi, r2, i2 = 0, 0, 0, 0
    local n = 0
    while n < limit do
      zi = 2 * zr * zi + ci
      zr = r2 - i2 + cr
      r2, i2 = zr * zr, zi * zi
      if r2 + i2 > 4 then break end
      n = n + 1
    end
    steps = steps + n
    if n == limit then inside = inside + 1 end
  end
end
print("mandelbrot", inside, steps)
