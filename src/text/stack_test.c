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
    {"Rust, whose words stand below",
     "thread 'main' (7) panicked at /rustc/abc/library/core/src/option.rs:1:2:\nno entry for key\n"
     "stack backtrace:\n   0: std::panicking::begin\n             at /rustc/abc/panicking.rs:9:5\n"
     "   1: shop::rate\n             at ./src/rates.rs:21:10",
     "panic", "panic", "rates.rs", "21"},
    {"Node, the line that threw quoted above",
     "/app/stock.js:4\n  if (gone) throw new RangeError(text);\n            ^\n\n"
     "TypeError: gone\n    at check (/app/stock.js:4:24)",
     "TypeError", "TypeError", "stock.js", "4"},
    {"Node, an error without a name and what caused it",
     "Error: no answer\n    at ask (/app/stock.js:20:11) {\n  [cause]: Error: connect "
     "ECONNREFUSED\n"
     "      at TCPConnectWrap.afterConnect (node:net:1611:16)",
     "Error", "Error", "stock.js", "20"},
    {"an error without a name or a frame", "Error: no answer", "", "", "", ""},
    {"Python, with its cause",
     "Traceback (most recent call last):\n  File \"/app/a.py\", line 1, in a\nKeyError: 'x'\n\n"
     "The above exception was the direct cause of the following exception:\n\n"
     "Traceback (most recent call last):\n  File \"/app/b.py\", line 2, in b\n"
     "shop.OrderError: no order",
     "shop.OrderError", "KeyError", "a.py", "1"},
    {"Ruby",
     "/usr/lib/ruby/3.1.0/json/common.rb:216:in `parse': unexpected token (JSON::ParserError)\n"
     "\tfrom /usr/lib/ruby/3.1.0/json/common.rb:216:in `parse'\n"
     "\tfrom /app/stock.rb:11:in `load'\n\tfrom /app/main.rb:12:in `<main>'",
     "JSON::ParserError", "JSON::ParserError", "stock.rb", "11"},
    {"Ruby, to the root",
     "/app/stock.rb:37:in `rescue in count': cannot (Stock::ShelfError)\n"
     "\tfrom /app/main.rb:16:in `<main>'\n"
     "/app/shelf.rb:31:in `Integer': invalid value (ArgumentError)\n"
     "\tfrom /app/shelf.rb:31:in `number'",
     "Stock::ShelfError", "ArgumentError", "shelf.rb", "31"},
    {"Ruby, a call that does not fit",
     "/app/bill.rb:32:in `settle': wrong number of arguments (given 3, expected 2) "
     "(ArgumentError)\n"
     "\tfrom /app/close.rb:29:in `close'",
     "ArgumentError", "ArgumentError", "close.rb", "29"},
    {"PHP",
     "PHP Fatal error:  Uncaught TypeError: Unsupported operand types in /app/bill.php:22\n"
     "Stack trace:\n#0 /app/main.php(10): total()\n#1 {main}\n  thrown in /app/bill.php on line 22",
     "TypeError", "TypeError", "bill.php", "22"},
    {"PHP, thrown in a library",
     "Fatal error: Uncaught Error: gone in /app/vendor/x/y.php:3\nStack trace:\n"
     "#0 [internal function]: {closure}()\n#1 /app/stock.php(8): X\\Y->read()\n#2 {main}",
     "Error", "Error", "stock.php", "8"},
    {"PHP, to the root",
     "PHP Fatal error:  Uncaught JsonException: Syntax error in /app/stock.php:8\nStack trace:\n"
     "#0 /app/main.php(3): load()\n\nNext ShelfError: cannot in /app/main.php:5\nStack trace:\n"
     "#0 {main}",
     "ShelfError", "JsonException", "stock.php", "8"},
    {"PHP, a call that does not fit",
     "PHP Fatal error:  Uncaught ArgumentCountError: Too few arguments to function settle(), 2 "
     "passed in /app/close.php on line 35 and exactly 3 expected in /app/bill.php:27",
     "ArgumentCountError", "ArgumentCountError", "close.php", "35"},
    {"the address sanitizer",
     "==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602\nWRITE of size 15\n"
     "    #0 0x7f in memcpy ../../../../src/libsanitizer/common/interceptors.inc:827\n"
     "    #1 0x55 in label(char const*) /app/stock.cpp:12\n    #2 0x55 in main /app/main.cpp:13",
     "heap-buffer-overflow", "heap-buffer-overflow", "stock.cpp", "12"},
    {"the address sanitizer, calls without end",
     "==7==ERROR: AddressSanitizer: stack-overflow on address 0x7f\n"
     "    #0 0x55 in weigh(int) /app/stock.cpp:33\n    #1 0x55 in weigh(int) /app/stock.cpp:37",
     "stack-overflow", "stack-overflow", "stock.cpp", "37"},
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
    const struct stack php = stack_read(
        STR("PHP Fatal error:  Uncaught JsonException: no in /a.php:8\n\nNext ShelfError: "
            "cannot in /b.php:5\n"));
    assert_int_equal(php.chain_count, 2);
    assert_text("first", php.chain[0], "JsonException");
    assert_text("second", php.chain[1], "ShelfError");
    assert_int_equal(stack_read(STR("x.php: Uncaught (in promise)")).thrown.len, 0);
}

/* Where words stand apart from the name, or a quoted line above them: those are the line. */
static void the_line_says_why(void **state)
{
    (void)state;
    assert_text("Rust", stack_read(STR("thread 'a' panicked at src/a.rs:1:2:\nno entry\n")).line,
                "no entry");
    assert_text(
        "Node",
        stack_read(STR("/app/a.js:4\n  throw new RangeError(x);\n\nRangeError: 3 is too much\n"
                       "    at check (/app/a.js:4:24)"))
            .line,
        "RangeError: 3 is too much");
    assert_text("older Rust",
                stack_read(STR("thread 'a' panicked at 'gone', src/a.rs:1:2\nx")).line,
                "thread 'a' panicked at 'gone', src/a.rs:1:2");
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
    assert_true(stack_goes_on(STR("\tfrom /app/main.rb:12:in `<main>'")));
    assert_true(stack_goes_on(STR("#0 /app/main.php(10): total()")));
    assert_true(stack_goes_on(STR("    #1 0x55 in label(char const*) /app/stock.cpp:12")));
    assert_false(stack_goes_on(STR("#7 in the queue (of 9): waits")));
    assert_false(stack_goes_on(STR("/app/a.rb:1:in `b': gone (KeyError)")));
    assert_false(stack_goes_on(STR("order 7 placed")));
    assert_false(stack_goes_on(STR("java.io.IOException: gone")));
    assert_false(stack_goes_on(STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_language_is_read),    cmocka_unit_test(the_chain_is_told_in_order),
        cmocka_unit_test(the_line_says_why),        cmocka_unit_test(a_trace_may_be_cut_anywhere),
        cmocka_unit_test(frames_are_known_as_such),
    };
    return cmocka_run_group_tests_name("stack", tests, NULL, NULL);
}
