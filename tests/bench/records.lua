-- Records with string keys: fields read and changed, keys computed, fields added and removed.
local stock = {}
for i = 1, 500 do
  stock["item" .. i] = {
    name = "item" .. i, price = i % 50 + 1, count = 100, sold = 0, returned = 0,
    supplier = {name = "s" .. i % 7, city = "c" .. i % 3},
  }
end

local names = {}
for name in pairs(stock) do names[#names + 1] = name end
table.sort(names)

local function sell(record, n)
  if record.count < n then
    record.count = record.count + 100
    record.refilled = (record.refilled or 0) + 1
  end
  record.count = record.count - n
  record.sold = record.sold + n
  return n * record.price
end

local function give_back(record, n)
  record.count = record.count + n
  record.returned = record.returned + n
  return -n * record.price
end

local income, cities = 0, {}
for day = 1, 2200 do
  for i = 1, #names do
    local record = stock[names[i]]
    income = income + sell(record, (day + i) % 5 + 1)
    if (day + i) % 11 == 0 then income = income + give_back(record, 1) end
    local city = record.supplier.city
    cities[city] = (cities[city] or 0) + record.price
  end
end

local refilled = 0
for i = 1, 180000 do
  local record = stock["item" .. i % 500 + 1]
  refilled = refilled + (record.refilled or 0)
  record["extra" .. i % 4] = i
  record["extra" .. (i + 1) % 4] = nil
end
print("records", income, cities.c0, cities.c1, cities.c2, refilled)
