-- Floating-point numbers in the fields of a few small tables: reads and writes by constant name.
local sqrt = math.sqrt

local bodies = {
  {x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0, mass = 40},
  {x = 5, y = -1, z = -0.1, vx = 0.6, vy = 2.8, vz = -0.02, mass = 0.04},
  {x = 8, y = 4, z = -0.4, vx = -1.0, vy = 1.8, vz = 0.008, mass = 0.012},
  {x = 13, y = -15, z = -0.2, vx = 1.1, vy = 0.9, vz = -0.01, mass = 0.0017},
  {x = 15, y = -26, z = 0.2, vx = 1.0, vy = 0.6, vz = -0.03, mass = 0.002},
}

local function advance(dt)
  local count = #bodies
  for i = 1, count do
    local a = bodies[i]
    local ax, ay, az, am = a.x, a.y, a.z, a.mass
    local vx, vy, vz = a.vx, a.vy, a.vz
    for j = i + 1, count do
      local b = bodies[j]
      local dx, dy, dz = ax - b.x, ay - b.y, az - b.z
      local square = dx * dx + dy * dy + dz * dz
      local pull = dt / (square * sqrt(square))
      local bm = b.mass * pull
      vx, vy, vz = vx - dx * bm, vy - dy * bm, vz - dz * bm
      bm = am * pull
      b.vx = b.vx + dx * bm
      b.vy = b.vy + dy * bm
      b.vz = b.vz + dz * bm
    end
    a.vx, a.vy, a.vz = vx, vy, vz
    a.x = ax + dt * vx
    a.y = ay + dt * vy
    a.z = az + dt * vz
  end
end

local function energy()
  local sum = 0
  for i, a in ipairs(bodies) do
    sum = sum + 0.5 * a.mass * (a.vx ^ 2 + a.vy ^ 2 + a.vz ^ 2)
    for j = i + 1, #bodies do
      local b = bodies[j]
      sum = sum - a.mass * b.mass / sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2 + (a.z - b.z) ^ 2)
    end
  end
  return sum
end

local before = energy()
for _ = 1, 120000 do advance(0.001) end
print("nbody", string.format("%.9f %.9f", before, energy()))
