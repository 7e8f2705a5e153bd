-- Event-driven XML through LuaExpat: callbacks from C, buffers, errors that cross the parser.
-- packages: lua-expat
local lxp = require "lxp"
print(lxp._VERSION)
local depth = 0
local calls = {
  StartElement = function(_, name, attributes)
    local all = {}
    for _, key in ipairs(attributes) do all[#all + 1] = key .. "=" .. attributes[key] end
    print((" "):rep(depth) .. "<" .. name, table.concat(all, ","))
    depth = depth + 1
  end,
  EndElement = function(_, name) depth = depth - 1; print((" "):rep(depth) .. ">" .. name) end,
  CharacterData = function(_, text) print((" "):rep(depth) .. ("%q"):format(text)) end,
  Comment = function(_, text) print("comment", text) end,
  ProcessingInstruction = function(_, target, data) print("pi", target, data) end,
  StartCdataSection = function() print "cdata" end,
}
local p = lxp.new(calls)
for piece in ([=[<?xml version="1.0"?><a x="1" y="&lt;2"><!-- c --><?t d?><b>text &amp; more</b><![CDATA[<raw>]]></a>]=]):gmatch "..?.?" do
  assert(p:parse(piece))
end
print(p:parse(), p:pos())
p:close()
local bad = lxp.new(calls)
print(bad:parse "<a><b></a>")
print(pcall(bad.close, bad))
print(pcall(lxp.new, { Unknown = print }))
local raising = lxp.new { StartElement = function() error "stop here" end }
print(pcall(raising.parse, raising, "<a/>"))
local stopping = lxp.new { StartElement = function(parser) parser:stop() end }
print(stopping:parse "<a/>")
local lom = require "lxp.lom"
local tree = lom.parse "<root id='7'><leaf>one</leaf><leaf>two</leaf></root>"
print(tree.tag, tree.attr.id, #tree, tree[2][1])
local parts = {}
local big = lxp.new { CharacterData = function(_, s) parts[#parts + 1] = #s end }
big:parse("<t>" .. ("z"):rep(100000) .. "</t>")
print(#parts)
local ns = lxp.new({ StartElement = function(_, n) print(n) end }, "|")
ns:parse "<a xmlns='urn:x' xmlns:y='urn:y'><y:b/></a>"
