/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What nine runtimes and their usual libraries throw, and what servers that everybody runs write,
 * from general knowledge of their class names and messages.
 */
#include "train/texts.h"

#include "expert/code/cause.h"

enum runtime { JAVA, PYTHON, GO, NODE, DOTNET, RUBY, RUST, CPP, PHP, SERVER };

const char *const thrown_runtimes[] = {"Java", "Python", "Go",  "Node",    ".NET", "Ruby",
                                       "Rust", "C++",    "PHP", "servers", NULL};

#define ROW(runtime, cause, names, sentences)                                                      \
    {                                                                                              \
        runtime, CAUSE_IS_##cause, names, sentences                                                \
    }

const struct text_row thrown_rows[] = {
    ROW(JAVA, NULL, "java.lang.NullPointerException|NullPointerException",
        "Cannot invoke \"Object.toString()\" because \"<local{n}>\" is null|Cannot read field "
        "\"{ident}\" because \"this.{ident}\" is null|null"),
    ROW(JAVA, INDEX,
        "java.lang.ArrayIndexOutOfBoundsException|java.lang.StringIndexOutOfBoundsException|"
        "java.util.NoSuchElementException",
        "Index {n} out of bounds for length {n}|begin 0, end {n}, length {n}|No value present"),
    ROW(JAVA, TYPE, "java.lang.ClassCastException|java.lang.ArrayStoreException",
        "class java.lang.String cannot be cast to class java.lang.Integer|incompatible types: "
        "{ident}"),
    ROW(JAVA, FORMAT,
        "java.lang.NumberFormatException|com.fasterxml.jackson.core.JsonParseException|"
        "java.time.format.DateTimeParseException|java.text.ParseException|"
        "javax.xml.bind.UnmarshalException|InvalidProtocolBufferException",
        "For input string: \"{ident}\"|Unexpected character ('<' (code 60)): expected a valid "
        "value|"
        "Text '{ident}' could not be parsed at index {n}|Unparseable date|Cannot deserialize value "
        "of type from Array value"),
    ROW(JAVA, ASSERTION,
        "java.lang.IllegalStateException|java.lang.IllegalArgumentException|java.lang."
        "AssertionError|"
        "java.util.ConcurrentModificationException|UnsupportedOperationException",
        "state should be: open|{ident} must not be negative|expected:<{n}> but was:<{n}>|Duplicate "
        "key {ident}"),
    ROW(JAVA, ARITHMETIC, "java.lang.ArithmeticException",
        "/ by zero|integer overflow|BigInteger "
        "divide by zero"),
    ROW(JAVA, RECURSION, "java.lang.StackOverflowError", "null|stack overflow in {ident}"),
    ROW(JAVA, VERSION,
        "java.lang.NoSuchMethodError|java.lang.NoClassDefFoundError|java.lang."
        "ClassNotFoundException|"
        "java.lang.UnsupportedClassVersionError|java.lang.AbstractMethodError|"
        "java.lang.IncompatibleClassChangeError|java.io.InvalidClassException",
        "'void com.example.{ident}.get(java.lang.String)'|com/example/{ident} has been compiled by "
        "a "
        "more recent version of the Java Runtime|local class incompatible: stream classdesc "
        "serialVersionUID|Could not initialize class {ident}"),
    ROW(JAVA, FILE, "java.io.FileNotFoundException|java.nio.file.NoSuchFileException",
        "{path}/{ident}.xml (No such file or directory)|{path}/{ident}|class path resource cannot "
        "be "
        "opened because it does not exist"),
    ROW(JAVA, SETTING,
        "org.springframework.beans.factory.BeanCreationException|"
        "BindException: Failed to bind properties|com.typesafe.config.ConfigException$Missing",
        "Could not resolve placeholder '{ident}' in value|No configuration setting found for key "
        "'{ident}'|Failed to bind properties under '{ident}'|required property {ident} is not set"),
    ROW(JAVA, PERMISSION,
        "java.nio.file.AccessDeniedException|java.lang.SecurityException|"
        "org.springframework.security.access.AccessDeniedException|BadCredentialsException|"
        "javax.security.auth.login.LoginException",
        "Access is denied|Bad credentials|Access denied for user '{ident}'@'{host}' (using "
        "password: "
        "YES)|{path} (Permission denied)|401 Unauthorized"),
    ROW(JAVA, CERTIFICATE,
        "javax.net.ssl.SSLHandshakeException|sun.security.validator.ValidatorException|"
        "java.security.cert.CertificateExpiredException",
        "PKIX path building failed: unable to find valid certification path to requested target|"
        "Received fatal alert: handshake_failure|NotAfter: expired certificate"),
    ROW(JAVA, NAME, "java.net.UnknownHostException",
        "{svc}: Name or service not known|{host}.example"),
    ROW(JAVA, TIMEOUT,
        "java.net.SocketTimeoutException|java.util.concurrent.TimeoutException|"
        "io.netty.handler.timeout.ReadTimeoutException|java.net.http.HttpTimeoutException|"
        "org.apache.kafka.common.errors.TimeoutException",
        "Read timed out|Did not observe any item or terminal signal within {ms}ms|connect timed "
        "out|"
        "request timed out|Topic {topic} not present in metadata after {ms} ms"),
    ROW(JAVA, REFUSED,
        "java.net.ConnectException|java.net.SocketException|java.net.NoRouteToHostException|"
        "org.apache.http.NoHttpResponseException|java.io.IOException",
        "Connection refused|Connection reset|Broken pipe|{host}:{n} failed to respond|No route to "
        "host|Connection reset by peer"),
    ROW(JAVA, UNAVAILABLE,
        "org.springframework.web.client.HttpServerErrorException$ServiceUnavailable|"
        "feign.FeignException$BadGateway|io.grpc.StatusRuntimeException|"
        "com.netflix.client.ClientException",
        "503 Service Unavailable|UNAVAILABLE: io exception|502 Bad Gateway|Load balancer does not "
        "have available server for client: {svc}"),
    ROW(JAVA, EXHAUSTED,
        "java.sql.SQLTransientConnectionException|java.util.concurrent.RejectedExecutionException|"
        "org.apache.http.conn.ConnectionPoolTimeoutException|io.github.resilience4j.ratelimiter."
        "RequestNotPermitted",
        "HikariPool-1 - Connection is not available, request timed out after {ms}ms.|Timeout "
        "waiting "
        "for connection from pool|Task rejected from ThreadPoolExecutor[Running, pool size = {n}]|"
        "Too many open files|FATAL: too many connections for role"),
    ROW(JAVA, MEMORY, "java.lang.OutOfMemoryError",
        "Java heap space|GC overhead limit exceeded|"
        "Metaspace|unable to create native thread"),
    ROW(JAVA, DISK, "java.io.IOException|java.nio.file.FileSystemException",
        "No space left on device|Read-only file system|There is not enough space on the disk"),
    ROW(JAVA, LOCK,
        "org.springframework.dao.DeadlockLoserDataAccessException|"
        "org.springframework.dao.CannotAcquireLockException|"
        "org.hibernate.exception.LockTimeoutException|OptimisticLockException",
        "Deadlock found when trying to get lock; try restarting transaction|Lock wait timeout "
        "exceeded; try restarting transaction|Row was updated or deleted by another "
        "transaction|could "
        "not obtain lock on row"),

    ROW(PYTHON, NULL, "AttributeError|TypeError",
        "'NoneType' object has no attribute '{ident}'|'NoneType' object is not subscriptable|"
        "unsupported operand type(s) for +: 'NoneType' and 'int'"),
    ROW(PYTHON, INDEX, "IndexError|KeyError",
        "list index out of range|'{ident}'|pop from empty list|string index out of range"),
    ROW(PYTHON, TYPE, "TypeError|AttributeError|NameError|UnboundLocalError",
        "can only concatenate str (not \"int\") to str|'str' object is not callable|{ident}() got "
        "an "
        "unexpected keyword argument '{ident}'|name '{ident}' is not defined|'dict' object has no "
        "attribute '{ident}'"),
    ROW(PYTHON, FORMAT,
        "ValueError|json.decoder.JSONDecodeError|UnicodeDecodeError|yaml.scanner.ScannerError|"
        "pydantic.ValidationError",
        "invalid literal for int() with base 10: '{ident}'|Expecting value: line 1 column 1 (char "
        "0)|"
        "'utf-8' codec can't decode byte 0x80 in position {n}: invalid start byte|time data "
        "'{ident}' "
        "does not match format|field required"),
    ROW(PYTHON, ASSERTION, "AssertionError|RuntimeError|ValueError",
        "assert {ident} is valid|dictionary changed size during iteration|{ident} must be positive|"
        "generator already executing"),
    ROW(PYTHON, ARITHMETIC, "ZeroDivisionError|OverflowError|decimal.InvalidOperation",
        "division by zero|integer division or modulo by zero|math range error"),
    ROW(PYTHON, RECURSION, "RecursionError",
        "maximum recursion depth exceeded in comparison|maximum "
        "recursion depth exceeded"),
    ROW(PYTHON, VERSION, "ImportError|ModuleNotFoundError|pkg_resources.VersionConflict",
        "cannot import name '{ident}' from '{ident}'|No module named '{ident}'|undefined symbol: "
        "{ident}|version GLIBC_2.34 not found|requires a different version"),
    ROW(PYTHON, FILE, "FileNotFoundError|botocore.errorfactory.NoSuchKey",
        "[Errno 2] No such file or directory: '{path}/{ident}'|The specified key does not "
        "exist.|An "
        "error occurred (NoSuchBucket)"),
    ROW(PYTHON, SETTING,
        "django.core.exceptions.ImproperlyConfigured|KeyError|"
        "configparser.NoOptionError",
        "The SECRET_KEY setting must not be empty.|environment variable {ident} is not set|No "
        "option "
        "'{ident}' in section: 'main'|missing required setting {ident}"),
    ROW(PYTHON, PERMISSION,
        "PermissionError|botocore.exceptions.NoCredentialsError|requests.exceptions.HTTPError|"
        "psycopg2.OperationalError",
        "[Errno 13] Permission denied: '{path}'|Unable to locate credentials|403 Client Error: "
        "Forbidden for url|password authentication failed for user \"{ident}\"|An error occurred "
        "(AccessDenied)"),
    ROW(PYTHON, CERTIFICATE, "ssl.SSLCertVerificationError|requests.exceptions.SSLError",
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has "
        "expired|unable "
        "to get local issuer certificate|self signed certificate in certificate chain"),
    ROW(PYTHON, NAME, "socket.gaierror|urllib3.exceptions.NameResolutionError",
        "[Errno -2] Name or service not known|Failed to resolve '{svc}'|[Errno -3] Temporary "
        "failure "
        "in name resolution"),
    ROW(PYTHON, TIMEOUT,
        "TimeoutError|requests.exceptions.ReadTimeout|asyncio.exceptions.TimeoutError|"
        "redis.exceptions.TimeoutError|socket.timeout",
        "HTTPConnectionPool(host='{svc}', port={n}): Read timed out. (read timeout={n})|timed out|"
        "Timeout reading from socket|The read operation timed out"),
    ROW(PYTHON, REFUSED,
        "ConnectionRefusedError|ConnectionResetError|requests.exceptions.ConnectionError|"
        "BrokenPipeError|redis.exceptions.ConnectionError|http.client.RemoteDisconnected",
        "[Errno 111] Connection refused|[Errno 104] Connection reset by peer|Remote end closed "
        "connection without response|[Errno 32] Broken pipe|Error 111 connecting to {host}:{n}"),
    ROW(PYTHON, UNAVAILABLE,
        "requests.exceptions.HTTPError|grpc._channel._InactiveRpcError|elastic_transport."
        "ConnectionError",
        "503 Server Error: Service Unavailable for url|StatusCode.UNAVAILABLE failed to connect to "
        "all addresses|502 Server Error: Bad Gateway for url"),
    ROW(PYTHON, EXHAUSTED,
        "sqlalchemy.exc.TimeoutError|OSError|psycopg2.OperationalError|urllib3.exceptions."
        "EmptyPoolError|botocore.errorfactory.ThrottlingException",
        "QueuePool limit of size {n} overflow {n} reached|[Errno 24] Too many open files|sorry, "
        "too "
        "many clients already|Pool reached maximum size and no more connections are allowed|429 "
        "Client Error: Too Many Requests|Rate exceeded"),
    ROW(PYTHON, MEMORY, "MemoryError|numpy.core._exceptions._ArrayMemoryError|OSError",
        "Unable to allocate {n} GiB for an array|[Errno 12] Cannot allocate memory|out of memory"),
    ROW(PYTHON, DISK, "OSError|sqlite3.OperationalError",
        "[Errno 28] No space left on device|[Errno 30] Read-only file system|database or disk is "
        "full|[Errno 122] Disk quota exceeded"),
    ROW(PYTHON, LOCK,
        "psycopg2.errors.DeadlockDetected|sqlite3.OperationalError|psycopg2.errors."
        "LockNotAvailable|"
        "django.db.utils.OperationalError",
        "deadlock detected|database is locked|canceling statement due to lock timeout|(1205, 'Lock "
        "wait timeout exceeded')"),

    ROW(GO, NULL, "panic: runtime error|panic",
        "invalid memory address or nil pointer dereference|"
        "assignment to entry in nil map|send on nil channel"),
    ROW(GO, INDEX, "panic: runtime error|panic",
        "index out of range [{n}] with length {n}|slice bounds out of range [:{n}] with capacity "
        "{n}"),
    ROW(GO, TYPE, "panic: interface conversion|json",
        "interface {} is string, not int|interface conversion: {ident} is not {ident}: missing "
        "method|cannot use {ident} as type"),
    ROW(GO, FORMAT, "error|strconv.Atoi|json|yaml",
        "parsing \"{ident}\": invalid syntax|invalid character '<' looking for beginning of value|"
        "cannot unmarshal string into Go struct field {ident} of type int|unexpected end of JSON "
        "input|parsing time \"{ident}\" as RFC3339: cannot parse|proto: cannot parse invalid "
        "wire-format data"),
    ROW(GO, ASSERTION, "panic|fatal error",
        "close of closed channel|sync: negative WaitGroup counter|concurrent map "
        "writes|unreachable "
        "state|send on closed channel"),
    ROW(GO, ARITHMETIC, "panic: runtime error",
        "integer divide by zero|strconv: value out of range "
        "overflow"),
    ROW(GO, RECURSION, "runtime|fatal error",
        "goroutine stack exceeds 1000000000-byte limit|stack "
        "overflow"),
    ROW(GO, VERSION, "plugin.Open|error|symbol lookup error",
        "plugin was built with a different version of package {ident}|unsupported protocol version "
        "{n}|unknown field \"{ident}\" in api version"),
    ROW(GO, FILE, "open {path}|stat {path}|error",
        "no such file or directory|file does not exist|"
        "the server could not find the requested resource|"
        "object not found"),
    ROW(GO, SETTING, "config|level=fatal|flag",
        "required key {ident} missing value|environment variable {ident} must be set|invalid value "
        "\"{ident}\" for flag -{ident}|failed to load config: unknown field {ident}"),
    ROW(GO, PERMISSION,
        "open {path}|rpc error: code = PermissionDenied|rpc error: code = "
        "Unauthenticated|error",
        "permission denied|operation not permitted|forbidden: User cannot list resource|invalid "
        "token: signature is invalid|unauthorized: authentication required"),
    ROW(GO, CERTIFICATE, "x509|remote error|tls",
        "certificate has expired or is not yet valid|certificate signed by unknown authority|tls: "
        "bad "
        "certificate|failed to verify certificate: certificate is valid for {host}, not {svc}"),
    ROW(GO, NAME, "dial tcp|lookup {svc}",
        "lookup {svc} on 10.0.0.{n}:53: no such host|server "
        "misbehaving"),
    ROW(GO, TIMEOUT, "context|rpc error: code = DeadlineExceeded|Get \"{url}\"|read tcp",
        "deadline exceeded|context deadline exceeded (Client.Timeout exceeded while awaiting "
        "headers)|"
        "i/o timeout|net/http: request canceled while waiting for connection"),
    ROW(GO, REFUSED, "dial tcp 10.0.0.{n}:{n}|read tcp|write tcp|Post \"{url}\"",
        "connect: connection refused|connection reset by peer|write: broken pipe|EOF|connect: no "
        "route to host|use of closed network connection"),
    ROW(GO, UNAVAILABLE, "rpc error: code = Unavailable desc|error",
        "upstream connect error or disconnect/reset before headers|unexpected status code 503|no "
        "healthy upstream|all SubConns are in TransientFailure|received status 502 Bad Gateway"),
    ROW(GO, EXHAUSTED, "accept tcp|rpc error: code = ResourceExhausted|pq|redis",
        "accept4: too many open files|too many connections|connection pool timeout|429 Too Many "
        "Requests|sorry, too many clients already|quota exceeded"),
    ROW(GO, MEMORY, "fatal error|runtime",
        "runtime: out of memory|cannot allocate memory|cannot "
        "allocate {n}-byte block"),
    ROW(GO, DISK, "write {path}|mkdir {path}",
        "no space left on device|read-only file system|disk "
        "quota exceeded|input/output error"),
    ROW(GO, LOCK, "fatal error|pq|Error 1213",
        "all goroutines are asleep - deadlock!|deadlock detected|Deadlock found when trying to get "
        "lock|could not obtain lock"),

    ROW(NODE, NULL, "TypeError|Uncaught TypeError",
        "Cannot read properties of undefined (reading '{ident}')|Cannot read property '{ident}' of "
        "null|Cannot set properties of undefined|undefined is not an object"),
    ROW(NODE, INDEX, "RangeError",
        "Invalid array length|The value of \"offset\" is out of range|Index "
        "out of range"),
    ROW(NODE, TYPE, "TypeError|ReferenceError|TypeError [ERR_INVALID_ARG_TYPE]",
        "{ident}.map is not a function|{ident} is not defined|The \"path\" argument must be of "
        "type "
        "string|{ident} is not iterable|{ident} is not a constructor"),
    ROW(NODE, FORMAT, "SyntaxError|ZodError|URIError",
        "Unexpected token < in JSON at position 0|Unexpected end of JSON input|URI "
        "malformed|Invalid "
        "date|JSON.parse: unexpected character"),
    ROW(NODE, ASSERTION,
        "AssertionError [ERR_ASSERTION]|Error [ERR_HTTP_HEADERS_SENT]|"
        "Error: Invariant failed",
        "Expected values to be strictly equal|Cannot set headers after they are sent to the client|"
        "Invalid argument {ident}|stream.push() after EOF"),
    ROW(NODE, ARITHMETIC, "RangeError",
        "Division by zero|The number NaN cannot be converted to a "
        "BigInt"),
    ROW(NODE, RECURSION, "RangeError",
        "Maximum call stack size exceeded|stack overflow in {ident}"),
    ROW(NODE, VERSION, "Error|Error [ERR_MODULE_NOT_FOUND]|Error [ERR_REQUIRE_ESM]",
        "Cannot find module '{ident}'|The module was compiled against a different Node.js version "
        "using NODE_MODULE_VERSION {n}|require() of ES Module not supported|does not provide an "
        "export named '{ident}'"),
    ROW(NODE, FILE, "Error: ENOENT|NoSuchKey",
        "no such file or directory, open '{path}/{ident}'|The "
        "specified key does not exist"),
    ROW(NODE, SETTING, "Error|Error: Configuration",
        "Missing required environment variable {ident}|config property \"{ident}\" is not defined|"
        "{ident} must be set in .env|invalid configuration object"),
    ROW(NODE, PERMISSION, "Error: EACCES|UnauthorizedError|JsonWebTokenError|Error: EPERM",
        "permission denied, open '{path}'|invalid signature|jwt expired|Request failed with status "
        "code 403|operation not permitted|Access denied for user '{ident}'@'{host}'"),
    ROW(NODE, CERTIFICATE, "Error: CERT_HAS_EXPIRED|Error: UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "certificate has expired|unable to verify the first certificate|self-signed certificate in "
        "certificate chain|Hostname/IP does not match certificate's altnames"),
    ROW(NODE, NAME, "Error: getaddrinfo ENOTFOUND|Error: getaddrinfo EAI_AGAIN",
        "getaddrinfo ENOTFOUND {svc}|getaddrinfo EAI_AGAIN {host}"),
    ROW(NODE, TIMEOUT, "Error: ETIMEDOUT|AxiosError|TimeoutError|Error: ESOCKETTIMEDOUT",
        "connect ETIMEDOUT 10.0.0.{n}:{n}|timeout of {ms}ms exceeded|Navigation timeout of {ms} ms "
        "exceeded|Request timed out"),
    ROW(NODE, REFUSED, "Error: ECONNREFUSED|Error: ECONNRESET|Error: EPIPE|FetchError",
        "connect ECONNREFUSED 127.0.0.1:{n}|read ECONNRESET|socket hang up|write EPIPE|request to "
        "{url} failed, reason: connect ECONNREFUSED"),
    ROW(NODE, UNAVAILABLE, "AxiosError|Error: 14 UNAVAILABLE|ServiceUnavailableError",
        "Request failed with status code 503|No connection established|Request failed with status "
        "code 502|Service Unavailable"),
    ROW(NODE, EXHAUSTED,
        "Error: EMFILE|SequelizeConnectionAcquireTimeoutError|Error: ER_CON_COUNT_ERROR",
        "too many open files, open '{path}'|Operation timeout: ResourceRequest timed out, pool is "
        "full|Too many connections|Request failed with status code 429|remaining connection slots "
        "are "
        "reserved"),
    ROW(NODE, MEMORY, "FATAL ERROR",
        "Reached heap limit Allocation failed - JavaScript heap out of "
        "memory|Ineffective mark-compacts near heap limit|Array buffer "
        "allocation failed"),
    ROW(NODE, DISK, "Error: ENOSPC|Error: EROFS",
        "no space left on device, write|read-only file "
        "system, open '{path}'"),
    ROW(NODE, LOCK, "Error: ER_LOCK_DEADLOCK|Error: SQLITE_BUSY|Error: ER_LOCK_WAIT_TIMEOUT",
        "Deadlock found when trying to get lock|database is locked|Lock wait timeout "
        "exceeded|deadlock "
        "detected"),

    ROW(DOTNET, NULL, "System.NullReferenceException|System.ArgumentNullException",
        "Object reference not set to an instance of an object.|Value cannot be null. (Parameter "
        "'{ident}')"),
    ROW(DOTNET, INDEX,
        "System.IndexOutOfRangeException|System.ArgumentOutOfRangeException|"
        "System.Collections.Generic.KeyNotFoundException",
        "Index was outside the bounds of the array.|Index was out of range. Must be non-negative "
        "and "
        "less than the size of the collection.|The given key '{ident}' was not present in the "
        "dictionary."),
    ROW(DOTNET, TYPE,
        "System.InvalidCastException|Microsoft.CSharp.RuntimeBinder."
        "RuntimeBinderException",
        "Unable to cast object of type 'System.String' to type 'System.Int32'.|does not contain a "
        "definition for '{ident}'"),
    ROW(DOTNET, FORMAT,
        "System.FormatException|System.Text.Json.JsonException|"
        "Newtonsoft.Json.JsonReaderException",
        "Input string was not in a correct format.|The JSON value could not be converted to "
        "System.Int32.|Unexpected character encountered while parsing value: <.|String was not "
        "recognized as a valid DateTime."),
    ROW(DOTNET, ASSERTION,
        "System.InvalidOperationException|System.ArgumentException|"
        "System.ObjectDisposedException",
        "Collection was modified; enumeration operation may not execute.|Sequence contains no "
        "elements|An item with the same key has already been added.|Cannot access a disposed "
        "object."),
    ROW(DOTNET, ARITHMETIC, "System.DivideByZeroException|System.OverflowException",
        "Attempted to divide by zero.|Arithmetic operation resulted in an overflow."),
    ROW(DOTNET, RECURSION,
        "System.StackOverflowException|System.InsufficientExecutionStackException",
        "Stack overflow.|Insufficient stack to continue executing the program safely."),
    ROW(DOTNET, VERSION,
        "System.MissingMethodException|System.IO.FileLoadException|"
        "System.TypeLoadException|System.BadImageFormatException",
        "Method not found: 'Void {ident}'.|Could not load file or assembly '{ident}, "
        "Version={n}'.|The "
        "located assembly's manifest definition does not match the assembly reference."),
    ROW(DOTNET, FILE, "System.IO.FileNotFoundException|System.IO.DirectoryNotFoundException",
        "Could not find file '{path}/{ident}'.|Could not find a part of the path '{path}'."),
    ROW(DOTNET, SETTING,
        "System.Configuration.ConfigurationErrorsException|"
        "Microsoft.Extensions.Options.OptionsValidationException",
        "Section '{ident}' not found in configuration.|The ConnectionString property has not been "
        "initialized.|DataAnnotation validation failed for '{ident}'"),
    ROW(DOTNET, PERMISSION,
        "System.UnauthorizedAccessException|Azure.RequestFailedException|"
        "System.Security.SecurityException",
        "Access to the path '{path}' is denied.|This request is not authorized to perform this "
        "operation.|Login failed for user '{ident}'."),
    ROW(DOTNET, CERTIFICATE, "System.Security.Authentication.AuthenticationException",
        "The remote certificate is invalid according to the validation procedure: "
        "RemoteCertificateNameMismatch|The SSL connection could not be established: certificate "
        "expired"),
    ROW(DOTNET, NAME, "System.Net.Sockets.SocketException",
        "No such host is known.|Name or service not known ({svc}:{n})"),
    ROW(DOTNET, TIMEOUT,
        "System.TimeoutException|System.Threading.Tasks.TaskCanceledException|"
        "Microsoft.Data.SqlClient.SqlException",
        "The request was canceled due to the configured HttpClient.Timeout of {n} seconds "
        "elapsing.|"
        "The operation has timed out.|Execution Timeout Expired. The timeout period elapsed"),
    ROW(DOTNET, REFUSED,
        "System.Net.Http.HttpRequestException|System.Net.Sockets.SocketException|"
        "System.IO.IOException",
        "No connection could be made because the target machine actively refused it.|Connection "
        "refused ({svc}:{n})|An existing connection was forcibly closed by the remote host.|Unable "
        "to "
        "read data from the transport connection: Connection reset by peer."),
    ROW(DOTNET, UNAVAILABLE,
        "System.Net.Http.HttpRequestException|Grpc.Core.RpcException|"
        "Polly.CircuitBreaker.BrokenCircuitException",
        "Response status code does not indicate success: 503 (Service Unavailable).|Status("
        "StatusCode=\"Unavailable\")|The circuit is now open and is not allowing calls."),
    ROW(DOTNET, EXHAUSTED, "System.InvalidOperationException|System.IO.IOException",
        "Timeout expired. The timeout period elapsed prior to obtaining a connection from the "
        "pool. "
        "all pooled connections were in use and max pool size was reached.|Too many open files|"
        "Response status code does not indicate success: 429 (Too Many Requests)."),
    ROW(DOTNET, MEMORY, "System.OutOfMemoryException",
        "Exception of type 'System.OutOfMemoryException' "
        "was thrown.|Insufficient memory to continue "
        "the execution of the program."),
    ROW(DOTNET, DISK, "System.IO.IOException",
        "There is not enough space on the disk.|No space left on "
        "device : '{path}'|Read-only file system : '{path}'"),
    ROW(DOTNET, LOCK,
        "Microsoft.Data.SqlClient.SqlException|System.Threading.LockRecursionException|"
        "DbUpdateConcurrencyException",
        "Transaction (Process ID {n}) was deadlocked on lock resources with another process and "
        "has "
        "been chosen as the deadlock victim.|Lock request time out period exceeded."),

    ROW(RUBY, NULL, "NoMethodError",
        "undefined method `{ident}' for nil:NilClass|undefined method "
        "'{ident}' for nil"),
    ROW(RUBY, INDEX, "IndexError|KeyError",
        "index {n} outside of array bounds|key not found: "
        ":{ident}"),
    ROW(RUBY, TYPE, "TypeError|NameError|NoMethodError",
        "no implicit conversion of Integer into String|uninitialized constant {ident}|String can't "
        "be "
        "coerced into Integer"),
    ROW(RUBY, FORMAT, "JSON::ParserError|ArgumentError|Psych::SyntaxError",
        "unexpected token at '<html>'|invalid byte sequence in UTF-8|invalid value for Integer(): "
        "\"{ident}\"|invalid date"),
    ROW(RUBY, ASSERTION, "ArgumentError|FrozenError|ActiveRecord::RecordInvalid|RuntimeError",
        "wrong number of arguments (given {n}, expected {n})|can't modify frozen String|Validation "
        "failed: {ident} can't be blank"),
    ROW(RUBY, ARITHMETIC, "ZeroDivisionError|FloatDomainError", "divided by 0|Infinity|NaN"),
    ROW(RUBY, RECURSION, "SystemStackError", "stack level too deep"),
    ROW(RUBY, VERSION, "LoadError|Gem::ConflictError|Gem::LoadError|Bundler::VersionConflict",
        "cannot load such file -- {ident}|Unable to activate {ident}, because it conflicts "
        "with|You "
        "have already activated {ident} {n}, but your Gemfile requires another version"),
    ROW(RUBY, FILE, "Errno::ENOENT|ActiveRecord::RecordNotFound|ActionView::MissingTemplate",
        "No such file or directory @ rb_sysopen - {path}/{ident}|Couldn't find {ident} with "
        "'id'={n}"),
    ROW(RUBY, SETTING, "KeyError|ActiveRecord::AdapterNotSpecified|RuntimeError",
        "key not found: \"{ident}\" in ENV|Missing `secret_key_base` for 'production' environment, "
        "set this|database configuration does not specify adapter"),
    ROW(RUBY, PERMISSION,
        "Errno::EACCES|Pundit::NotAuthorizedError|Errno::EPERM|"
        "Aws::S3::Errors::AccessDenied",
        "Permission denied @ rb_sysopen - {path}|not allowed to update? this {ident}|Access "
        "Denied"),
    ROW(RUBY, CERTIFICATE, "OpenSSL::SSL::SSLError",
        "SSL_connect returned=1 errno=0 state=error: "
        "certificate verify failed (certificate has "
        "expired)|self signed certificate"),
    ROW(RUBY, NAME, "SocketError",
        "getaddrinfo: Name or service not known|Failed to open TCP connection "
        "to {svc}:{n} (getaddrinfo: nodename nor servname provided)"),
    ROW(RUBY, TIMEOUT,
        "Net::ReadTimeout|Net::OpenTimeout|Timeout::Error|Rack::Timeout::"
        "RequestTimeoutException",
        "execution expired|Net::ReadTimeout with #<TCPSocket:(closed)>|Request ran for longer than "
        "{ms}ms"),
    ROW(RUBY, REFUSED,
        "Errno::ECONNREFUSED|Errno::ECONNRESET|Errno::EPIPE|Redis::CannotConnectError|"
        "EOFError|PG::ConnectionBad",
        "Connection refused - connect(2) for \"{svc}\" port {n}|Connection reset by peer|Broken "
        "pipe|"
        "end of file reached|could not connect to server: Connection refused"),
    ROW(RUBY, UNAVAILABLE, "Faraday::ServerError|GRPC::Unavailable|RestClient::ServiceUnavailable",
        "the server responded with status 503|503 Service Unavailable|502 Bad Gateway"),
    ROW(RUBY, EXHAUSTED,
        "ActiveRecord::ConnectionTimeoutError|Errno::EMFILE|Faraday::TooManyRequestsError",
        "could not obtain a connection from the pool within {s} seconds; all pooled connections "
        "were "
        "in use|Too many open files - socket(2)|FATAL: sorry, too many clients already"),
    ROW(RUBY, MEMORY, "NoMemoryError|Errno::ENOMEM",
        "failed to allocate memory|Cannot allocate memory - "
        "fork(2)"),
    ROW(RUBY, DISK, "Errno::ENOSPC|Errno::EROFS",
        "No space left on device @ io_write - {path}|Read-only "
        "file system @ dir_s_mkdir"),
    ROW(RUBY, LOCK,
        "ActiveRecord::Deadlocked|ActiveRecord::LockWaitTimeout|ActiveRecord::"
        "StaleObjectError",
        "PG::TRDeadlockDetected: ERROR: deadlock detected|Lock wait timeout exceeded; try "
        "restarting "
        "transaction"),

    ROW(RUST, NULL, "thread 'main' panicked at|thread 'tokio-runtime-worker' panicked at",
        "called `Option::unwrap()` on a `None` value|called `Option::expect()` on a None value: "
        "{ident}"),
    ROW(RUST, INDEX, "thread 'main' panicked at|panicked",
        "index out of bounds: the len is {n} but the index is {n}|byte index {n} is out of "
        "bounds|range "
        "end index {n} out of range for slice of length {n}"),
    ROW(RUST, TYPE, "Error|thread 'main' panicked at",
        "invalid type: string \"{ident}\", expected u64|error downcasting {ident}"),
    ROW(RUST, FORMAT, "Error|called `Result::unwrap()` on an `Err` value",
        "ParseIntError { kind: InvalidDigit }|expected value at line 1 column 1|invalid utf-8 "
        "sequence "
        "of 1 bytes from index {n}|missing field `{ident}` at line {n}|Utf8Error"),
    ROW(RUST, ASSERTION, "thread 'main' panicked at",
        "assertion `left == right` failed|internal error: entered unreachable code|already "
        "borrowed: "
        "BorrowMutError|not yet implemented"),
    ROW(RUST, ARITHMETIC, "thread 'main' panicked at",
        "attempt to divide by zero|attempt to subtract "
        "with overflow|attempt to add with overflow"),
    ROW(RUST, RECURSION, "thread 'main'|fatal runtime error",
        "has overflowed its stack|stack "
        "overflow"),
    ROW(RUST, VERSION, "Error|error",
        "symbol version mismatch|incompatible protocol version: expected "
        "{n}|unknown variant `{ident}`, expected one of|/lib/libc.so.6: "
        "version `GLIBC_2.32' not found"),
    ROW(RUST, FILE, "Os { code: 2, kind: NotFound }|Error",
        "No such file or directory (os error 2)|entity "
        "not found"),
    ROW(RUST, SETTING, "Error|thread 'main' panicked at",
        "environment variable not found: NotPresent|missing configuration field "
        "\"{ident}\"|invalid "
        "value for '--{ident}'"),
    ROW(RUST, PERMISSION, "Os { code: 13, kind: PermissionDenied }|Error",
        "Permission denied (os error 13)|HTTP status client error (401 Unauthorized)|password "
        "authentication failed for user|Operation not permitted (os error 1)"),
    ROW(RUST, CERTIFICATE, "hyper::Error|rustls",
        "invalid peer certificate: Expired|invalid peer "
        "certificate: UnknownIssuer|certificate verify "
        "failed"),
    ROW(RUST, NAME, "reqwest::Error|error trying to connect",
        "dns error: failed to lookup address "
        "information: Name or service not "
        "known"),
    ROW(RUST, TIMEOUT, "reqwest::Error|Elapsed(())|tonic::Status",
        "operation timed out|deadline has elapsed|status: DeadlineExceeded|Connection timed out "
        "(os "
        "error 110)"),
    ROW(RUST, REFUSED, "Os { code: 111, kind: ConnectionRefused }|hyper::Error|reqwest::Error",
        "Connection refused (os error 111)|Connection reset by peer (os error 104)|Broken pipe (os "
        "error 32)|connection closed before message completed|unexpected EOF during handshake"),
    ROW(RUST, UNAVAILABLE, "tonic::Status|reqwest::Error",
        "status: Unavailable, message: \"transport "
        "error\"|HTTP status server error (503 "
        "Service Unavailable)"),
    ROW(RUST, EXHAUSTED, "sqlx::Error|Os { code: 24 }|deadpool",
        "pool timed out while waiting for an open connection|Too many open files (os error "
        "24)|HTTP "
        "status client error (429 Too Many Requests)|remaining connection slots are reserved"),
    ROW(RUST, MEMORY, "memory allocation of {n} bytes failed|Os { code: 12 }",
        "Cannot allocate memory (os error 12)|allocation failed, out of memory"),
    ROW(RUST, DISK, "Os { code: 28, kind: StorageFull }|Error",
        "No space left on device (os error 28)|"
        "Read-only file system (os error 30)"),
    ROW(RUST, LOCK, "PoisonError|sqlx::Error|rusqlite",
        "database is locked|deadlock detected|poisoned lock: another task failed inside|could not "
        "serialize access due to concurrent update"),

    ROW(CPP, NULL, "Segmentation fault|terminate called|SIGSEGV",
        "null pointer passed to {ident}|address 0x0 not mapped|member call on null pointer of "
        "type"),
    ROW(CPP, INDEX,
        "std::out_of_range|terminate called after throwing an instance of "
        "'std::out_of_range'",
        "vector::_M_range_check: __n (which is {n}) >= this->size() (which is {n})|map::at|"
        "basic_string::substr: __pos"),
    ROW(CPP, TYPE, "std::bad_cast|std::bad_variant_access|std::bad_any_cast",
        "bad_any_cast: failed conversion|std::get: wrong index for variant|type mismatch for "
        "{ident}"),
    ROW(CPP, FORMAT, "std::invalid_argument|nlohmann::json::parse_error",
        "stoi|parse error at line 1, column 1: syntax error while parsing value|malformed message: "
        "failed to parse {ident}"),
    ROW(CPP, ASSERTION, "Assertion|std::logic_error|abort",
        "Assertion `{ident} != 0' failed.|double free or corruption (out)|pure virtual method "
        "called|"
        "Check failed: {ident}"),
    ROW(CPP, ARITHMETIC, "Floating point exception|SIGFPE",
        "integer division by zero|divide error|"
        "signed integer overflow"),
    ROW(CPP, RECURSION, "SIGSEGV|stack-overflow",
        "stack overflow: too deep recursion in {ident}|"
        "AddressSanitizer: stack-overflow on address"),
    ROW(CPP, VERSION, "symbol lookup error|error while loading shared libraries",
        "undefined symbol: {ident}|lib{ident}.so.{n}: cannot open shared object file|version "
        "`GLIBCXX_3.4.29' not found"),
    ROW(CPP, FILE, "std::filesystem::filesystem_error|std::ios_base::failure",
        "No such file or directory [{path}/{ident}]|cannot open file {path}|file not found: "
        "{ident}"),
    ROW(CPP, SETTING, "std::runtime_error|config error",
        "missing key '{ident}' in config|unknown option "
        "--{ident}|invalid configuration value for "
        "{ident}"),
    ROW(CPP, PERMISSION, "std::filesystem::filesystem_error|std::system_error",
        "Permission denied [{path}]|Operation not permitted|authentication failed for {ident}"),
    ROW(CPP, CERTIFICATE, "boost::asio::ssl|curl error 60",
        "certificate verify failed|SSL peer certificate "
        "or SSH remote key was not OK|tlsv1 alert "
        "unknown ca"),
    ROW(CPP, NAME, "curl error 6|resolve",
        "Could not resolve host: {svc}|Host not found "
        "(authoritative)"),
    ROW(CPP, TIMEOUT, "curl error 28|std::system_error",
        "Operation timed out after {ms} milliseconds with "
        "0 bytes received|Connection timed out|"
        "future timeout"),
    ROW(CPP, REFUSED, "curl error 7|boost::system::system_error|std::system_error",
        "Failed to connect to {svc} port {n}: Connection refused|read: Connection reset by "
        "peer|write: "
        "Broken pipe|End of file"),
    ROW(CPP, UNAVAILABLE, "grpc::Status|HTTP error",
        "UNAVAILABLE: failed to connect to all addresses|The "
        "requested URL returned error: 503|upstream not "
        "available"),
    ROW(CPP, EXHAUSTED, "std::system_error|accept",
        "Too many open files|Resource temporarily unavailable: "
        "thread constructor failed|max connections "
        "reached"),
    ROW(CPP, MEMORY, "std::bad_alloc|std::bad_array_new_length",
        "std::bad_alloc|Cannot allocate memory|out "
        "of memory allocating {n} bytes"),
    ROW(CPP, DISK, "std::filesystem::filesystem_error|write",
        "No space left on device [{path}]|Read-only "
        "file system|Input/output error"),
    ROW(CPP, LOCK, "std::system_error|rocksdb",
        "Resource deadlock avoided|IO error: lock {path}/LOCK: "
        "already held by process|Deadlock"),

    ROW(PHP, NULL, "PHP Fatal error:  Uncaught Error|Error",
        "Call to a member function {ident}() on null|Attempt to read property \"{ident}\" on null|"
        "Trying to access array offset on value of type null"),
    ROW(PHP, INDEX, "PHP Warning|PHP Notice|OutOfBoundsException",
        "Undefined array key \"{ident}\"|"
        "Undefined offset: {n}|Undefined "
        "index: {ident}"),
    ROW(PHP, TYPE, "PHP Fatal error:  Uncaught TypeError|TypeError",
        "Argument #1 ($user) must be of type string, int given|Return value must be of type array, "
        "bool "
        "returned|Unsupported operand types: string + int|Call to undefined method {ident}"),
    ROW(PHP, FORMAT, "JsonException|PHP Parse error|ValueError",
        "Syntax error|Malformed UTF-8 characters|"
        "syntax error, unexpected token|Failed "
        "to parse time string ({ident})"),
    ROW(PHP, ASSERTION, "InvalidArgumentException|LogicException|AssertionError",
        "{ident} is not allowed here|assert($ok) failed|Invalid state: {ident}"),
    ROW(PHP, ARITHMETIC, "DivisionByZeroError|ArithmeticError", "Division by zero|Modulo by zero"),
    ROW(PHP, RECURSION, "PHP Fatal error",
        "Maximum function nesting level of '{n}' reached, aborting!|"
        "infinite recursion in {ident}"),
    ROW(PHP, VERSION, "PHP Fatal error:  Uncaught Error|Composer",
        "Call to undefined function {ident}()|Class \"{ident}\" not found|Your Composer "
        "dependencies "
        "require a PHP version \">= 8.1.0\""),
    ROW(PHP, FILE, "PHP Warning|NotFoundHttpException|ModelNotFoundException",
        "failed to open stream: No such file or directory|file_get_contents({path}): no such "
        "file|No "
        "query results for model [{ident}]"),
    ROW(PHP, SETTING, "RuntimeException|InvalidConfigException",
        "Environment variable not found: "
        "\"{ident}\"|No application encryption "
        "key has been specified.|setting "
        "{ident} is not configured"),
    ROW(PHP, PERMISSION,
        "PHP Warning|AuthenticationException|PDOException|AccessDeniedHttpException",
        "failed to open stream: Permission denied|Unauthenticated.|SQLSTATE[HY000] [1045] Access "
        "denied "
        "for user '{ident}'@'{host}'|This action is unauthorized."),
    ROW(PHP, CERTIFICATE, "GuzzleHttp\\Exception\\RequestException|PHP Warning",
        "cURL error 60: SSL certificate problem: unable to get local issuer certificate|SSL "
        "operation "
        "failed: certificate verify failed|certificate has expired"),
    ROW(PHP, NAME, "GuzzleHttp\\Exception\\ConnectException|PDOException",
        "cURL error 6: Could not resolve host: {svc}|php_network_getaddresses: getaddrinfo failed: "
        "Name or "
        "service not known"),
    ROW(PHP, TIMEOUT, "GuzzleHttp\\Exception\\ConnectException|PHP Fatal error",
        "cURL error 28: Operation timed out after {ms} milliseconds|Maximum execution time of {n} "
        "seconds "
        "exceeded|read timeout"),
    ROW(PHP, REFUSED, "PDOException|RedisException|GuzzleHttp\\Exception\\ConnectException",
        "SQLSTATE[HY000] [2002] Connection refused|Connection refused [tcp://{host}:{n}]|cURL "
        "error 7: "
        "Failed to connect to {svc} port {n}|SQLSTATE[HY000]: General error: 2006 MySQL server has "
        "gone "
        "away|read error on connection"),
    ROW(PHP, UNAVAILABLE, "GuzzleHttp\\Exception\\ServerException|ServiceUnavailableHttpException",
        "resulted in a `503 Service Unavailable` response|`502 Bad Gateway` response|server is "
        "down for "
        "maintenance"),
    ROW(PHP, EXHAUSTED, "PDOException|WARNING: [pool www]|GuzzleHttp\\Exception\\ClientException",
        "SQLSTATE[HY000] [1040] Too many connections|server reached pm.max_children "
        "setting|resulted in a "
        "`429 Too Many Requests` response|Too many open files"),
    ROW(PHP, MEMORY, "PHP Fatal error",
        "Allowed memory size of {n} bytes exhausted (tried to allocate {n} "
        "bytes)|Out of memory (allocated {n})"),
    ROW(PHP, DISK, "PHP Warning|ErrorException",
        "fwrite(): write of {n} bytes failed with errno=28 No space "
        "left on device|file_put_contents(): Read-only file system"),
    ROW(PHP, LOCK, "PDOException|LockConflictedException|DeadlockException",
        "SQLSTATE[40001]: Serialization failure: 1213 Deadlock found when trying to get "
        "lock|SQLSTATE[HY000]: "
        "General error: 1205 Lock wait timeout exceeded|database is locked"),

    /* What says nothing of a cause. */
    ROW(JAVA, UNKNOWN,
        "java.lang.RuntimeException|java.lang.Exception|java.lang.InternalError|"
        "javax.servlet.ServletException",
        "Request processing failed|something went wrong|failed to handle {ident}|error in step "
        "{n}"),
    ROW(PYTHON, UNKNOWN, "Exception|RuntimeError|Traceback",
        "something went wrong|could not process {ident}|"
        "unexpected error in {ident}"),
    ROW(GO, UNKNOWN, "error|panic",
        "failed to process {ident}|handler failed|unexpected error|rpc error: "
        "code = Unknown"),
    ROW(NODE, UNKNOWN, "Error|UnhandledPromiseRejectionWarning",
        "Something failed in {ident}|Request "
        "failed|Internal error"),
    ROW(DOTNET, UNKNOWN, "System.Exception|System.AggregateException",
        "One or more errors occurred.|An error "
        "occurred while processing {ident}."),
    ROW(RUBY, UNKNOWN, "StandardError|RuntimeError", "unhandled exception|failed to run {ident}"),
    ROW(RUST, UNKNOWN, "Error|thread 'main' panicked at",
        "explicit panic|failed in {ident}|internal error"),
    ROW(CPP, UNKNOWN, "std::runtime_error|std::exception|fatal error",
        "unknown error|operation failed in "
        "{ident}|std::exception"),
    ROW(PHP, UNKNOWN, "Exception|PHP Fatal error",
        "An error occurred|could not complete {ident}|Server Error"),

    /* What servers write: proxies, databases, caches, the system. */
    ROW(SERVER, REFUSED, "[error] {n}#{n}: *{n}|LOG|Connecting to upstream",
        "connect() failed (111: Connection refused) while connecting to upstream|recv() failed "
        "(104: "
        "Connection reset by peer)|upstream prematurely closed connection while reading response "
        "header|could not receive data from client: Connection reset by peer|connection to client "
        "lost|peer closed connection in SSL handshake|server closed the connection unexpectedly|"
        "caught end of stream"),
    ROW(SERVER, TIMEOUT, "[error] {n}#{n}: *{n}|ERROR",
        "upstream timed out (110: Connection timed out)|"
        "canceling statement due to statement "
        "timeout|client request timed out|no answer "
        "within {ms} ms|timeout waiting for reply"),
    ROW(SERVER, UNAVAILABLE, "[error] {n}#{n}: *{n}|backend {svc}",
        "no live upstreams while connecting to upstream|has no server available!|no healthy "
        "upstream|"
        "server is not running|no instances available for {svc}|the database system is starting up|"
        "LOADING the dataset in memory|NOREPLICAS not enough good replicas"),
    ROW(SERVER, PERMISSION, "FATAL|ERROR 1045 (28000)|sshd",
        "password authentication failed for user \"{ident}\"|no pg_hba.conf entry for "
        "host|permission "
        "denied for table {ident}|Access denied for user '{ident}'|NOAUTH Authentication required.|"
        "authentication failure; user={ident}|Failed password for invalid user {ident}"),
    ROW(SERVER, CERTIFICATE, "[error] {n}#{n}: *{n}|TLS error",
        "SSL_do_handshake() failed (SSL: routines::certificate verify failed)|SSL routines: wrong "
        "version number|tlsv1 alert certificate expired|could not accept SSL connection: bad "
        "certificate"),
    ROW(SERVER, EXHAUSTED, "FATAL|[alert]|ERR",
        "remaining connection slots are reserved|sorry, too many clients "
        "already|worker_connections "
        "are not enough|max number of clients reached|accept() failed (24: Too many open "
        "files)|Too "
        "many connections|OOM command not allowed when used memory > 'maxmemory'|limiting "
        "requests, "
        "excess"),
    ROW(SERVER, DISK, "PANIC|ERROR|MISCONF",
        "could not write to file: No space left on device|could not extend file: No space left on "
        "device|Redis is configured to save snapshots but is unable to persist on disk|Read-only "
        "file "
        "system|The table '{ident}' is full|disk usage exceeded flood-stage watermark"),
    ROW(SERVER, LOCK, "ERROR|ERROR 1213 (40001)",
        "deadlock detected|Lock wait timeout exceeded; try restarting transaction|could not obtain "
        "lock on row in relation|could not serialize access due to concurrent update|canceling "
        "statement due to lock timeout"),
    ROW(SERVER, VERSION, "ERROR|ERROR 1054 (42S22)",
        "column {ident} does not exist|relation \"{ident}\" does not exist|function "
        "{ident}(integer) "
        "does not exist|Unknown column '{ident}' in 'field list'|Table '{ident}' doesn't "
        "exist|unknown "
        "command '{ident}'|unsupported protocol version"),
    ROW(SERVER, FORMAT, "ERROR|400",
        "invalid input syntax for type integer: \"{ident}\"|malformed "
        "request line|syntactically incorrect request|client sent invalid "
        "header line|invalid byte sequence for encoding \"UTF8\""),
    ROW(SERVER, SETTING, "[emerg]|FATAL|config",
        "unknown directive \"{ident}\"|unrecognized configuration parameter \"{ident}\"|invalid "
        "value "
        "for parameter \"{ident}\"|bad directive or wrong number of arguments|{ident} wants a "
        "number "
        "from 1 to {n}|host not found in upstream"),
    ROW(SERVER, FILE, "[error]|exec",
        "open() \"{path}\" failed (2: No such file or directory)|could not "
        "open file: No such file or directory|executable file not found in "
        "$PATH|error while loading: file missing"),
    ROW(SERVER, MEMORY, "ERROR|kernel",
        "out of memory|Out of memory: Killed process {n}|Cannot allocate "
        "memory|Can't save in background: fork: Cannot allocate memory"),
    ROW(SERVER, NAME, "[emerg]|dns",
        "host not found in resolver|could not be resolved (3: Host not found)|"
        "could not translate host name \"{svc}\" to address|failed to resolve "
        "name {svc}|SERVFAIL"),
    ROW(SERVER, ASSERTION, "ERROR|PANIC",
        "duplicate key value violates unique constraint|null value in "
        "column violates not-null constraint|insert or update violates "
        "foreign key constraint|READONLY You can't write against a read "
        "only replica"),
    ROW(SERVER, ARITHMETIC, "ERROR",
        "division by zero|integer out of range|numeric field overflow"),
    ROW(SERVER, NULL, "segfault",
        "general protection fault|segfault at 0 ip|NULL pointer dereference"),
    ROW(SERVER, UNKNOWN, "LOG|ERROR|[notice]",
        "unexpected error|an error occurred|worker process {n} "
        "exited|internal error"),
    ROW(RUBY, TYPE, "NoMethodError|NameError",
        "undefined method `{ident}' for #<{ident}:0x00007f9938e5>|undefined method `{ident}' for "
        "an instance of {ident}|undefined local variable or method `{ident}'|undefined method "
        "`{ident}' for {n}:Integer"),
    ROW(RUBY, SETTING, "ArgumentError|RuntimeError",
        "Please provide the :{ident} parameter or set "
        "default options|missing keyword in "
        "configuration: {ident}"),
    ROW(PHP, TYPE, "PHP Fatal error",
        "Call to undefined method {ident}::{ident}()|Bad value for parameter "
        "{ident}: must be a string"),
    ROW(JAVA, ASSERTION, "java.lang.IllegalStateException|java.lang.RuntimeException",
        "must be called from the main thread|already closed|not initialized yet"),
    ROW(JAVA, UNAVAILABLE, "java.lang.IllegalStateException|java.io.IOException",
        "No servers available for {svc}|service {svc} is not running|No instances found of {svc}"),
    {0},
};
