-- A small stack machine, twice: chains of string comparisons, and a table of functions.
local function assemble(text)
  local code, labels = {}, {}
  for line in text:gmatch("[^\n]+") do
    local label = line:match("^(%w+):")
    if label then
      labels[label] = #code + 1
    else
      local op, operand = line:match("^%s*(%w+)%s*(%S*)")
      if op then code[#code + 1] = {op = op, arg = tonumber(operand) or operand} end
    end
  end
  for _, instruction in ipairs(code) do
    if labels[instruction.arg] then instruction.arg = labels[instruction.arg] end
  end
  return code
end

local function run_by_comparison(code, vars)
  local stack, top, pc = {}, 0, 1
  while true do
    local instruction = code[pc]
    local op, arg = instruction.op, instruction.arg
    pc = pc + 1
    if op == "load" then top = top + 1; stack[top] = vars[arg]
    elseif op == "push" then top = top + 1; stack[top] = arg
    elseif op == "store" then vars[arg] = stack[top]; top = top - 1
    elseif op == "add" then top = top - 1; stack[top] = stack[top] + stack[top + 1]
    elseif op == "sub" then top = top - 1; stack[top] = stack[top] - stack[top + 1]
    elseif op == "mul" then top = top - 1; stack[top] = stack[top] * stack[top + 1]
    elseif op == "mod" then top = top - 1; stack[top] = stack[top] % stack[top + 1]
    elseif op == "jump" then pc = arg
    elseif op == "jzero" then
      if stack[top] == 0 then pc = arg end
      top = top - 1
    elseif op == "halt" then return vars
    else error("unknown instruction " .. op)
    end
  end
end

local handlers = {}
function handlers.load(m, arg) m.top = m.top + 1; m[m.top] = m.vars[arg] end
function handlers.push(m, arg) m.top = m.top + 1; m[m.top] = arg end
function handlers.store(m, arg) m.vars[arg] = m[m.top]; m.top = m.top - 1 end
function handlers.add(m) m.top = m.top - 1; m[m.top] = m[m.top] + m[m.top + 1] end
function handlers.sub(m) m.top = m.top - 1; m[m.top] = m[m.top] - m[m.top + 1] end
function handlers.mul(m) m.top = m.top - 1; m[m.top] = m[m.top] * m[m.top + 1] end
function handlers.mod(m) m.top = m.top - 1; m[m.top] = m[m.top] % m[m.top + 1] end
function handlers.jump(m, arg) m.pc = arg end
function handlers.jzero(m, arg)
  if m[m.top] == 0 then m.pc = arg end
  m.top = m.top - 1
end
function handlers.halt(m) m.running = false end

local function run_by_table(code, vars)
  local machine = {vars = vars, top = 0, pc = 1, running = true}
  while machine.running do
    local instruction = code[machine.pc]
    machine.pc = machine.pc + 1
    handlers[instruction.op](machine, instruction.arg)
  end
  return vars
end

local program = assemble([[
loop:
  load n
  jzero end
  load sum
  push 3
  mul
  load n
  add
  push 65537
  mod
  store sum
  load n
  push 1
  sub
  store n
  jump loop
end:
  halt
]])

local first = run_by_comparison(program, {n = 120000, sum = 1})
local second = run_by_table(program, {n = 80000, sum = 1})
print("interpreter", #program, first.sum, second.sum)
