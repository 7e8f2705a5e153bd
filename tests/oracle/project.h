/* project.h -- a project in a folder of the test's own: configuration, cases, a plan of them. */
#ifndef ORACLE_PROJECT_H
#define ORACLE_PROJECT_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "run/plan.h"
#include "support/harness.h"

typedef struct Project {
  Config config;
  Mode *modes[8];
  size_t nmodes;
  Plan plan;
} Project;

static char project_folder[] = "/tmp/oracle-project-XXXXXX";

static inline int enter_project(void **unused) {
  (void)unused;
  return mkdtemp(project_folder) && chdir(project_folder) == 0 ? 0 : -1;
}

static inline int leave_project(void **unused) {
  (void)unused;
  Diag why;
  return chdir("/") == 0 && path_remove(project_folder, &why) ? 0 : -1;
}

static inline void put(const char *path, const char *text) {
  Diag why = {0};
  if (!path_write(path, text, strlen(text), &why)) fail_msg("%s", diag_text(&why));
}

/* Reads the configuration `text` and plans all of it. */
static inline void open_project(Project *p, const char *text) {
  Diag why = {0};
  *p = (Project){.nmodes = 0};
  put("oracle.lua", text);
  if (!config_load(&p->config, "oracle.lua", "return {}", NULL, 0, &why) ||
      !config_choose(&p->config, NULL, p->modes, &p->nmodes, &why) ||
      !plan_make(&p->plan, &p->config, p->modes, p->nmodes, &(Selection){0}, NULL, NULL, &why)) {
    fail_msg("%s", diag_text(&why));
  }
}

static inline void close_project(Project *p) {
  plan_free(&p->plan);
  config_free(&p->config);
}

#endif
