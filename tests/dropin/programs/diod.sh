#!/bin/sh
# diod reads its configuration as a Lua file, and serves what that computes.
# packages: diod
cat > good.conf <<END
local all = {}
for index = 1, 3 do all[index] = "$PWD/dir" .. index end
exports = all
listen = { "$PWD/sock" }
auth_required = 0
nwthreads = 2 ^ 2
allsquash = 0
logdest = "stderr"
END
mkdir dir1 dir2 dir3 dir4
echo "served by the second" > dir2/file
echo "not served" > dir4/file
run() {
  timeout -s KILL 20 diod -f -s -c "$1" </dev/null >log 2>&1
  echo "status $?"
  sed 's/^[^:]*: //' log
}
# Not a child of this shell, which would say that it was killed.
(diod -f -n -c good.conf </dev/null >log 2>&1 & echo $! >pid)
tries=0
# The socket is there before anyone listens to it.
until timeout -s KILL 10 diodcat -s "$PWD/sock" -a "$PWD/dir2" file >/dev/null 2>&1 || [ "$tries" -eq 200 ]; do
  tries=$((tries + 1))
  sleep 0.05
done
for export in dir2 dir4; do
  timeout -s KILL 10 diodcat -s "$PWD/sock" -a "$PWD/$export" file 2>&1
done
kill -KILL "$(cat pid)"
cat log
[ -S sock ] || exit 1
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
