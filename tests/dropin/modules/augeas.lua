-- Edits of a configuration tree through lua-augeas, whose module links liblua5.1.so.0 itself.
-- packages: lua-augeas augeas-lenses
local augeas = require "augeas"
os.execute "mkdir -p root/etc"
local file = io.open("root/etc/hosts", "w")
file:write "127.0.0.1 localhost loop\n# a comment\n10.0.0.1 one\n"
file:close()
local aug = augeas.init("root", nil, augeas.NO_MODL_AUTOLOAD)
aug:set("/augeas/load/Hosts/lens", "Hosts.lns")
aug:set("/augeas/load/Hosts/incl", "/etc/hosts")
aug:load()
for _, path in ipairs(aug:match "/files/etc/hosts/*") do print(path, aug:get(path)) end
print(aug:get "/files/etc/hosts/1/ipaddr", aug:get "/files/etc/hosts/1/alias", aug:get "/nowhere")
print(aug:set("/files/etc/hosts/02/ipaddr", "10.0.0.2"), aug:set("/files/etc/hosts/02/canonical", "two"))
print(aug:rm "/files/etc/hosts/#comment", aug:match("/files/etc/hosts/*")[3])
print(aug:save())
print(io.open("root/etc/hosts"):read "*a")
print(pcall(aug.get, aug), pcall(aug.match, aug, "/files/[", "x"))
print(pcall(augeas.init, {}))
