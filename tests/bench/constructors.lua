-- Table constructors: long lists, records, nested literals, short-lived points, SETLIST in batches.
local function list()
  return {
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p",
    21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    true, false, true, false, true, false, true, false, true, false, true, false, 1.5, 2.5,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60,
  }
end

local function settings(n)
  return {
    name = "window", width = n, height = 480, visible = true, title = "main",
    font = {family = "serif", size = 12, bold = false},
    colours = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}},
    ["on-close"] = "hide", [1] = "first", [2] = "second",
  }
end

local function point(x, y) return {x = x, y = y} end

local sum = 0
for i = 1, 66000 do
  local t = list()
  sum = sum + #t + t[i % 20 + 1]
end
for i = 1, 90000 do
  local t = settings(i)
  sum = sum + t.width % 3 + t.font.size + t.colours[2][2]
end
for i = 1, 660000 do
  local p = point(i, 2)
  sum = sum + p.x % p.y
end
for i = 1, 460000 do
  local pair = {i, i + 1}
  sum = sum + pair[2] - pair[1]
end
print("constructors", sum)
