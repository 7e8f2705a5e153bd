-- Markdown to HTML by lua-discount.
-- packages: lua-discount
local discount = require "discount"
print(discount(("# Title\n\nSome *text* with `code` and [a link](http://x/).\n\n- one\n- two\n\n> quoted\n")))
print(#discount(("para\n\n"):rep(2000)), pcall(discount), pcall(discount, "x", "colour"))
print(discount("\"quotes\" -- and more...", "nopants"))
