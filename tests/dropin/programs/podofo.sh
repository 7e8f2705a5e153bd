#!/bin/sh
# podofocolor and podofoimpose change a PDF as a Lua file says.
# packages: libpodofo-utils python3
python3 - > in.pdf <<'END'
stream = b"1 0 0 rg 10 10 100 100 re f 0.5 g 20 20 30 30 re f 0 1 1 0 K 5 5 m 90 90 l S\n" * 20
objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
           b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << >> >>",
           b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"endstream"]
data, offsets = b"%PDF-1.4\n", []
for n, body in enumerate(objects, 1):
    offsets.append(len(data))
    data += b"%d 0 obj\n" % n + body + b"\nendobj\n"
xref = len(data)
data += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
data += b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % xref
import sys; sys.stdout.buffer.write(data)
END
cat > plan.lua <<'END'
local calls = 0
function start_page(n) print("page", n) end
function end_page(n) print("end", n, calls) end
function start_xobject() end
function end_xobject() end
local function out(...) calls = calls + 1 return { ... } end
function set_non_stroking_color_gray(g) return out(g, g / 2, 0) end
function set_stroking_color_gray(g) return out(g) end
function set_non_stroking_color_rgb(r, g, b) return out(b, g, r) end
function set_stroking_color_rgb(r, g, b) return out((r + g + b) / 3) end
function set_non_stroking_color_cmyk(c, m, y, k) return out(k, y, m, c) end
function set_stroking_color_cmyk(c, m, y, k) return out(1 - c, 1 - m, 1 - y) end
END
podofocolor lua plan.lua in.pdf out.pdf 2>&1
echo "status $?"
python3 - <<'END'
import re, zlib
data = open("out.pdf", "rb").read()
for m in re.finditer(rb"stream\r?\n(.*?)\r?\n?endstream", data, re.S):
    try: text = zlib.decompress(m.group(1))
    except zlib.error: text = m.group(1)
    print(len(text), text[:300])
END
[ -s out.pdf ] || exit 1
echo 'error "in the plan"' > bad.lua
podofocolor lua bad.lua in.pdf bad.pdf 2>&1 | grep -v '#[0-9]'
cp /usr/share/doc/libpodofo-utils/examples/podofoimpose/plans/lua/Booklet.plan .
sed -i 's/^-- *print("Booklet")/print("Booklet", PageCount, SourceWidth, SourceHeight)/' Booklet.plan
podofoimpose in.pdf imposed.pdf Booklet.plan lua 2>&1
echo "status $?"
python3 - <<'END'
import re
print(re.findall(rb"/MediaBox *\[[^]]*\]", open("imposed.pdf", "rb").read()))
END
[ -s imposed.pdf ]
