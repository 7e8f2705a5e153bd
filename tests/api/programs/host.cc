// host.cc -- a host in C++ on lua.hpp: C++ functions called from Lua, objects as userdata whose
// destructor is a finaliser, and an exception that is turned into a Lua error before it leaves.
#include <cstdio>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

#include <lua.hpp>

namespace {

class Account {
 public:
  explicit Account(std::string owner) : owner_(std::move(owner)) {}
  ~Account() { std::printf("%s closed\n", owner_.c_str()); }
  void withdraw(int amount) {
    if (amount > balance_) throw std::runtime_error(owner_ + " has only " + std::to_string(balance_));
    balance_ -= amount;
  }
  void deposit(int amount) { balance_ += amount; }
  int balance() const { return balance_; }

 private:
  std::string owner_;
  int balance_ = 0;
};

constexpr const char *account_type = "host.Account";

Account *check(lua_State *L) { return static_cast<Account *>(luaL_checkudata(L, 1, account_type)); }

int make(lua_State *L) {
  const char *owner = luaL_checkstring(L, 1);
  new (lua_newuserdata(L, sizeof(Account))) Account(owner);
  luaL_getmetatable(L, account_type);
  lua_setmetatable(L, -2);
  return 1;
}

int destroy(lua_State *L) {
  check(L)->~Account();
  return 0;
}

int deposit(lua_State *L) {
  check(L)->deposit(luaL_checkint(L, 2));
  return 0;
}

int withdraw(lua_State *L) {
  Account *account = check(L);
  int amount = luaL_checkint(L, 2);
  try {
    account->withdraw(amount);
  } catch (const std::exception &e) {
    lua_pushstring(L, e.what());
  }
  // Outside of the handler, where a long jump skips no destructor.
  return lua_type(L, -1) == LUA_TSTRING ? lua_error(L) : 0;
}

int balance(lua_State *L) {
  lua_pushinteger(L, check(L)->balance());
  return 1;
}

const luaL_Reg methods[] = {
    {"deposit", deposit}, {"withdraw", withdraw}, {"balance", balance}, {"__gc", destroy}, {nullptr, nullptr}};

}  // namespace

int main() {
  std::printf("== a host in C++\n");
  lua_State *L = luaL_newstate();
  luaL_openlibs(L);
  luaL_newmetatable(L, account_type);
  luaL_register(L, nullptr, methods);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_register(L, "Account", make);
  for (const char *text : {"a = Account 'Ann' b = Account 'Ben' a:deposit(10) return a:balance(), b:balance()",
                           "a:withdraw(3) return a:balance()", "return a:withdraw(100)", "return a.withdraw({}, 1)",
                           "b = nil collectgarbage() return a:balance()", "Account() "}) {
    int status = luaL_loadstring(L, text) || lua_pcall(L, 0, LUA_MULTRET, 0);
    std::printf("%d", status);
    for (int i = 2; i <= lua_gettop(L); i++) std::printf(" %s", lua_tostring(L, i));
    std::printf("\n");
    lua_settop(L, 1);
  }
  std::printf("== and its end\n");
  lua_close(L);
  return 0;
}
