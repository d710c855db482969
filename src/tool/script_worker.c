/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process was forked from one with threads, so of the C library only what is safe there is
 * used: memory, which glibc keeps in order over a fork, and read() and write().
 *
 * Lua is kept deterministic: its tables are hashed with a seed that differs from run to run, so
 * `next` is gone and `pairs` walks in the order of the keys; `math.random` is gone; what has no
 * text but its address cannot be made a text.
 */
#include "tool/script_worker.h"

#include "base/arena.h"
#include "data/json.h"
#include "tool/script_wire.h"

#include <lauxlib.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <lua.h>
#include <lualib.h>
#include <math.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HOOK_STEPS 1000 /* how often the steps are counted */
#define DEPTH_MAX 16    /* of what is returned */
#define ARGUMENTS_MAX 64

struct worker {
    const struct script_limits *limits;
    struct arena *arena; /* for JSON; Lua has its own memory */
    int in, out;
    size_t memory;
    uint64_t steps;
    uint32_t queries;
    struct buf printed;
    bool printed_is_cut;
    const char *beyond; /* which bound was run into; NULL: none */
};

static struct worker *worker_of(lua_State *lua)
{
    return *(struct worker **)lua_getextraspace(lua);
}

/* The last message, and the end. */
static _Noreturn void finish(struct worker *worker, enum wire_type type, struct str told)
{
    struct buf printed = buf_new(worker->arena);
    buf_add_char(&printed, worker->printed_is_cut ? '1' : '0');
    buf_add(&printed, buf_str(&worker->printed));
    const bool sent = wire_write(worker->out, WIRE_PRINTED, buf_str(&printed)) &&
                      wire_write(worker->out, type, told);
    _exit(sent ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* ---- bounds ---- */

static void *allocate(void *state, void *ptr, size_t before, size_t after)
{
    struct worker *worker = state;
    before = ptr ? before : 0;
    if (after == 0) {
        free(ptr);
        worker->memory -= before;
        return NULL;
    }
    if (after > before && worker->memory + (after - before) > worker->limits->memory_bytes_max) {
        worker->beyond = "memory";
        return NULL;
    }
    void *moved = realloc(ptr, after);
    if (moved)
        worker->memory = worker->memory - before + after;
    return moved;
}

static void count_steps(lua_State *lua, lua_Debug *where)
{
    (void)where;
    struct worker *worker = worker_of(lua);
    worker->steps += HOOK_STEPS;
    if (worker->steps > worker->limits->steps_max) /* an error could be caught, again and again */
        finish(worker, WIRE_BEYOND, STR("steps"));
}

/* ---- what it can call ---- */

static void push_value(lua_State *lua, enum type type, struct wire_cursor *rows)
{
    if (type == TYPE_TEXT) {
        const struct str text = wire_take_text(rows);
        lua_pushlstring(lua, text.ptr, text.len);
        return;
    }
    const uint64_t bits = wire_take_number(rows);
    double real;
    if (type == TYPE_REAL) {
        memcpy(&real, &bits, sizeof real);
        lua_pushnumber(lua, real);
    } else if (type == TYPE_BOOL) {
        lua_pushboolean(lua, bits != 0);
    } else {
        lua_pushinteger(lua, (lua_Integer)bits);
    }
}

/* A table for each row, by the names of the columns. */
static void push_rows(lua_State *lua, struct str body)
{
    struct wire_cursor cursor = {.at = body.ptr, .end = body.ptr + body.len};
    const int columns = (int)wire_take_number(&cursor);
    const lua_Integer rows = (lua_Integer)wire_take_number(&cursor);
    luaL_checkstack(lua, columns + 8, "too many columns");
    const int names = lua_gettop(lua) + 1;
    enum type *types = lua_newuserdatauv(lua, sizeof *types * (size_t)(columns + 1), 0);
    for (int c = 0; c < columns; c++) {
        const struct str name = wire_take_text(&cursor);
        lua_pushlstring(lua, name.ptr, name.len);
        types[c] = (enum type)wire_take_number(&cursor);
    }
    lua_createtable(lua, (int)(rows < INT32_MAX ? rows : INT32_MAX), 0);
    for (lua_Integer row = 1; row <= rows; row++) {
        lua_createtable(lua, 0, columns);
        for (int c = 0; c < columns; c++) {
            if (wire_take_number(&cursor) == 0)
                continue;
            lua_pushvalue(lua, names + 1 + c);
            push_value(lua, types[c], &cursor);
            lua_rawset(lua, -3);
        }
        lua_rawseti(lua, -2, row);
    }
}

static void *lua_room(void *state, size_t size)
{
    return lua_newuserdatauv(state, size, 0);
}

static int call_query(lua_State *lua)
{
    struct worker *worker = worker_of(lua);
    struct str sql = {0};
    struct wire_message message;
    sql.ptr = luaL_checklstring(lua, 1, &sql.len);
    if (++worker->queries > worker->limits->queries_max) {
        worker->beyond = "queries";
        return luaL_error(lua, "it asked more than %d queries", (int)worker->limits->queries_max);
    }
    if (!wire_write(worker->out, WIRE_QUERY, sql) ||
        !wire_read(worker->in, lua_room, lua, &message))
        _exit(EXIT_FAILURE); /* nobody is there any more */
    if (message.type == WIRE_REFUSED)
        return luaL_error(lua, "%s", message.body.ptr);
    push_rows(lua, message.body);
    return 1;
}

static bool has_text(lua_State *lua, int index)
{
    const int type = lua_type(lua, index);
    return type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER || type == LUA_TSTRING;
}

static int call_tostring(lua_State *lua)
{
    luaL_checkany(lua, 1);
    if (has_text(lua, 1))
        luaL_tolstring(lua, 1, NULL);
    else
        lua_pushstring(lua, luaL_typename(lua, 1));
    return 1;
}

static int call_print(lua_State *lua)
{
    struct worker *worker = worker_of(lua);
    const int count = lua_gettop(lua);
    for (int i = 1; i <= count; i++) {
        struct str text = {0};
        lua_pushcfunction(lua, call_tostring);
        lua_pushvalue(lua, i);
        lua_call(lua, 1, 1);
        text.ptr = lua_tolstring(lua, -1, &text.len);
        const size_t room = worker->limits->output_bytes_max - worker->printed.len;
        worker->printed_is_cut |= text.len + 1 > room;
        if (room > 0) {
            buf_add(&worker->printed, str_slice(text, 0, room - 1));
            buf_add_char(&worker->printed, i < count ? '\t' : '\n');
        }
        lua_pop(lua, 1);
    }
    return 0;
}

/* string.format, whose %p and whose %s of a table would show an address. */
static int call_format(lua_State *lua)
{
    const int count = lua_gettop(lua);
    const char *form = luaL_checkstring(lua, 1);
    for (const char *at = form; (at = strchr(at, '%')) != NULL; at += at[1] ? 2 : 1)
        if (at[1 + strspn(at + 1, "-+ #0123456789.")] == 'p')
            return luaL_error(lua, "%%p is not to be had");
    for (int i = 2; i <= count; i++)
        if (!has_text(lua, i))
            return luaL_error(lua, "argument %d of format is a %s", i, luaL_typename(lua, i));
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, count, 1);
    return 1;
}

/* Numbers before texts; what else can be a key has no order that means anything. */
static int key_before(lua_State *lua)
{
    const bool a_number = lua_type(lua, 1) == LUA_TNUMBER,
               b_number = lua_type(lua, 2) == LUA_TNUMBER;
    lua_pushboolean(lua, a_number == b_number ? lua_compare(lua, 1, 2, LUA_OPLT) : a_number);
    return 1;
}

static int next_in_order(lua_State *lua)
{
    const lua_Integer at = lua_tointeger(lua, lua_upvalueindex(2)) + 1;
    lua_pushinteger(lua, at);
    lua_replace(lua, lua_upvalueindex(2));
    if (lua_rawgeti(lua, lua_upvalueindex(1), at) == LUA_TNIL)
        return 1;
    lua_pushvalue(lua, -1);
    lua_rawget(lua, lua_upvalueindex(3));
    return 2;
}

/* The keys of the table on top, sorted, in a table on top of it. */
static void push_keys(lua_State *lua)
{
    const int table = lua_gettop(lua);
    lua_Integer count = 0;
    luaL_checkstack(lua, 8, "too deep");
    lua_newtable(lua);
    lua_pushnil(lua);
    while (lua_next(lua, table)) {
        lua_pop(lua, 1);
        const int type = lua_type(lua, -1);
        if (type != LUA_TNUMBER && type != LUA_TSTRING)
            luaL_error(lua, "a table with a %s for a key has no order", lua_typename(lua, type));
        lua_pushvalue(lua, -1);
        lua_rawseti(lua, table + 1, ++count);
    }
    lua_getfield(lua, LUA_REGISTRYINDEX, "sort");
    lua_pushvalue(lua, table + 1);
    lua_pushcfunction(lua, key_before);
    lua_call(lua, 2, 0);
}

static int call_pairs(lua_State *lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 1);
    push_keys(lua);
    lua_pushinteger(lua, 0);
    lua_pushvalue(lua, 1);
    lua_pushcclosure(lua, next_in_order, 3);
    return 1;
}

