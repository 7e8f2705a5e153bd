/* resolve.c -- asks the loader for names the way a client's relocations do: `resolve LIBRARY` reads
 * lines "NAME VERSION" and prints those that dlvsym does not find, or finds elsewhere than dlsym. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  char name[100], version[100];
  int asked = 0, bad = 0;
  void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  if (library == NULL) {
    printf("cannot load: %s\n", argc == 2 ? dlerror() : "no library is named");
    return 1;
  }
  while (scanf("%99s %99s", name, version) == 2) {
    void *found = dlvsym(library, name, version);
    Dl_info info;
    asked++;
    if (found == NULL || found != dlsym(library, name)) {
      printf("%s at %s: not found\n", name, version);
      bad++;
    } else if (!dladdr(found, &info) || strcmp(info.dli_fname, argv[1]) != 0) {
      printf("%s at %s: found in another library\n", name, version);
      bad++;
    }
  }
  if (asked == 0) printf("nothing was asked for\n");
  return bad > 0 || asked == 0;
}
