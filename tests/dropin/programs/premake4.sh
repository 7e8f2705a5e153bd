#!/bin/sh
# premake4: thousands of lines of embedded, precompiled Lua, and a script of ours.
# packages: premake4
cat > premake4.lua <<'END'
solution "Drop"
  configurations { "Debug", "Release" }
  for _, name in ipairs { "one", "two" } do
    project(name)
      kind(name == "one" and "ConsoleApp" or "StaticLib")
      language "C"
      files { "**.c" }
      configuration "Debug"
        defines { "DEBUG=" .. #name }
        flags { "Symbols" }
  end
newaction { trigger = "ask", description = "prints", execute = function()
  print(_VERSION, os.matchfiles "*.c" [1], path.getbasename "a/b.c", pcall(error, { 1 }) == false)
  print(string.format("%5.2f %q", math.pi, "x\n"), table.concat({ 1, 2 }, "-"))
end }
END
touch main.c
premake4 gmake
cat Makefile one.make two.make
premake4 ask
premake4 vs2008 codelite
sed 's/{[-0-9A-F]*}/GUID/g' one.vcproj
echo 'syntax error' > bad.lua
premake4 --file=bad.lua gmake || echo "status $?"
echo 'solution()  nothing.x = 1' > bad.lua
premake4 --file=bad.lua gmake || echo "status $?"
