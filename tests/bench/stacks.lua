-- table.insert and table.remove at both ends and in the middle; # as a stack pointer.
local insert, remove = table.insert, table.remove

local sum = 0
local stack = {}
for i = 1, 400000 do
  insert(stack, i)
  if i % 3 == 0 then sum = sum + remove(stack) + remove(stack) end
end
while #stack > 0 do sum = sum + remove(stack) end

for i = 1, 800000 do
  stack[#stack + 1] = i
  if #stack > 50 then
    sum = sum + stack[#stack]
    stack[#stack] = nil
    stack[#stack] = nil
  end
end

local queue = {}
for i = 1, 200 do queue[i] = i end
for i = 1, 26000 do
  insert(queue, 1, i)
  sum = sum + remove(queue)
  insert(queue, 100, remove(queue, 1) + 1)
end
print("stacks", sum, #stack, #queue)
