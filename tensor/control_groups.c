#include "tensor/control_groups.h"

#include <stdio.h>
#include <string.h>

#include "tensor/system_file.h"

#define LINE 1024

/* Where a hierarchy of groups is seen: `top` is the group that `folder` shows. */
typedef struct Mount {
    char top[LINE], folder[LINE];
} Mount;

/* What is looked for: version 2, or the hierarchy of version 1 with the controller. */
typedef struct Kind {
    const char *root, *controller;
    bool unified;
} Kind;

/* Whether a list such as "cpu,cpuacct" has the word. */
static bool has_word(const char *list, const char *word) {
    const size_t length = strlen(word);
    for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (strncmp(at, word, length) == 0 && (at[length] == 0 || at[length] == ','))
            return true;
    return false;
}

/* A line of /proc/self/mountinfo:
 *     36 25 0:31 /top /sys/fs/cgroup/cpu rw,... shared:9 - cgroup cgroup rw,cpu,cpuacct
 */
static bool read_mount(const char *line, const Kind *kind, Mount *mount) {
    char type[64], options[LINE];
    const char *rest = strstr(line, " - ");
    if (!rest || sscanf(rest, " - %63s %*s %1023s", type, options) != 2) return false;
    if (strcmp(type, kind->unified ? "cgroup2" : "cgroup") != 0) return false;
    if (!kind->unified && !has_word(options, kind->controller)) return false;
    return sscanf(line, "%*s %*s %*s %1023s %1023s", mount->top, mount->folder) == 2;
}

static bool find_mount(const Kind *kind, Mount *mount) {
    char line[2 * LINE];
    SystemFile file;
    bool found = false;
    if (!system_file_open(&file, kind->root, "/proc/self/mountinfo")) return false;
    while (!found && system_file_line(&file, line, sizeof line))
        found = read_mount(line, kind, mount);
    system_file_close(&file);
    return found;
}

/* A line of /proc/self/cgroup: "4:cpu,cpuacct:/group", or "0::/group" for version 2. */
static bool read_group(char *line, const Kind *kind, char group[LINE]) {
    char *names = strchr(line, ':');
    char *path = names ? strchr(names + 1, ':') : NULL;
    if (!path) return false;
    *path++ = 0;
    const bool found =
        kind->unified ? strcmp(line, "0:") == 0 : has_word(names + 1, kind->controller);
    if (found) snprintf(group, LINE, "%s", path);
    return found;
}

static bool find_group(const Kind *kind, char group[LINE]) {
    char line[LINE];
    SystemFile file;
    bool found = false;
    if (!system_file_open(&file, kind->root, "/proc/self/cgroup")) return false;
    while (!found && system_file_line(&file, line, sizeof line))
        found = read_group(line, kind, group);
    system_file_close(&file);
    return found;
}

/* From the group up to what the mount shows. */
static void climb(const Kind *kind, const Mount *mount, const char *group,
                  GroupVisit *visit, void *context) {
    const size_t top = strcmp(mount->top, "/") == 0 ? 0 : strlen(mount->top);
    const bool below = strncmp(group, mount->top, top) == 0 &&
                       (group[top] == '/' || group[top] == 0) && !strstr(group, "/..");
    char path[GROUP_PATH_MOST];
    const size_t folder = strlen(mount->folder);
    snprintf(path, sizeof path, "%s%s", mount->folder, below ? group + top : "");
    for (size_t length = strlen(path); length >= folder && length > 0; length--) {
        if (path[length] != '/' && path[length] != 0) continue;
        path[length] = 0;
        visit(context, kind->root, kind->unified, path);
    }
}

void control_groups_visit(const char *root, const char *controller, GroupVisit *visit,
                          void *context) {
    for (int unified = 0; unified < 2; unified++) {
        const Kind kind = {root, controller, unified};
        Mount mount;
        char group[LINE];
        if (find_mount(&kind, &mount) && find_group(&kind, group))
            climb(&kind, &mount, group, visit, context);
    }
}
