-- Documents read and written by lyaml over libyaml's parser and emitter, events as coroutines' values.
-- packages: lua-yaml
local yaml = require "lyaml"
local doc = yaml.load [[
title: A list
items:
  - 1
  - 2.5
  - yes
  - ~
  - "quoted \u00e9"
  - [a, b, {c: d}]
block: |
  two
  lines
anchor: &x {k: v}
alias: *x
]]
print(doc.title, #doc.items, doc.items[1], doc.items[2], doc.items[3], doc.items[5], doc.items[6][3].c)
print(doc.block, doc.alias.k, doc.alias == doc.anchor, doc.items[4] == yaml.null)
print(yaml.dump { { 1, "two", { 3, "4", true } }, { key = { "a", "multi\nline", "", yaml.null } } })
print(pcall(yaml.load, "a: [1, 2"))
print(pcall(yaml.load, "{a: b: c}"))
print(pcall(yaml.load))
print(#yaml.load("--- 1\n--- 2\n", { all = true }))
local many = {}
for index = 1, 1000 do many[index] = { n = index, text = ("x"):rep(index % 50) } end
print(#yaml.load(yaml.dump { many }))
local events = require "yaml".parser "[a, {b: c}]"
for event in events do print(event.type, event.value) end
