// Loaded before the C library into a session (LD_PRELOAD): ends the process, as kill -9 does, at one boundary
// of one order's life.
//
//   MARTLET_CRASH_AT     CHANNEL:N:WHEN: at the N-th call on CHANNEL (journal, store, send, receive) whose bytes name
//                        the order, `before` it, `half` way through its bytes, or `after` it
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

enum channel { none, journal, store, sending, receiving };
enum when { before, half, after };

static struct {
    enum channel channel;
    enum when when;
    long ordinal;
    uint64_t order;
    char field[64]; // \001 11=TEXT \001
    size_t field_length;
} point;
static atomic_long matches;

static ssize_t (*real_write)(int, const void*, size_t);
static ssize_t (*real_pwrite)(int, const void*, size_t, off_t);
static ssize_t (*real_send)(int, const void*, size_t, int);
static ssize_t (*real_recv)(int, void*, size_t, int);

__attribute__((constructor)) static void read_point(void) {
    real_write = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
    real_pwrite = (ssize_t(*)(int, const void*, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
    real_send = (ssize_t(*)(int, const void*, size_t, int))dlsym(RTLD_NEXT, "send");
    real_recv = (ssize_t(*)(int, void*, size_t, int))dlsym(RTLD_NEXT, "recv");
    const char* at = getenv("MARTLET_CRASH_AT");
    const char* order = getenv("MARTLET_CRASH_ORDER");
    const char* text = getenv("MARTLET_CRASH_TEXT");
    if (at == NULL || order == NULL || text == NULL) return;
    char channel[16], when[16];
    if (sscanf(at, "%15[a-z]:%ld:%15[a-z]", channel, &point.ordinal, when) != 3) abort();
    point.when = strcmp(when, "before") == 0 ? before : strcmp(when, "half") == 0 ? half : after;
    point.order = strtoull(order, NULL, 10);
    point.field_length = (size_t)snprintf(point.field, sizeof point.field, "\00111=%s\001", text);
    point.channel = strcmp(channel, "journal") == 0 ? journal
                    : strcmp(channel, "store") == 0 ? store
                    : strcmp(channel, "send") == 0  ? sending
                                                    : receiving;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/// Whether this call is the one: its bytes name the order for the N-th time.
static int here(enum channel channel, const void* bytes, size_t size) {
    if (point.channel != channel) return 0;
    const void* needle = channel == journal ? (const void*)&point.order : point.field;
    if (memmem(bytes, size, needle, channel == journal ? sizeof point.order : point.field_length) == NULL) return 0;
    return atomic_fetch_add(&matches, 1) + 1 == point.ordinal;
}

static int is_file(int descriptor, const char* ending) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    const size_t wanted = strlen(ending);
    return length >= (ssize_t)wanted && memcmp(path + length - wanted, ending, wanted) == 0;
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
    if (point.channel != journal || !is_file(descriptor, ".segment") || !here(journal, bytes, size))
        return real_write(descriptor, bytes, size);
    if (point.when != before) real_write(descriptor, bytes, point.when == half ? size / 2 : size);
    die();
    return -1;
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
    if (point.channel != store || !is_file(descriptor, ".fixstore") || !here(store, bytes, size))
        return real_pwrite(descriptor, bytes, size, offset);
    if (point.when != before) real_pwrite(descriptor, bytes, point.when == half ? size / 2 : size, offset);
    die();
    return -1;
}

ssize_t send(int descriptor, const void* bytes, size_t size, int flags) {
    if (!here(sending, bytes, size)) return real_send(descriptor, bytes, size, flags);
    if (point.when != before) real_send(descriptor, bytes, point.when == half ? size / 2 : size, flags);
    die();
    return -1;
}

ssize_t recv(int descriptor, void* bytes, size_t size, int flags) {
    if (point.channel != receiving) return real_recv(descriptor, bytes, size, flags);
    const ssize_t waiting = real_recv(descriptor, bytes, size, flags | MSG_PEEK);
    if (waiting <= 0) return waiting;
    if (!here(receiving, bytes, (size_t)waiting)) return real_recv(descriptor, bytes, (size_t)waiting, flags);
    if (point.when != before) real_recv(descriptor, bytes, (size_t)waiting, flags);
    die();
    return -1;
}
