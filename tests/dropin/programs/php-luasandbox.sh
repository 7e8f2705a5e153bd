#!/bin/sh
# LuaSandbox for PHP: an allocator with a limit, hooks by a timer in another thread, functions that cross both ways.
# packages: php-luasandbox php-cli
# no-sanitizer: PHP loads extensions with RTLD_DEEPBIND, which sanitizers refuse
cat > run.php <<'END'
<?php
$sandbox = new LuaSandbox;
$sandbox->setMemoryLimit(20 * 1024 * 1024);
$sandbox->setCPULimit(5);
$sandbox->registerLibrary('php', ['upper' => function ($s) { return [strtoupper($s), strlen($s)]; },
  'fail' => function () { throw new LuaSandboxRuntimeError('from PHP'); },
  'call' => function ($f, $x) { return $f->call($x); }]);
function run($sandbox, $code) {
  try { var_dump($sandbox->loadString($code, '=code')->call(7)); }
  catch (LuaSandboxError $e) { echo get_class($e), ': ', $e->getMessage(), "\n"; }
}
run($sandbox, 'return 1, 2.5, "text", true, nil, ({...})[1]');
run($sandbox, 'return php.upper "abc"');
run($sandbox, 'return php.call(function(x) return x * 2 end, 21)');
run($sandbox, 'local t = {} for i = 1, 5 do t[i] = i * i end t.key = { nested = "x" } return t');
run($sandbox, 'return pcall(php.fail)');
run($sandbox, 'error "raised"');
run($sandbox, 'error { code = 1 }');
run($sandbox, 'syntax error');
run($sandbox, 'return type(io), type(os.execute), type(loadstring), type(string.dump), _VERSION');
run($sandbox, 'local t = {} while true do t[#t + 1] = ("x"):rep(100000) .. #t end');
run($sandbox, 'local s = "x" while true do s = s .. s end');
run($sandbox, 'return pcall(function() local t = {} while true do t[#t + 1] = {} end end)');
run($sandbox, 'local function f() return f() + 1 end return f()');
run($sandbox, 'local co = coroutine and coroutine.wrap(function() end) return co');
run($sandbox, 'return table.concat({1, 2, 3}, "-"), ("%5.1f"):format(2.25), ("a,b"):gsub(",", ";")');
$slow = new LuaSandbox;
$slow->setCPULimit(0.2);
run($slow, 'while true do end');
run($slow, 'return 1');
$f = $sandbox->loadString('local a = ... ; return function(b) return a + b end')->call(40)[0];
var_dump($f->call(2));
var_dump($sandbox->getMemoryUsage() > 10000, $sandbox->getPeakMemoryUsage() > 1000000);
try { $sandbox->loadBinary("\033LuaQ nonsense"); } catch (LuaSandboxError $e) { echo get_class($e), ': ', $e->getMessage(), "\n"; }
$dumped = $sandbox->loadString('return ... , "dumped"')->dump();
var_dump(md5($dumped), $sandbox->loadBinary($dumped)->call(3));
END
php -d extension=luasandbox run.php 2>&1 | grep -v 'already loaded'
php -r 'exit((new LuaSandbox)->loadString("return 3")->call()[0]);'
[ $? -eq 3 ]
