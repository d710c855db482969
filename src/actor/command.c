/* SPDX-License-Identifier: Apache-2.0 */
/* Single quotes hold everything but themselves in a shell; so that is the only case there is. */
#include "actor/command.h"

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool command_is_name(struct str text)
{
    if (text.len == 0 || text.len > COMMAND_NAME_LEN_MAX || !is_plain(text.ptr[0]) ||
        str_contains(text, STR("..")))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (!is_plain(c) && c != '.' && c != '_' && c != '/' && c != '-')
            return false;
    }
    return true;
}

struct str command_quote(struct arena *arena, struct str text)
{
    if (command_is_name(text))
        return str_copy(arena, text);
    if (text.len > COMMAND_TEXT_LEN_MAX)
        return STR("");
    struct buf word = buf_new(arena);
    buf_add_char(&word, '\'');
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.ptr[i];
        if (c < ' ' || c > '~')
            return STR("");
        if (c == '\'')
            buf_add(&word, STR("'\\''"));
        else
            buf_add_char(&word, c);
    }
    buf_add_char(&word, '\'');
    return buf_str(&word);
}

struct command command_new(struct arena *arena, const char *words)
{
    struct command command = {.text = buf_new(arena)};
    buf_add(&command.text, str_of(words));
    return command;
}

void command_add(struct command *command, const char *words)
{
    buf_printf(&command->text, " %s", words);
}

void command_add_name(struct command *command, const char *before, struct str name)
{
    command->spoilt |= !command_is_name(name);
    buf_printf(&command->text, " %s%.*s", before, STR_ARG(name));
}

/* An option would be a word too, but not the one that is meant. */
void command_add_text(struct command *command, struct str text)
{
    const struct str word = command_quote(command->text.arena, text);
    command->spoilt |= word.len == 0 || str_starts(text, STR("-"));
    buf_printf(&command->text, " %.*s", STR_ARG(word));
}

struct str command_str(struct command *command)
{
    return command->spoilt ? STR("") : buf_str(&command->text);
}
