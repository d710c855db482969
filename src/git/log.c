/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine of few states. In each of them either one byte decides what comes, or a token runs up
 * to its end mark; of a token the first bytes are kept and the rest is passed over, so that neither
 * a message nor a line of 100 MB costs memory.
 *
 * Files are known from the raw part; the n-th `diff --git` is the n-th of them, except that a file
 * that became a link (status T) has two. Their names in the diff are not read: they are quoted
 * there.
 */
#include "git/log.h"

#include "base/arena.h"
#include "base/clock.h"
#include "git/wordbag.h"

#include <string.h>

#define TOKEN_BYTES_MAX ((size_t)8192) /* above PATH_MAX; lines of code are shorter */

enum state {
    STATE_START,    /* the NUL in front of a commit */
    STATE_FIELD,    /* one of enum field, up to NUL */
    STATE_HEAD_END, /* the NUL that -z puts behind the form */
    STATE_BODY,     /* '\n': a diff follows; NUL: the next commit */
    STATE_RAW,      /* ':': a file; NUL: the list ends */
    STATE_STATUS,   /* ":100644 100644 4be1 5cf2 M", up to NUL */
    STATE_PATH,     /* up to NUL; a rename has two */
    STATE_LINE,     /* where a line of the diff begins, or a commit */
    STATE_TEXT,     /* the rest of it, up to '\n' */
};

enum field { FIELD_ID, FIELD_PARENTS, FIELD_TIME, FIELD_AUTHOR, FIELD_MESSAGE, FIELDS };

struct git_log {
    struct arena *arena; /* of the commit that is being read */
    git_landed *landed;
    void *state_of_landed;
    bool has_patch;

    enum state state;
    enum field field;
    char token[TOKEN_BYTES_MAX];
    size_t token_len;

    struct git_commit commit; /* while its id is not empty */
    struct change_file files[GIT_FILES_MAX];
    uint8_t sections[GIT_FILES_MAX]; /* of the diff: one, or two */
    struct wordbag words, scopes;
    uint32_t paths_left;     /* of the file whose status was read */
    uint32_t file;           /* whose diff is being read; may be beyond those that are kept */
    uint32_t sections_left;  /* of it */
    uint64_t added, removed; /* lines of the hunk that are still to come */
};

struct git_log *git_log_new(struct arena *arena, bool has_patch, git_landed *landed, void *state)
{
    struct git_log *log = arena_push(arena, struct git_log);
    *log = (struct git_log){.arena = arena_new("commit"),
                            .landed = landed,
                            .state_of_landed = state,
                            .has_patch = has_patch};
    return log;
}

void git_log_free(struct git_log *log)
{
    arena_free(log->arena);
}

/* ---- a commit ---- */

static void begin_commit(struct git_log *log)
{
    arena_reset(log->arena);
    log->commit = (struct git_commit){.change = {.files = log->files}};
    log->words = wordbag_new(log->arena);
    log->scopes = wordbag_new(log->arena);
    log->file = UINT32_MAX; /* before the first */
    log->sections_left = 0;
    log->field = FIELD_ID;
    log->state = STATE_FIELD;
}

static bool tell_commit(struct git_log *log, struct err *err)
{
    struct change *change = &log->commit.change;
    if (change->id.len == 0)
        return true;
    change->words = wordbag_best(&log->words, GIT_WORDS_KEPT_MAX, &change->words_count);
    change->scopes = wordbag_best(&log->scopes, GIT_SCOPES_KEPT_MAX, &change->scopes_count);
    return log->landed(log->state_of_landed, &log->commit, err);
}

static bool is_id(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("0123456789abcdef", text.ptr[i]) || !text.ptr[i])
            return false;
    return text.len == 40 || text.len == GIT_ID_BYTES_MAX;
}

int64_t git_time_ns(struct str text)
{
    int64_t seconds = 0;
    if (!str_to_int(text, &seconds))
        seconds = str_starts(text, STR("-")) ? 0 : GIT_TIME_S_MAX;
    return (seconds < 0 ? 0 : seconds > GIT_TIME_S_MAX ? GIT_TIME_S_MAX : seconds) * NS_PER_S;
}

