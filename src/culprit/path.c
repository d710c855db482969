/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a path says of its file, by the habits of many projects. The first rule that fits decides:
 * a lock file in a test folder is a lock file.
 */
#include "culprit/change.h"

#include "base/arena.h"

#define PATH_BYTES_MAX 4096

struct str path_name(struct str path)
{
    size_t at = path.len;
    while (at > 0 && path.ptr[at - 1] != '/')
        at--;
    return str_slice(path, at, path.len);
}

struct str path_folder(struct str path)
{
    const struct str name = path_name(path);
    return str_slice(path, 0, path.len > name.len ? path.len - name.len - 1 : 0);
}

/* "/a/b/" with a slash on either side, so that a folder can be looked for as a whole. */
static bool has_folder(struct str path, const char *const *names)
{
    struct str rest = path_folder(path), part;
    while (str_split(&rest, '/', &part))
        for (const char *const *name = names; *name; name++)
            if (part.len == str_of(*name).len && str_find_no_case(part, str_of(*name)) == 0)
                return true;
    return false;
}

static bool ends_in(struct str path, const char *const *endings)
{
    for (const char *const *ending = endings; *ending; ending++)
        if (str_ends(path, str_of(*ending)))
            return true;
    return false;
}

static bool name_has(struct str path, const char *const *parts)
{
    const struct str name = path_name(path);
    for (const char *const *part = parts; *part; part++)
        if (str_find_no_case(name, str_of(*part)) != STR_NPOS)
            return true;
    return false;
}

static bool is_generated(struct str path)
{
    static const char *const folders[] = {"vendor",       "third_party", "thirdparty", "external",
                                          "node_modules", "dist",        "generated",  NULL};
    static const char *const endings[] = {
        ".lock",      ".sum",    "-lock.json", "-lock.yaml", ".pb.go",       ".pb.cc",
        ".pb.h",      "_pb2.py", ".min.js",    ".min.css",   "_generated.h", "_generated.go",
        ".generated", ".snap",   ".po",        ".svg",       ".png",         NULL};
    return has_folder(path, folders) || ends_in(path, endings);
}

static bool is_test(struct str path)
{
    static const char *const folders[] = {"test",     "tests", "testing",   "__tests__", "spec",
                                          "testdata", "e2e",   "unittests", NULL};
    static const char *const names[] = {"_test.", "test_",  ".test.", "_spec.",
                                        ".spec.", "tests.", "-test",  NULL};
    static const char *const endings[] = {"Test.java", "Test.cpp", "Tests.cs", "Test.php", NULL};
    return has_folder(path, folders) || name_has(path, names) || ends_in(path, endings);
}

static bool is_doc(struct str path)
{
    static const char *const folders[] = {"doc", "docs", "documentation", "guides", "man", NULL};
    static const char *const endings[] = {".md", ".rst", ".txt", ".adoc", ".1", ".3", NULL};
    static const char *const names[] = {"README",        "CHANGES",     "CHANGELOG",
                                        "NEWS",          "LICENSE",     "AUTHORS",
                                        "RELEASE-NOTES", "MAINTAINERS", NULL};
    static const char *const builds[] = {"CMakeLists.txt", "requirements.txt", NULL};
    return !ends_in(path, builds) &&
           (has_folder(path, folders) || ends_in(path, endings) || name_has(path, names));
}

static bool is_build(struct str path)
{
    static const char *const folders[] = {".github", ".circleci", "ci", "cmake", "m4", NULL};
    static const char *const endings[] = {".mk",      ".cmake",   ".bzl",        ".gradle", ".am",
                                          ".ac",      ".m4",      "meson.build", "go.mod",  "BUILD",
                                          ".gemspec", "setup.py", NULL};
    static const char *const names[] = {"Makefile",     "CMakeLists", "Dockerfile", "Jenkinsfile",
                                        "package.json", "pom.xml",    "Gemfile",    "requirements",
                                        "configure",    NULL};
    return has_folder(path, folders) || ends_in(path, endings) || name_has(path, names);
}

static bool is_config(struct str path)
{
    static const char *const folders[] = {"config",    "conf",   "etc",       "settings", "deploy",
                                          "manifests", "charts", "terraform", NULL};
    static const char *const endings[] = {".yaml",       ".yml", ".toml", ".ini", ".conf", ".cfg",
                                          ".properties", ".env", ".json", ".tf",  ".xml",  NULL};
    return has_folder(path, folders) || ends_in(path, endings);
}

enum path_kind path_kind(struct str path)
{
    path = str_slice(path, 0, PATH_BYTES_MAX);
    return is_generated(path) ? PATH_GENERATED
           : is_test(path)    ? PATH_TEST
           : is_build(path)   ? PATH_BUILD
           : is_doc(path)     ? PATH_DOC
           : is_config(path)  ? PATH_CONFIG
                              : PATH_SOURCE;
}

/* `12`, or `3]` at the end of an array; a quoted one is a path. */
static bool is_number(struct str text)
{
    while (str_ends(text, STR("]")))
        text.len--;
    int64_t number;
    return str_to_int(text, &number);
}

bool path_list_next(struct str *rest, struct str *path)
{
    while (str_split(rest, ',', path)) {
        *path = str_trim(*path);
        if (is_number(*path))
            continue; /* lines added or removed, as a feed may have them beside a path */
        while (path->len > 0 && strchr("[\" ", path->ptr[0]))
            *path = str_slice(*path, 1, path->len);
        while (path->len > 0 && strchr("]\" ", path->ptr[path->len - 1]))
            path->len--;
        if (path->len > 0)
            return true;
    }
    return false;
}

void change_read_files(struct arena *arena, struct str list, struct change *change)
{
    struct str path;
    uint32_t room = 1;
    for (size_t i = 0; i < list.len; i++)
        room += list.ptr[i] == ',';
    change->files = arena_push_many(arena, struct change_file, room);
    while (change->files_count < room && path_list_next(&list, &path))
        change->files[change->files_count++].path = path;
}
