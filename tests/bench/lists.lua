-- Linked lists and queues of small tables: pointer chasing, insertion, reversal, removal, merging.
local function list_of(n)
  local head, seed = nil, 17
  for _ = 1, n do
    seed = (seed * 171 + 11213) % 53125
    head = {value = seed, next = head}
  end
  return head
end

local function reversed(list)
  local out
  while list do
    local rest = list.next
    list.next = out
    out, list = list, rest
  end
  return out
end

local function without(list, divisor)
  local guard = {next = list}
  local at = guard
  while at.next do
    if at.next.value % divisor == 0 then at.next = at.next.next else at = at.next end
  end
  return guard.next
end

local function merged(a, b)
  local guard = {}
  local last = guard
  while a and b do
    if a.value <= b.value then last.next, a = a, a.next else last.next, b = b, b.next end
    last = last.next
  end
  last.next = a or b
  return guard.next
end

local function sorted(list)
  if not list or not list.next then return list end
  local slow, fast = list, list.next
  while fast and fast.next do slow, fast = slow.next, fast.next.next end
  local half = slow.next
  slow.next = nil
  return merged(sorted(list), sorted(half))
end

local sum, length = 0, 0
for round = 1, 12 do
  local list = list_of(13000)
  for _ = 1, 5 do list = reversed(list) end
  list = sorted(without(list, round + 2))
  local place = 0
  while list do
    place = place + 1
    sum = (sum + list.value * place) % 1000003
    list = list.next
  end
  length = length + place
end
print("lists", length, sum)