/*
 * setmetatable, but for finalisers: Lua runs them without counting their steps, so one that does
 * not end would hold up the case until it is killed.
 */
static int call_setmetatable(lua_State *lua)
{
    const int count = lua_gettop(lua);
    if (lua_istable(lua, 2)) {
        lua_pushliteral(lua, "__gc");
        if (lua_rawget(lua, 2) != LUA_TNIL)
            return luaL_error(lua, "__gc is not to be had");
        lua_settop(lua, count);
    }
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, count, 1);
    return 1;
}

static void remove_field(lua_State *lua, const char *library, const char *name)
{
    lua_getglobal(lua, library);
    lua_pushnil(lua);
    lua_setfield(lua, -2, name);
    lua_pop(lua, 1);
}

static void open_libraries(lua_State *lua)
{
    static const luaL_Reg libraries[] = {{LUA_GNAME, luaopen_base},
                                         {LUA_MATHLIBNAME, luaopen_math},
                                         {LUA_STRLIBNAME, luaopen_string},
                                         {LUA_TABLIBNAME, luaopen_table},
                                         {LUA_UTF8LIBNAME, luaopen_utf8}};
    static const char *const gone[] = {"load",           "loadfile", "dofile", "require",
                                       "collectgarbage", "next",     "warn"};
    static const luaL_Reg ours[] = {{"query", call_query},
                                    {"print", call_print},
                                    {"tostring", call_tostring},
                                    {"pairs", call_pairs}};
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        luaL_requiref(lua, libraries[i].name, libraries[i].func, 1);
        lua_pop(lua, 1);
    }
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        remove_field(lua, LUA_GNAME, gone[i]);
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        lua_register(lua, ours[i].name, ours[i].func);
    remove_field(lua, LUA_MATHLIBNAME, "random");
    remove_field(lua, LUA_MATHLIBNAME, "randomseed");
    remove_field(lua, LUA_STRLIBNAME, "dump");
    lua_getglobal(lua, "setmetatable");
    lua_pushcclosure(lua, call_setmetatable, 1);
    lua_setglobal(lua, "setmetatable");
    lua_getglobal(lua, LUA_TABLIBNAME);
    lua_getfield(lua, -1, "sort");
    lua_setfield(lua, LUA_REGISTRYINDEX, "sort");
    lua_getglobal(lua, LUA_STRLIBNAME);
    lua_getfield(lua, -1, "format");
    lua_pushcclosure(lua, call_format, 1);
    lua_setfield(lua, -2, "format");
    lua_settop(lua, 0);
}