static bool end_field(struct git_log *log, struct str text, struct err *err)
{
    struct change *change = &log->commit.change;
    switch (log->field) {
    case FIELD_ID:
        if (!is_id(text))
            return err_set(err, ERR_PROTOCOL, "git printed no id where a commit begins");
        change->id = str_copy(log->arena, text);
        break;
    case FIELD_PARENTS: {
        struct str rest = text, parent;
        for (change->parents = 0; str_split(&rest, ' ', &parent); change->parents++)
            if (change->parents == 0)
                log->commit.parent = str_copy(log->arena, parent);
        break;
    }
    case FIELD_TIME:
        change->time_ns = git_time_ns(text);
        break;
    case FIELD_AUTHOR:
        change->author = str_copy(log->arena, str_trim(text));
        break;
    case FIELD_MESSAGE:
    default:
        change->message = str_copy(log->arena, str_trim(str_slice(text, 0, GIT_MESSAGE_BYTES_MAX)));
        break;
    }
    log->field++;
    log->state = log->field == FIELDS ? STATE_HEAD_END : STATE_FIELD;
    return true;
}

/* ---- its files ---- */

static bool end_status(struct git_log *log, struct str text, struct err *err)
{
    size_t from = text.len;
    while (from > 0 && text.ptr[from - 1] != ' ')
        from--;
    const char status = from < text.len ? text.ptr[from] : '\0';
    if (status < 'A' || status > 'Z')
        return err_set(err, ERR_PROTOCOL, "git printed no status where a file begins");
    log->paths_left = status == 'R' || status == 'C' ? 2 : 1;
    if (log->commit.change.files_count < GIT_FILES_MAX)
        log->sections[log->commit.change.files_count] = status == 'T' ? 2 : 1;
    log->state = STATE_PATH;
    return true;
}

/* Of a rename the second is what it is called now. */
static void end_path(struct git_log *log, struct str text)
{
    if (--log->paths_left > 0)
        return;
    struct change *change = &log->commit.change;
    if (change->files_count < GIT_FILES_MAX)
        log->files[change->files_count++] =
            (struct change_file){.path = str_copy(log->arena, text)};
    log->state = STATE_RAW;
}

/* ---- its diff ---- */

static bool in_hunk(const struct git_log *log)
{
    return log->added > 0 || log->removed > 0;
}

static void begin_section(struct git_log *log)
{
    if (log->sections_left > 0) {
        log->sections_left--;
        return;
    }
    log->file++; /* UINT32_MAX turns to 0 */
    log->sections_left =
        log->file < log->commit.change.files_count ? log->sections[log->file] - 1u : 0;
}

/* Takes digits off `rest`; more than a billion lines are none. */
static bool take_number(struct str *rest, uint64_t *number)
{
    size_t len = 0;
    *number = 0;
    for (; len < rest->len && rest->ptr[len] >= '0' && rest->ptr[len] <= '9'; len++)
        if ((*number = *number * 10 + (uint64_t)(rest->ptr[len] - '0')) > 1000000000)
            return false;
    *rest = str_slice(*rest, len, rest->len);
    return len > 0;
}

/* "-12,3": how many lines; one, where that is not said. */
static bool take_span(struct str *rest, const char *sign, uint64_t *lines)
{
    uint64_t from;
    if (!str_starts(*rest, str_of(sign)))
        return false;
    *rest = str_slice(*rest, strlen(sign), rest->len);
    *lines = 1;
    if (!take_number(rest, &from))
        return false;
    if (!str_starts(*rest, STR(",")))
        return true;
    *rest = str_slice(*rest, 1, rest->len);
    return take_number(rest, lines);
}

static void count_lines(struct git_log *log)
{
    if (log->file >= log->commit.change.files_count)
        return;
    struct change_file *file = &log->files[log->file];
    const uint64_t added = file->added + log->added, removed = file->removed + log->removed;
    file->added = added < UINT32_MAX ? (uint32_t)added : UINT32_MAX;
    file->removed = removed < UINT32_MAX ? (uint32_t)removed : UINT32_MAX;
}

