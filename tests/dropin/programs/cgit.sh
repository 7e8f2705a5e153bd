#!/bin/sh
# cgit filters its pages through Lua: functions called with each piece, html and write from C.
# packages: cgit git
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@x GIT_COMMITTER_NAME=c GIT_COMMITTER_EMAIL=c@x
export GIT_AUTHOR_DATE='2012-02-17T00:00:00Z' GIT_COMMITTER_DATE='2012-02-17T00:00:00Z' GIT_CONFIG_NOSYSTEM=1
git init -q repo
echo 'int main;' > repo/main.c
git -C repo add main.c
git -C repo commit -q -m 'fixes #12 and #345'
cat > commit.lua <<'END'
local buffer
function filter_open(...) buffer = "" end
function filter_write(text) buffer = buffer .. text end
function filter_close()
  html((buffer:gsub("#(%d+)", function(n) return "ISSUE" .. n * 2 end)))
  html_txt(" <" .. _VERSION .. ">")
  return 0
end
END
cat > source.lua <<'END'
function filter_open(name) html("[" .. name .. "]") end
function filter_write(text) html(text:upper()) end
function filter_close() return 0 end
END
cat > rc <<END
cache-size=0
commit-filter=lua:$PWD/commit.lua
source-filter=lua:$PWD/source.lua
repo.url=r
repo.path=$PWD/repo/.git
END
for page in r/commit/ r/tree/main.c r/log/; do
  CGIT_CONFIG=rc PATH_INFO="/$page" QUERY_STRING='' REQUEST_METHOD=GET SCRIPT_NAME=/cgit HTTP_HOST=h /usr/lib/cgit/cgit.cgi > answer
  echo "$page status $?"
  grep -E 'ISSUE|INT MAIN|Lua' answer
done
grep -q . answer
echo 'function filter_open() error "in the filter" end' > commit.lua
CGIT_CONFIG=rc PATH_INFO=/r/commit/ QUERY_STRING='' REQUEST_METHOD=GET /usr/lib/cgit/cgit.cgi | grep -i -A2 'filter'
exit 0
