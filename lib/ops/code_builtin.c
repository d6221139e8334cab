/* code_builtin.c - see code_builtin.h. */
#include "base/common.h"

#include "ops/code_builtin.h"

static const char python[] =
    "abs aiter all anext any ascii bin bool breakpoint bytearray bytes "
    "callable chr classmethod compile complex delattr dict dir divmod "
    "enumerate eval exec filter float format frozenset getattr globals "
    "hasattr hash help hex id input int isinstance issubclass iter len list "
    "locals map max memoryview min next object oct open ord pow print "
    "property range repr reversed round set setattr slice sorted "
    "staticmethod str sum super tuple type vars zip "
    "BaseException Exception ArithmeticError AssertionError AttributeError "
    "BufferError EOFError ImportError IndexError KeyError KeyboardInterrupt "
    "LookupError MemoryError ModuleNotFoundError NameError "
    "NotImplementedError OSError OverflowError RecursionError RuntimeError "
    "StopIteration StopAsyncIteration SyntaxError SystemError SystemExit "
    "TypeError UnicodeError UnicodeDecodeError UnicodeEncodeError ValueError "
    "ZeroDivisionError Warning DeprecationWarning RuntimeWarning UserWarning "
    "FutureWarning ResourceWarning FileNotFoundError FileExistsError "
    "PermissionError TimeoutError ConnectionError BrokenPipeError "
    "ConnectionResetError InterruptedError IsADirectoryError "
    "NotADirectoryError ProcessLookupError ChildProcessError "
    "BlockingIOError ConnectionAbortedError ConnectionRefusedError "
    "GeneratorExit";

static const char javascript[] =
    "Array ArrayBuffer BigInt Boolean DataView Date Error EvalError Function "
    "Infinity Int8Array Int16Array Int32Array Float32Array Float64Array JSON "
    "Map Math NaN Number Object Promise Proxy RangeError ReferenceError "
    "Reflect RegExp Set String Symbol SyntaxError TypeError URIError "
    "Uint8Array Uint16Array Uint32Array WeakMap WeakSet WeakRef "
    "decodeURIComponent encodeURIComponent decodeURI encodeURI eval isFinite "
    "isNaN parseFloat parseInt require setTimeout setInterval clearTimeout "
    "clearInterval setImmediate queueMicrotask structuredClone fetch console "
    "process Buffer globalThis window document URL URLSearchParams "
    "AbortController TextEncoder TextDecoder Record Partial Required "
    "Readonly Pick Omit Exclude Extract NonNullable Parameters ReturnType "
    "Awaited any unknown never string number boolean object void";

static const char go[] =
    "append cap clear close complex copy delete imag len make max min new "
    "panic print println real recover bool byte complex64 complex128 error "
    "float32 float64 int int8 int16 int32 int64 rune string uint uint8 "
    "uint16 uint32 uint64 uintptr any comparable";

/* Asked for every reference of a tree: no slices are made. */
bool code_one_of(struct str word, const char *list)
{
    while (word.n && list) {
        if (*list == *word.p && strncmp(list, word.p, word.n) == 0 &&
            (list[word.n] == ' ' || list[word.n] == '\0'))
            return true;
        list = strchr(list, ' ');
        list = list ? list + 1 : NULL;
    }
    return false;
}

bool code_is_builtin(struct str language, struct str name)
{
    if (str_eqz(language, "python"))
        return code_one_of(name, python);
    if (str_eqz(language, "go"))
        return code_one_of(name, go);
    if (code_one_of(language, "javascript jsx typescript tsx vue svelte"))
        return code_one_of(name, javascript);
    return false;
}