/* "@@ -1,2 +3 @@ int main(void)" */
static bool begin_hunk(struct git_log *log, struct str text, struct err *err)
{
    struct str rest = text;
    if (!take_span(&rest, "@@ -", &log->removed) || !take_span(&rest, " +", &log->added) ||
        !str_starts(rest, STR(" @@")))
        return err_set(err, ERR_PROTOCOL, "git printed a hunk header that cannot be read");
    count_lines(log);
    wordbag_add(&log->scopes, str_slice(rest, 3, rest.len));
    return true;
}

static bool end_line(struct git_log *log, struct str text, struct err *err)
{
    const char first = text.len > 0 ? text.ptr[0] : '\0';
    log->state = STATE_LINE;
    if (first == '\\')
        return true; /* "\ No newline at end of file" */
    if (in_hunk(log)) {
        uint64_t *left = first == '+' ? &log->added : first == '-' ? &log->removed : NULL;
        if (!left || *left == 0)
            return err_set(err, ERR_PROTOCOL, "git printed fewer lines of a hunk than it said");
        (*left)--;
        wordbag_add(&log->words, str_slice(text, 1, text.len));
        return true;
    }
    if (str_starts(text, STR("diff --git ")))
        begin_section(log);
    else if (first == '@')
        return begin_hunk(log, text, err);
    return true; /* index, modes, similarity, names, "Binary files differ" */
}

/* ---- the machine ---- */

/* Where one byte decides. Sets whether it is taken, or begins the token that follows. */
static bool step(struct git_log *log, char c, bool *taken, struct err *err)
{
    *taken = true;
    switch (log->state) {
    case STATE_HEAD_END:
        log->state = STATE_BODY;
        return c == '\0' || err_set(err, ERR_PROTOCOL, "git printed a commit of another form");
    case STATE_BODY:
        if (c == '\n') {
            log->state = STATE_RAW;
            return true;
        }
        break;
    case STATE_RAW:
        if (c == ':') {
            log->state = STATE_STATUS;
            return true;
        }
        if (c == '\0' && log->has_patch) {
            log->state = STATE_LINE;
            return true;
        }
        break;
    case STATE_LINE:
        if (c != '\0' || in_hunk(log)) {
            log->state = STATE_TEXT;
            *taken = false;
            return true;
        }
        break;
    default:
        break;
    }
    /* STATE_START, and wherever a commit may end */
    if (c != '\0')
        return err_set(err, ERR_PROTOCOL, "git printed something where a commit should begin");
    if (!tell_commit(log, err))
        return false;
    begin_commit(log);
    return true;
}

static bool end_token(struct git_log *log, struct err *err)
{
    const struct str text = {log->token, log->token_len};
    log->token_len = 0;
    switch (log->state) {
    case STATE_FIELD:
        return end_field(log, text, err);
    case STATE_STATUS:
        return end_status(log, text, err);
    case STATE_PATH:
        end_path(log, text);
        return true;
    default:
        return end_line(log, text, err);
    }
}

static bool is_token(enum state state)
{
    return state == STATE_FIELD || state == STATE_STATUS || state == STATE_PATH ||
           state == STATE_TEXT;
}

static void keep(struct git_log *log, const char *bytes, size_t len)
{
    const size_t room = sizeof log->token - log->token_len;
    const size_t kept = len < room ? len : room;
    memcpy(log->token + log->token_len, bytes, kept);
    log->token_len += kept;
}

bool git_log_push(struct git_log *log, struct str bytes, struct err *err)
{
    const char *at = bytes.ptr, *const end = bytes.ptr + bytes.len;
    while (at < end) {
        if (!is_token(log->state)) {
            bool taken;
            if (!step(log, *at, &taken, err))
                return false;
            at += taken;
            continue;
        }
        const char *mark = memchr(at, log->state == STATE_TEXT ? '\n' : '\0', (size_t)(end - at));
        keep(log, at, (size_t)((mark ? mark : end) - at));
        if (!mark)
            return true;
        at = mark + 1;
        if (!end_token(log, err))
            return false;
    }
    return true;
}

bool git_log_end(struct git_log *log, struct err *err)
{
    const bool whole = log->state == STATE_START || log->state == STATE_BODY ||
                       log->state == STATE_RAW || (log->state == STATE_LINE && !in_hunk(log));
    if (!whole)
        return err_set(err, ERR_PROTOCOL, "git stopped in the middle of a commit");
    return tell_commit(log, err);
}
