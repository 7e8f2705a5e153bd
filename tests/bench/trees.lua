-- Binary trees, built and dropped by the thousand beside one that lives: allocation and collection.
local function grow(depth)
  if depth == 0 then return {} end
  return {grow(depth - 1), grow(depth - 1)}
end

local function count(tree)
  if not tree[1] then return 1 end
  return 1 + count(tree[1]) + count(tree[2])
end

local function named(depth, parent)
  local node = {depth = depth, parent = parent}
  if depth > 0 then
    node.left, node.right = named(depth - 1, node), named(depth - 1, node)
  end
  return node
end

local deepest = 16
local kept, sum = grow(deepest), 0
for depth = 4, deepest - 4, 2 do
  local rounds = 2 ^ (deepest - depth)
  local nodes = 0
  for _ = 1, rounds do nodes = nodes + count(grow(depth)) end
  sum = sum + nodes
end
for _ = 1, 240 do
  local root = named(9)
  sum = sum + root.left.right.parent.depth
end
print("trees", count(kept), sum)
