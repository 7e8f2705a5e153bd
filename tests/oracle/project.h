/* project.h -- a project in a folder of the test's own: configuration, cases, a plan of them. */
#ifndef ORACLE_PROJECT_H
#define ORACLE_PROJECT_H

#include "folder.h"
#include "run/plan.h"

typedef struct Project {
  Config config;
  Mode *modes[8];
  size_t nmodes;
  Plan plan;
} Project;

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
