-- Digests, and the ciphers of the lua-md5 package.
-- packages: lua-md5
local md5 = require "md5"
for _, text in ipairs { "", "a", "message digest", ("x"):rep(1000), "with \0 zero" } do print(md5.sumhexa(text)) end
print(#md5.sum "x", md5.exor("abc", "   "))
local coded = md5.crypt("secret text", "key", "seed")
print(#coded, md5.decrypt(coded, "key"), pcall(md5.decrypt, coded, "wrong"), pcall(md5.exor, "a", "bc"))
local des = require "des56"
local key = "\1\2\3\4\5\6\7\8"
local sealed = des.crypt("eight by tes", key)
print(#sealed, des.decrypt(sealed, key))
print(pcall(des.crypt, "x"), pcall(des.crypt, "x", "short"))
