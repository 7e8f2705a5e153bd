#!/bin/sh
# tolua++5.1 is a generator written in Lua, compiled into the program; its output must be the same C.
# packages: libtolua++5.1-dev
cat > in.pkg <<'END'
$#include "thing.h"
#define LIMIT 10
enum { ONE = 1, TWO };
struct Point { double x; double y; int tag[4]; };
typedef struct Point Point;
namespace shapes {
  double area(Point *a, Point *b = NULL);
  class Shape { public: Shape(int n); ~Shape(); virtual const char *name() const; Shape operator+(Shape &o); int sides; static int count; };
  class Square : public Shape { Square(double a = 1.5); tolua_readonly double edge; };
}
extern "C" { int plain(char *text, int n, lua_Object f); }
template_unknown<
END
sed '$d' in.pkg > good.pkg
tolua++5.1 -n good -H good.h -o good.c good.pkg
echo "status $?"
sed 's/generated .*/generated/' good.c good.h
tolua++5.1 -P good.pkg
tolua++5.1 in.pkg >/dev/null || echo "status $?"
tolua++5.1 none.pkg || echo "status $?"
