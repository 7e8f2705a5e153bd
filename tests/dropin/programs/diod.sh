#!/bin/sh
# diod reads its configuration as a Lua file, and shows what it would serve.
# packages: diod
cat > good.conf <<'END'
listen = { "127.0.0.1:0" }
local all = {}
for index = 1, 3 do all[index] = os.getenv "HOME" .. "/dir" .. index end
exports = all
auth_required = 0
nwthreads = 2 ^ 2
allsquash = 0
logdest = "stderr"
END
mkdir dir1 dir2 dir3
run() {
  diod -f -s -c "$1" </dev/null >log 2>&1
  echo "status $?"
  sed 's/^[^:]*: //' log
}
run good.conf
echo 'exports = { 1, {} }' > bad.conf
run bad.conf
echo 'exports = ' > bad.conf
run bad.conf
echo 'error "stop"' > bad.conf
run bad.conf
echo 'nwthreads = "many"' > bad.conf
run bad.conf
echo 'exports = function() end' > bad.conf
run bad.conf
