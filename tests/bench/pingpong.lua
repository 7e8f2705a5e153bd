-- Coroutines as tasks: resume and yield with values both ways, a round-robin scheduler, status.
local resume, yield, create, status =
  coroutine.resume, coroutine.yield, coroutine.create, coroutine.status

local echo = create(function(a, b)
  while true do a, b = yield(b, a) end
end)
local sum = 0
for i = 1, 1500000 do
  local _, x, y = resume(echo, i, 1)
  sum = sum + x * 2 + y
end

local done = 0
local function task(id, steps)
  local value = id
  for step = 1, steps do
    local message = yield(value, step)
    value = (value * 31 + message) % 65537
  end
  done = done + 1
  return value
end

local running = {}
for id = 1, 1400 do running[id] = create(task) end
local rounds, live = 0, #running
for id = 1, live do resume(running[id], id, 500 + id) end
while live > 0 do
  rounds = rounds + 1
  local kept = 0
  for i = 1, live do
    local thread = running[i]
    local _, value = resume(thread, rounds)
    sum = sum + value
    if status(thread) ~= "dead" then
      kept = kept + 1
      running[kept] = thread
    end
  end
  live = kept
end
print("pingpong", sum, rounds, done)
