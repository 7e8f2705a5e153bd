-- every kind of value, calls on several levels, a coroutine, tail calls, extra arguments
local Account = {}
Account.__index = Account
count = 0

local function deposit(self, amount, ...)
  local before = self.balance
  count = count + 1
  self.balance = before + amount % 7
  return (math.floor(self.balance))
end
Account.deposit = deposit

local function twice(account, n)
  local kinds = {nil, true, -0.5, 1 / 0, "a\0b\n\200\"", io.stdout, n = {}}
  account.last = kinds
  return account:deposit(n, "x", nil, 3)
end

local account = setmetatable({balance = 10, 1.5, "two", {}, [true] = print}, Account)
local resume = coroutine.wrap(function(a)
  local again = coroutine.yield(coroutine.running())
  return (twice(a, again))
end)
sleeper = resume(account)
print(resume(5))
local counter
do
  local n = 0
  counter = function(step) n = n + step; return string.rep("-", n) end
end
print(counter(3))
print(math.floor(count))
