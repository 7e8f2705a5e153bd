-- Conway's game of life on a torus: two-dimensional arrays of numbers, neighbours counted by index.
local width, height = 64, 48

local function empty()
  local grid = {}
  for y = 1, height do
    grid[y] = {}
    for x = 1, width do grid[y][x] = 0 end
  end
  return grid
end

local function place(grid, pattern, left, top)
  for y, row in ipairs(pattern) do
    for x = 1, #row do
      if row:sub(x, x) == "#" then grid[top + y - 1][left + x - 1] = 1 end
    end
  end
end

local function step(from, to)
  local alive = 0
  for y = 1, height do
    local row, out = from[y], to[y]
    local above, below = from[y == 1 and height or y - 1], from[y == height and 1 or y + 1]
    for x = 1, width do
      local l, r = x == 1 and width or x - 1, x == width and 1 or x + 1
      local n = above[l] + above[x] + above[r] + row[l] + row[r] + below[l] + below[x] + below[r]
      local cell = (n == 3 or n == 2 and row[x] == 1) and 1 or 0
      out[x] = cell
      alive = alive + cell
    end
  end
  return alive
end

local grid, other = empty(), empty()
place(grid, {"##......#", ".#.......", "......###"}, 3, 3)
place(grid, {".##", "##.", ".#."}, 40, 30)
place(grid, {".#.", "..#", "###"}, 20, 20)
local history, alive = 0, 0
for generation = 1, 850 do
  alive = step(grid, other)
  history = (history * 31 + alive + generation) % 1000003
  grid, other = other, grid
end
print("life", alive, history)
