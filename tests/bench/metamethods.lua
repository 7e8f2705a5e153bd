-- Operators on objects: complex numbers and vectors, comparison, call, concatenation, proxies.
local Complex = {}
Complex.__index = Complex

local function complex(re, im) return setmetatable({re = re, im = im}, Complex) end

function Complex.__add(a, b) return complex(a.re + b.re, a.im + b.im) end
function Complex.__sub(a, b) return complex(a.re - b.re, a.im - b.im) end
function Complex.__mul(a, b)
  if type(a) == "number" then return complex(a * b.re, a * b.im) end
  return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
end
function Complex.__unm(a) return complex(-a.re, -a.im) end
function Complex.__eq(a, b) return a.re == b.re and a.im == b.im end
function Complex.__lt(a, b) return a.re < b.re or a.re == b.re and a.im < b.im end
function Complex.__le(a, b) return not (b < a) end
function Complex.__concat(a, b) return tostring(a) .. tostring(b) end
function Complex.__tostring(a) return string.format("(%d,%d)", a.re, a.im) end
function Complex.__call(a, x) return a.re * x + a.im end

local sum, turn = complex(0, 0), complex(0, 1)
local equal, less, called = 0, 0, 0
for i = 1, 150000 do
  local z = complex(i % 10, i % 7)
  sum = sum + z * turn - 2 * z
  if z == -z then equal = equal + 1 end
  if z < turn or sum <= z then less = less + 1 end
  called = called + z(3)
end

local length = 0
for i = 1, 12000 do length = length + #(complex(i, 1) .. complex(2, i)) end

-- A table seen through functions: each access is a call.
local hidden, reads, writes = {}, 0, 0
local proxy = setmetatable({}, {
  __index = function(_, key)
    reads = reads + 1
    return hidden[key]
  end,
  __newindex = function(_, key, value)
    writes = writes + 1
    hidden[key] = value
  end,
})
for i = 1, 600000 do proxy[i % 100] = (proxy[i % 100] or 0) + 1 end
print("metamethods", tostring(sum), equal, less, called, length, reads, writes, proxy[7])
