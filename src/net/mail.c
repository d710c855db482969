/* SPDX-License-Identifier: Apache-2.0 */
#include "net/mail.h"

#include "base/arena.h"
#include "base/base64.h"
#include "base/clock.h"
#include "net/libcurl.h"

#include <stdio.h>
#include <time.h>

#define ADDRESS_LEN_MAX 254   /* RFC 5321, 4.5.3.1.3 */
#define BASE64_LINE_MAX 57    /* bytes that make a line of 76: RFC 2045, 6.8 */
#define ENCODED_WORD_BYTES 42 /* that make an encoded word of at most 75: RFC 2047, 2 */

/* Plain ones only: no quotes, no comments, nothing that ends a line. */
static bool is_address(struct str address)
{
    const size_t at = str_find(address, STR("@"));
    for (size_t i = 0; i < address.len; i++)
        if (address.ptr[i] <= ' ' || address.ptr[i] == 127 || strchr("<>\"(),;:\\", address.ptr[i]))
            return false;
    return at != STR_NPOS && at > 0 && at + 1 < address.len && address.len <= ADDRESS_LEN_MAX;
}

static bool check_address(struct str address, struct err *err)
{
    return is_address(address) || err_set(err, ERR_USAGE, "`%.*s` is no e-mail address",
                                          STR_ARG(str_slice(address, 0, 80)));
}

/* Words of whole characters, so that each can be read by itself. */
static void put_subject(struct buf *out, struct str text)
{
    buf_add(out, STR("Subject:"));
    while (text.len > 0) {
        size_t take = text.len < ENCODED_WORD_BYTES ? text.len : ENCODED_WORD_BYTES;
        while (take > 1 && take < text.len && ((unsigned char)text.ptr[take] & 0xC0) == 0x80)
            take--;
        buf_add(out, STR("\r\n =?UTF-8?B?"));
        base64_put(out, str_slice(text, 0, take));
        buf_add(out, STR("?="));
        text = str_slice(text, take, text.len);
    }
    buf_add(out, STR("\r\n"));
}

/* In UTC, and in English, whatever the locale. */
static void put_date(struct buf *out, int64_t now_ns)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const time_t seconds = (time_t)(now_ns / NS_PER_S);
    struct tm at;
    gmtime_r(&seconds, &at);
    buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", days[at.tm_wday], at.tm_mday,
               months[at.tm_mon], at.tm_year + 1900, at.tm_hour, at.tm_min, at.tm_sec);
}

/* Our own ids have letters, digits and dashes; anything else is left out. */
static struct str thread_id(struct arena *arena, const struct mail *mail)
{
    struct buf out = buf_new(arena);
    for (size_t i = 0; i < mail->thread.len && i < 64; i++)
        if (mail->thread.ptr[i] == '-' ||
            (mail->thread.ptr[i] >= '0' && mail->thread.ptr[i] <= '9') ||
            (mail->thread.ptr[i] >= 'a' && mail->thread.ptr[i] <= 'z'))
            buf_add_char(&out, mail->thread.ptr[i]);
    return buf_str(&out);
}

bool mail_print(struct arena *arena, const struct mail *mail, struct str *out, struct err *err)
{
    struct buf text = buf_new(arena);
    if (!check_address(mail->from, err))
        return false;
    if (mail->to_count == 0)
        return err_set(err, ERR_USAGE, "nobody is named to send it to");
    put_date(&text, mail->now_ns);
    buf_printf(&text, "From: <%.*s>\r\nTo:", STR_ARG(mail->from));
    for (uint32_t i = 0; i < mail->to_count; i++) {
        if (!check_address(mail->to[i], err))
            return false;
        buf_printf(&text, "%s <%.*s>", i > 0 ? ",\r\n" : "", STR_ARG(mail->to[i]));
    }
    buf_add(&text, STR("\r\n"));
    put_subject(&text, mail->subject);
    if (mail->thread.len > 0)
        buf_printf(&text, "References: <%s@warroom.invalid>\r\n", thread_id(arena, mail).ptr);
    buf_add(&text,
            STR("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n"));
    for (struct str rest = mail->text; rest.len > 0;
         rest = str_slice(rest, BASE64_LINE_MAX, rest.len)) {
        base64_put(&text, str_slice(rest, 0, BASE64_LINE_MAX));
        buf_add(&text, STR("\r\n"));
    }
    *out = buf_str(&text);
    return true;
}

struct upload {
    struct str rest;
};

static size_t give_bytes(char *bytes, size_t size, size_t count, void *context)
{
    struct upload *upload = context;
    const size_t room = size * count;
    const size_t take = upload->rest.len < room ? upload->rest.len : room;
    memcpy(bytes, upload->rest.ptr, take);
    upload->rest = str_slice(upload->rest, take, upload->rest.len);
    return take;
}

static const char *angled(struct arena *arena, struct str address)
{
    return str_printf(arena, "<%.*s>", STR_ARG(address)).ptr;
}

static CURLcode perform(const struct libcurl *lib, CURL *curl, struct arena *arena,
                        const struct mail *mail, struct str bytes, int64_t timeout_ns)
{
    struct upload upload = {.rest = bytes};
    struct curl_slist *to = NULL;
    for (uint32_t i = 0; i < mail->to_count; i++)
        to = lib->curl_slist_append(to, angled(arena, mail->to[i]));
    lib->curl_easy_setopt(curl, CURLOPT_URL, str_copy(arena, mail->server).ptr);
    lib->curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    lib->curl_easy_setopt(curl, CURLOPT_PROXY, "");
    lib->curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    /* a password goes through TLS or not at all */
    lib->curl_easy_setopt(curl, CURLOPT_USE_SSL,
                          (long)(mail->user.len > 0 ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (mail->user.len > 0) {
        lib->curl_easy_setopt(curl, CURLOPT_USERNAME, str_copy(arena, mail->user).ptr);
        lib->curl_easy_setopt(curl, CURLOPT_PASSWORD, str_copy(arena, mail->password).ptr);
    }
    lib->curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(timeout_ns / NS_PER_MS));
    lib->curl_easy_setopt(curl, CURLOPT_MAIL_FROM, angled(arena, mail->from));
    lib->curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    lib->curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    lib->curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_bytes);
    lib->curl_easy_setopt(curl, CURLOPT_READDATA, &upload);
    const CURLcode code = lib->curl_easy_perform(curl);
    lib->curl_slist_free_all(to);
    return code;
}

bool mail_send(struct arena *arena, const struct mail *mail, int64_t timeout_ns, struct err *err)
{
    struct str bytes;
    const bool is_smtp =
        str_starts(mail->server, STR("smtp://")) || str_starts(mail->server, STR("smtps://"));
    if (!is_smtp)
        return err_set(err, ERR_USAGE, "the server is smtp://HOST:PORT or smtps://HOST:PORT");
    if (!mail_print(arena, mail, &bytes, err))
        return false;
    const struct libcurl *lib = libcurl_load(err);
    CURL *curl = lib ? lib->curl_easy_init() : NULL;
    if (!curl)
        return lib ? err_set(err, ERR_IO, "libcurl cannot be started") : false;
    const CURLcode code = perform(lib, curl, arena, mail, bytes, timeout_ns);
    lib->curl_easy_cleanup(curl);
    return code == CURLE_OK ||
           err_set(err, code == CURLE_OPERATION_TIMEDOUT ? ERR_TIMEOUT : ERR_UNREACHABLE,
                   "%.*s: %s", STR_ARG(mail->server), lib->curl_easy_strerror(code));
}