/* ---- what it returns ---- */

struct telling {
    struct buf *json;
    size_t bytes_max;
    int depth;
};

static void tell_value(lua_State *lua, struct telling *telling);

/* The table on top. One with a first item is a list. */
static void tell_table(lua_State *lua, struct telling *telling)
{
    const int table = lua_gettop(lua);
    if (++telling->depth > DEPTH_MAX)
        luaL_error(lua, "what it returns is nested more than %d deep", DEPTH_MAX);
    push_keys(lua);
    const lua_Integer count = (lua_Integer)lua_rawlen(lua, table + 1);
    const bool is_list = lua_rawgeti(lua, table, 1) != LUA_TNIL;
    lua_pop(lua, 1);
    buf_add_char(telling->json, is_list ? '[' : '{');
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(lua, table + 1, i);
        lua_pushvalue(lua, -1);
        lua_rawget(lua, table);
        json_put_comma(telling->json);
        if (!is_list) {
            struct str name = {0};
            name.ptr = luaL_tolstring(lua, -2, &name.len);
            json_put_text(telling->json, name);
            buf_add_char(telling->json, ':');
            lua_pop(lua, 1);
        }
        tell_value(lua, telling);
        lua_pop(lua, 2);
    }
    buf_add_char(telling->json, is_list ? ']' : '}');
    lua_settop(lua, table);
    telling->depth--;
}

