#!/bin/sh
# elinks asks hooks.lua where to go, what to show instead of a page, and tells it the end.
# packages: elinks python3
mkdir .elinks
cat > .elinks/hooks.lua <<'END'
local function say(...)
  local file = io.open("messages", "a")
  file:write(table.concat({ ... }, " "), "\n")
  file:close()
end
function goto_url_hook(url, current) say("goto", url); return url end
function follow_url_hook(url) say("follow", url:match "[^/]*$"); return url end
function pre_format_html_hook(url, html)
  local changed, count = html:gsub("secret", function(word) return word:upper() end)
  say("format", url:match "[^/]*$", count, #changed, type(current_url), pcall(error, "x") and "" or "caught")
  return changed
end
function quit_hook() say "quit" end
say("loaded", _VERSION, type(bind_key), type(execute))
END
echo '<html><body><h1>Title</h1><p>a secret, another secret</p></body></html>' > page.html
elinks -no-home 0 -config-dir "$HOME/.elinks" -dump page.html
echo "status $?"
python3 "$CASES/elinks.py"
cat messages
grep -q 'format page.html 2' messages
