-- Numbers to text and back: string.format with every common directive, tostring, tonumber.
local format = string.format
local length, sum = 0, 0
for i = 1, 110000 do
  length = length + #format("%d %5.2f %s", i, i / 7, "text")
  length = length + #format("%-8s|%08d|%x", "left", i, i)
  length = length + #tostring(i) + #tostring(i + 0.25)
  sum = sum + tonumber("12" .. i % 100) + tonumber("0.5e1")
  sum = sum + tonumber(format("%.3f", i / 8))
end
for i = 1, 27000 do
  length = length + #format("%q", "quo\"ted\n" .. i) + #format("%g %e", i / 3, i * 1e10)
  sum = sum + tonumber("ff", 16) + tonumber(format("%d", i), 10)
end
print("format", length, format("%.3f", sum))