/* The value on top. */
static void tell_value(lua_State *lua, struct telling *telling)
{
    struct str text = {0};
    switch (lua_type(lua, -1)) {
    case LUA_TNIL:
        buf_add(telling->json, STR("null"));
        break;
    case LUA_TBOOLEAN:
        buf_add(telling->json, lua_toboolean(lua, -1) ? STR("true") : STR("false"));
        break;
    case LUA_TNUMBER:
        if (lua_isinteger(lua, -1))
            buf_printf(telling->json, "%lld", (long long)lua_tointeger(lua, -1));
        else if (isfinite(lua_tonumber(lua, -1)))
            json_put_real(telling->json, lua_tonumber(lua, -1));
        else
            buf_add(telling->json, STR("null"));
        break;
    case LUA_TSTRING:
        text.ptr = lua_tolstring(lua, -1, &text.len);
        json_put_text(telling->json, text);
        break;
    case LUA_TTABLE:
        tell_table(lua, telling);
        break;
    default:
        luaL_error(lua, "a %s cannot be returned", luaL_typename(lua, -1));
    }
    if (telling->json->len > telling->bytes_max)
        luaL_error(lua, "what it returns is longer than %I bytes", (lua_Integer)telling->bytes_max);
}

static int run_and_tell(lua_State *lua)
{
    struct worker *worker = worker_of(lua);
    const struct str *text = lua_touserdata(lua, 1);
    struct buf json = buf_new(worker->arena);
    struct telling telling = {.json = &json, .bytes_max = worker->limits->output_bytes_max};
    lua_settop(lua, 0);
    open_libraries(lua);
    lua_sethook(lua, count_steps, LUA_MASKCOUNT, HOOK_STEPS);
    if (luaL_loadbufferx(lua, text->ptr, text->len, "=line", "t") != LUA_OK)
        return lua_error(lua);
    lua_call(lua, 0, 1);
    tell_value(lua, &telling);
    lua_pushlstring(lua, json.ptr, json.len);
    return 1;
}

/* ---- the process ---- */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* a sanitizer makes calls of its own */
#elif defined(__has_feature)
#define SANITIZED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define SANITIZED 0
#endif

#define CALL(name) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), ALLOW
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* Memory, two pipes, the end. Where a kernel does not take it, what is left is Lua's own walls. */
static void shut_calls(void)
{
#if defined(__x86_64__) && !SANITIZED
    static struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        CALL(read),
        CALL(write),
        CALL(brk),
        CALL(mmap),
        CALL(munmap),
        CALL(mremap),
        CALL(mprotect),
        CALL(madvise),
        CALL(futex),
        CALL(exit_group),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
#endif
}

/* All that was open where it comes from, but for the two pipes. */
static void close_others(int in, int out)
{
    const unsigned low = (unsigned)(in < out ? in : out), high = (unsigned)(in < out ? out : in);
    (void)syscall(SYS_close_range, 0, low - 1, 0);
    if (high > low + 1)
        (void)syscall(SYS_close_range, low + 1, high - 1, 0);
    (void)syscall(SYS_close_range, high + 1, ~0U, 0);
}

_Noreturn void script_worker(struct str text, const struct script_limits *limits, int in, int out)
{
    close_others(in, out);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    shut_calls();
    struct worker worker = {.limits = limits, .arena = arena_new("script"), .in = in, .out = out};
    worker.printed = buf_new(worker.arena);
    lua_State *lua = lua_newstate(allocate, &worker);
    if (!lua)
        _exit(EXIT_FAILURE);
    *(struct worker **)lua_getextraspace(lua) = &worker;
    lua_pushcfunction(lua, run_and_tell);
    lua_pushlightuserdata(lua, &text);
    const bool ok = lua_pcall(lua, 1, 1, 0) == LUA_OK;
    struct str told = {0};
    told.ptr = lua_tolstring(lua, -1, &told.len);
    if (!ok && worker.beyond)
        told = str_of(worker.beyond);
    else if (!told.ptr)
        told = STR("it ended with an error that is no text");
    finish(&worker, ok ? WIRE_RESULT : worker.beyond ? WIRE_BEYOND : WIRE_WRONG, told);
}
