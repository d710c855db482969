/* SPDX-License-Identifier: Apache-2.0 */
#include "text/stack.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *why, *text;
    const char *thrown, *root, *file, *place;
} stacks[] = {
    {"Java, to the root",
     "java.lang.RuntimeException: no order\n"
     "\tat com.shop.Web.handle(Web.java:10)\n"
     "Caused by: com.shop.OrderException: gone\n"
     "\tat java.util.HashMap.get(HashMap.java:1)\n"
     "\tat com.shop.orders.OrderService.place(OrderService.java:31)\n"
     "\tat com.shop.Web.handle(Web.java:9)\n"
     "\t... 12 more",
     "java.lang.RuntimeException", "com.shop.OrderException", "OrderService.java", "31"},
    {"Java, a cause that shares its frames",
     "a.WebException: x\n\tat com.shop.Stock.take(Stock.java:31)\n"
     "Caused by: java.sql.SQLTimeoutException: y\n\t... 12 more",
     "a.WebException", "java.sql.SQLTimeoutException", "Stock.java", "31"},
    {"Java, nothing of its own",
     "java.lang.NullPointerException\n\tat java.util.Optional.get(Optional.java:3)",
     "java.lang.NullPointerException", "java.lang.NullPointerException", "", ""},
    {"Python, the last frame and the last line",
     "Traceback (most recent call last):\n"
     "  File \"/app/web.py\", line 3, in handle\n"
     "    place()\n"
     "  File \"/app/orders/service.py\", line 31, in place\n"
     "    total = prices['x']\n"
     "  File \"/usr/lib/python3/site-packages/lib.py\", line 8, in get\n"
     "KeyError: 'x'",
     "KeyError", "KeyError", "service.py", "31"},
    {"Python, two of them",
     "Traceback (most recent call last):\n  File \"/app/a.py\", line 1, in a\nKeyError: 'x'\n\n"
     "During handling of the above exception, another exception occurred:\n\n"
     "Traceback (most recent call last):\n  File \"/app/b.py\", line 2, in b\n"
     "shop.errors.OrderError: no order",
     "KeyError", "shop.errors.OrderError", "b.py", "2"},
    {"Node",
     "TypeError: cannot read properties of undefined\n"
     "    at Object.get (/app/node_modules/lib/index.js:1:2)\n"
     "    at place (/app/src/orders.js:12:5)\n"
     "    at node:internal/process/task_queues:95:5",
     "TypeError", "TypeError", "orders.js", "12"},
    {".NET",
     "System.NullReferenceException: Object reference not set\n"
     "   at System.Linq.Enumerable.First(IEnumerable s) in /_/src/First.cs:line 4\n"
     "   at Shop.Orders.Place(Order o) in /src/Orders/Orders.cs:line 31",
     "System.NullReferenceException", "System.NullReferenceException", "Orders.cs", "31"},
    {".NET, to the root",
     "System.AggregateException: no order\n ---> Shop.OrderException: gone\n"
     "   at Shop.Orders.Place() in /src/Orders.cs:line 31\n"
     "   --- End of inner exception stack trace ---\n"
     "   at Shop.Web.Get() in /src/Web.cs:line 7",
     "System.AggregateException", "Shop.OrderException", "Orders.cs", "31"},
    {".NET, in one line", "A.WebException: failed ---> A.SocketException: refused",
     "A.WebException", "A.SocketException", "", ""},
    {"Go",
     "panic: runtime error: index out of range [3] with length 2\n\n"
     "goroutine 1 [running]:\n"
     "main.(*Server).place(...)\n"
     "\t/usr/local/go/src/runtime/panic.go:88 +0x1d\n"
     "\t/app/orders/server.go:42 +0x1d",
     "panic", "panic", "server.go", "42"},
    {"Rust", "thread 'main' panicked at src/orders.rs:12:5:\ncalled `Option::unwrap()`", "panic",
     "panic", "orders.rs", "12"},
    {"older Rust", "thread 'main' panicked at 'no order', src/orders.rs:12:5", "panic", "panic",
     "orders.rs", "12"},
    {"Rust, in a library", "thread 'x' panicked at /rustc/abc/library/core/src/option.rs:1:2",
     "panic", "panic", "", ""},
    {"no frame", "ERROR OrderException: gone", "OrderException", "OrderException", "", ""},
    {"frames alone", "\tat com.shop.Web.handle(Web.java:10)", "", "", "", ""},
    {"no trace at all", "order 7 placed at 12:30 by web.py:3", "", "", "", ""},
    {"empty", "", "", "", "", ""},
    {"pieces", "Caused by:\n\tat \nFile \"\nFile \"\", line \npanic: \n", "", "", "", ""},
    {"Spring, in one line",
     "o.s.web.ServletException: failed; nested exception is feign.FeignException: 500; nested "
     "exception is java.net.ConnectException: refused",
     "o.s.web.ServletException", "java.net.ConnectException", "", ""},
};

static void assert_text(const char *why, struct str got, const char *want)
{
    if (!str_eq(got, str_of(want)))
        fail_msg("%s: %.*s, not %s", why, STR_ARG(got), want);
}

static void each_language_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(stacks); i++) {
        const struct stack stack = stack_read(str_of(stacks[i].text));
        assert_text(stacks[i].why, stack.thrown, stacks[i].thrown);
        assert_text(stacks[i].why, stack.root, stacks[i].root);
        assert_text(stacks[i].why, stack.file, stacks[i].file);
        assert_text(stacks[i].why, stack.place, stacks[i].place);
    }
}

static void the_chain_is_told_in_order(void **state)
{
    (void)state;
    const struct stack stack =
        stack_read(STR("a.WebException: x\n\tat a.B.c(B.java:1)\nCaused by: a.OrderException: y\n"
                       "Caused by: a.StockError: z\n"));
    assert_int_equal(stack.chain_count, 3);
    assert_text("first", stack.chain[0], "a.WebException");
    assert_text("second", stack.chain[1], "a.OrderException");
    assert_text("third", stack.chain[2], "a.StockError");
    assert_int_equal(stack_read(STR("nothing")).chain_count, 0);
}

static void a_trace_may_be_cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(stacks); i++)
        for (size_t len = 0; len <= strlen(stacks[i].text); len++)
            stack_read((struct str){.ptr = stacks[i].text, .len = len});
}

static void frames_are_known_as_such(void **state)
{
    (void)state;
    assert_true(stack_goes_on(STR("\tat com.shop.Web.handle(Web.java:10)")));
    assert_true(stack_goes_on(STR("Caused by: java.io.IOException")));
    assert_true(stack_goes_on(STR("  File \"/app/web.py\", line 3, in handle")));
    assert_false(stack_goes_on(STR("order 7 placed")));
    assert_false(stack_goes_on(STR("java.io.IOException: gone")));
    assert_false(stack_goes_on(STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_language_is_read),
        cmocka_unit_test(the_chain_is_told_in_order),
        cmocka_unit_test(a_trace_may_be_cut_anywhere),
        cmocka_unit_test(frames_are_known_as_such),
    };
    return cmocka_run_group_tests_name("stack", tests, NULL, NULL);
}
