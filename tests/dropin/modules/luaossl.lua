-- Digests, ciphers, big numbers, keys and certificates of luaossl.
-- packages: lua-luaossl
local function hex(s) return (s:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
local digest, hmac, cipher = require "openssl.digest", require "openssl.hmac", require "openssl.cipher"
local bignum, pkey, x509 = require "openssl.bignum", require "openssl.pkey", require "openssl.x509"
print(hex(digest.new "sha256":update("abc"):final()), hex(hmac.new("key", "sha1"):final "text"))
local aes = cipher.new "aes-128-cbc":encrypt(("k"):rep(16), ("i"):rep(16))
local sealed = aes:update "some plain text " .. aes:final "and more"
print(hex(sealed), cipher.new "aes-128-cbc":decrypt(("k"):rep(16), ("i"):rep(16)):final(sealed))
local a, b = bignum.new "123456789012345678901234567890", bignum.new(97)
print(tostring(a * a + b), tostring(a / b), tostring(a % b), a > b, tostring(-a), tostring(b ^ 20))
local key = pkey.new { type = "EC", curve = "prime256v1" }
local signed = key:sign(digest.new "sha256":update "message")
print(key:verify(signed, digest.new "sha256":update "message"), key:verify(signed, digest.new "sha256":update "other"))
local name = require "openssl.x509.name".new()
name:add("CN", "example")
name:add("O", "drop-in")
local crt = x509.new()
crt:setVersion(3)
crt:setSerial(bignum.new(42))
crt:setSubject(name)
crt:setIssuer(name)
crt:setLifetime(0, 1e9)
crt:setPublicKey(key)
crt:sign(key)
print(tostring(crt:getSubject()), tostring(crt:getSerial()), crt:getLifetime())
print(pcall(digest.new, "colour"), pcall(bignum.new, {}), pcall(function() return a .. {} end))
print(x509.new(crt:toPEM()):getVersion())
