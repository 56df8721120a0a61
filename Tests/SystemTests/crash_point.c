// Loaded before the C library into a session (LD_PRELOAD): ends the process, as kill -9 does, at one boundary
// of one order's life.
//
//   MARTLET_CRASH_AT     CHANNEL:WHEN: at the first call on CHANNEL whose bytes name the order, `before` it, `half` way
//                        through the order's name in them, or `after` it. Channels: `command` and `report` are writes
//                        to the journal, of the new order and of an execution report; `store` is a copy into the FIX
//                        session's mapped store; `send` and `receive` are its socket. `count:after`, of any order of its
//                        own: a fill counts as received, and the journal, held up before it writes one, does not have it
//   MARTLET_CRASH_ORDER  the order's number in the journal, decimal
//   MARTLET_CRASH_TEXT   its ClOrdID
//
// Without MARTLET_CRASH_AT it does nothing. Only the calls that the session uses are wrapped.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

enum channel { none, command, report, store, sending, receiving, counting };
enum when { before, half, after };

static struct {
    enum channel channel;
    enum when when;
    uint64_t order;
    char field[64]; // \001 11=TEXT \001
    size_t field_length;
} point;
static atomic_flag done = ATOMIC_FLAG_INIT;
static atomic_int has_ordered, is_counted;
static _Thread_local __attribute__((tls_model("initial-exec"))) int inside; // what looks for the point copies too

static ssize_t (*real_write)(int, const void*, size_t);
static ssize_t (*real_send)(int, const void*, size_t, int);
static ssize_t (*real_recv)(int, void*, size_t, int);

__attribute__((constructor)) static void read_point(void) {
    real_write = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
    real_send = (ssize_t(*)(int, const void*, size_t, int))dlsym(RTLD_NEXT, "send");
    real_recv = (ssize_t(*)(int, void*, size_t, int))dlsym(RTLD_NEXT, "recv");
    const char* at = getenv("MARTLET_CRASH_AT");
    const char* order = getenv("MARTLET_CRASH_ORDER");
    const char* text = getenv("MARTLET_CRASH_TEXT");
    if (at == NULL || order == NULL || text == NULL) return;
    char channel[16], when[16];
    if (sscanf(at, "%15[a-z]:%15[a-z]", channel, when) != 2) abort();
    point.when = strcmp(when, "before") == 0 ? before : strcmp(when, "half") == 0 ? half : after;
    point.order = strtoull(order, NULL, 10);
    point.field_length = (size_t)snprintf(point.field, sizeof point.field, "\00111=%s\001", text);
    point.channel = strcmp(channel, "command") == 0  ? command
                    : strcmp(channel, "report") == 0 ? report
                    : strcmp(channel, "store") == 0  ? store
                    : strcmp(channel, "send") == 0   ? sending
                    : strcmp(channel, "count") == 0  ? counting
                                                     : receiving;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/// Where in these bytes the order's number stands: at its place in a record of the journal that is a new order or an
/// execution report, so that no other number that happens to look the same counts. `count`: the first fill of any order.
static const unsigned char* find_record(const unsigned char* bytes, size_t size) {
    enum { frame_bytes = 24, record_bytes = 128, kind_at = 28, order_at = 32, command_at = 88, exec_type_at = 120 };
    enum { execution_report = 32, command_record = 96, new_order = 1, trade = 3 };
    for (size_t at = 0; at + frame_bytes + record_bytes <= size; at += 8) {
        const unsigned char* record = bytes + at + frame_bytes;
        uint32_t stated;
        uint16_t kind;
        memcpy(&stated, bytes + at + 4, sizeof stated);
        memcpy(&kind, bytes + at + 12, sizeof kind);
        if (stated != record_bytes || kind != 1 || memcmp(bytes + at + 16, record, 8) != 0) continue;
        if (record[kind_at] != (point.channel == command ? command_record : execution_report)) continue;
        if (point.channel == counting && record[exec_type_at] == trade) return record;
        if (point.channel == command && record[command_at] != new_order) continue;
        if (memcmp(record + order_at, &point.order, sizeof point.order) == 0) return record + order_at;
    }
    return NULL;
}

/// Bytes up to the middle of the order's name where this call is the one. 0: it is not.
static size_t here(const void* bytes, size_t size) {
    const int is_journal = point.channel == command || point.channel == report;
    const unsigned char* found =
        is_journal ? find_record(bytes, size) : memmem(bytes, size, point.field, point.field_length);
    if (found == NULL || atomic_flag_test_and_set(&done)) return 0;
    return (size_t)(found - (const unsigned char*)bytes) + 4;
}

static int is_file(int descriptor, const char* ending) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    const size_t wanted = strlen(ending);
    return length >= (ssize_t)wanted && memcmp(path + length - wanted, ending, wanted) == 0;
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
    size_t middle;
    while (has_ordered && is_file(descriptor, ".segment") && find_record(bytes, size) != NULL) pause();
    if ((point.channel != command && point.channel != report) || !is_file(descriptor, ".segment") ||
        (middle = here(bytes, size)) == 0)
        return real_write(descriptor, bytes, size);
    if (point.when != before) real_write(descriptor, bytes, point.when == half ? middle : size);
    die();
    return -1;
}

