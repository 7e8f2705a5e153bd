-- GObject through lgi: closures and coroutines entered from GLib, objects with metatables, records, GVariant.
-- packages: lua-lgi gir1.2-glib-2.0
local lgi = require "lgi"
local GLib, GObject, Gio = lgi.GLib, lgi.GObject, lgi.Gio
local loop, count = GLib.MainLoop(), 0
GLib.timeout_add(GLib.PRIORITY_DEFAULT, 1, function()
  count = count + 1
  if count == 3 then loop:quit() end
  return count < 3
end)
loop:run()
print(count, GLib.checksum_compute and 1 or GLib.compute_checksum_for_string("SHA1", "abc", 3))
local variant = GLib.Variant("(sia{sv})", { "text", 7, { key = GLib.Variant("b", true) } })
print(variant:print(true), variant.value[1], variant.value[2], variant.type)
local uri = GLib.uri_parse_scheme "http://x/y"
print(uri, GLib.path_get_basename "/a/b.c", GLib.utf8_strup("h\195\164", -1))
local stream = Gio.MemoryInputStream.new_from_data("a line\nanother\n")
local data = Gio.DataInputStream.new(stream)
print(data:read_line(), data:read_line())
local ok, err = Gio.File.new_for_path "none":load_contents()
print(ok, err.code, err.domain)
local cancellable, told = Gio.Cancellable(), 0
cancellable.on_cancelled = function() told = told + 1 end
cancellable:cancel()
print(told, cancellable:is_cancelled(), GObject.type_name(Gio.Cancellable._gtype))
local Class = lgi.package "DropIn"
Class:class("Counter", GObject.Object)
function Class.Counter:step() self.priv.n = (self.priv.n or 0) + 1 return self.priv.n end
local counter = Class.Counter()
counter:step()
print(counter:step(), pcall(function() return Gio.NoSuchThing.x end))
Gio.Async.start(function()
  local f = Gio.File.new_for_path "/"
  local info = f:async_query_info("standard::type", "NONE")
  print("in a coroutine", info:get_file_type())
  loop:quit()
end)()
loop:run()
for _ = 1, 200 do Gio.Cancellable() end
collectgarbage()
