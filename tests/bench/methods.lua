-- Objects: constructors, methods found through one to three __index tables, a base class called.
local Shape = {}
Shape.__index = Shape

function Shape.new(class, x, y)
  return setmetatable({x = x, y = y, moves = 0}, class)
end

function Shape:move(dx, dy)
  self.x, self.y = self.x + dx, self.y + dy
  self.moves = self.moves + 1
end

function Shape:area() return 0 end
function Shape:distance() return self.x * self.x + self.y * self.y end

local function derive(base)
  local class = setmetatable({}, {__index = base})
  class.__index = class
  return class
end

local Rectangle = derive(Shape)

function Rectangle.new(class, x, y, width, height)
  local self = Shape.new(class, x, y)
  self.width, self.height = width, height
  return self
end

function Rectangle:area() return self.width * self.height end

local Square = derive(Rectangle)

function Square.new(class, x, y, side) return Rectangle.new(class, x, y, side, side) end

function Square:move(dx, dy)
  Rectangle.move(self, dx, dy)
  self.turns = (self.turns or 0) + 1
end

local Tile = derive(Square)

local shapes = {}
for i = 1, 40 do
  shapes[#shapes + 1] = Shape:new(i, -i)
  shapes[#shapes + 1] = Rectangle:new(i, 1, i, 2)
  shapes[#shapes + 1] = Square:new(1, i, i)
  shapes[#shapes + 1] = Tile:new(i, i, 3)
end

local sum = 0
for round = 1, 9000 do
  for i = 1, #shapes do
    local shape = shapes[i]
    shape:move(round % 3 - 1, 1)
    sum = sum + shape:area()
  end
  sum = sum + shapes[round % #shapes + 1]:distance() % 17
end
for i = 1, 120000 do sum = sum + Tile:new(i, i, 2):area() end
print("methods", string.format("%d", sum), shapes[4].moves, shapes[4].turns)