/// Whether an address lies in a mapping of a file whose name ends so.
static int is_mapped(const void* address, const char* ending) {
    FILE* maps = fopen("/proc/self/maps", "r");
    char line[4096];
    int found = 0;
    while (maps != NULL && !found && fgets(line, sizeof line, maps) != NULL) {
        unsigned long first = 0, end = 0;
        line[strcspn(line, "\n")] = '\0';
        const size_t length = strlen(line), wanted = strlen(ending);
        found = sscanf(line, "%lx-%lx", &first, &end) == 2 && (unsigned long)address >= first && (unsigned long)address < end &&
                length >= wanted && strcmp(line + length - wanted, ending) == 0;
    }
    if (maps != NULL) fclose(maps);
    return found;
}

static int is_fill(const void* message, size_t size) {
    static const char* const types[] = {"\001150=F\001", "\001150=1\001", "\001150=2\001"};
    if (memmem(message, size, "\00135=8\001", 6) == NULL) return 0;
    for (size_t i = 0; i < sizeof types / sizeof *types; ++i)
        if (memmem(message, size, types[i], 7) != NULL) return 1;
    return 0;
}

/// The store is written through a mapping: its call is the copy of a message into it.
void* memcpy(void* to, const void* from, size_t size) {
    if (point.channel == counting && !inside) {
        inside = 1;
        const int is_order = memmem(from, size, "\00135=D\001", 6) != NULL;
        if ((is_order || (has_ordered && is_fill(from, size))) && is_mapped(to, ".fixstore")) *(is_order ? &has_ordered : &is_counted) = 1;
        inside = 0;
    }
    if (point.channel == store && size > point.field_length && !inside) {
        inside = 1;
        const unsigned char* found = memmem(from, size, point.field, point.field_length);
        if (found != NULL && is_mapped(to, ".fixstore")) {
            const size_t middle = (size_t)(found - (const unsigned char*)from) + 4;
            if (point.when != before) memmove(to, from, point.when == half ? middle : size);
            die();
        }
        inside = 0;
    }
    return memmove(to, from, size);
}

ssize_t send(int descriptor, const void* bytes, size_t size, int flags) {
    const size_t middle = point.channel == sending ? here(bytes, size) : 0;
    if (middle == 0) return real_send(descriptor, bytes, size, flags);
    if (point.when != before) real_send(descriptor, bytes, point.when == half ? middle : size, flags);
    die();
    return -1;
}

ssize_t recv(int descriptor, void* bytes, size_t size, int flags) {
    if (is_counted) die(); // the messages read before are dealt with
    if (point.channel != receiving) return real_recv(descriptor, bytes, size, flags);
    const ssize_t waiting = real_recv(descriptor, bytes, size, flags | MSG_PEEK);
    if (waiting <= 0) return waiting;
    const size_t middle = here(bytes, (size_t)waiting);
    if (middle == 0) return real_recv(descriptor, bytes, (size_t)waiting, flags);
    if (point.when != before) real_recv(descriptor, bytes, point.when == half ? middle : (size_t)waiting, flags);
    die();
    return -1;
}
