/* Faults on demand: preloaded, it makes the n-th call of a kind on files under a folder fail.
 *
 *   FAULT_UNDER  the folder          FAULT_LOG  a file that gets a line when the fault happens
 *   FAULT_CALL   write, fsync or rename
 *   FAULT_AT     which call, from 1
 *   FAULT_KIND   eio (once), enospc (from then on), short (half is written, and said so), lie (half is written, all said)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long count;

static int under(const char *path) {
    const char *folder = getenv("FAULT_UNDER");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int fd_under(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return under(path);
}

static const char *fault(const char *call) {
    const char *wanted = getenv("FAULT_CALL"), *at = getenv("FAULT_AT"), *kind = getenv("FAULT_KIND");
    if (!wanted || !at || !kind || strcmp(wanted, call) != 0) return NULL;
    long number = atomic_fetch_add(&count, 1) + 1;
    long target = atol(at);
    if (number != target && !(strcmp(kind, "enospc") == 0 && number > target)) return NULL;
    const char *log = getenv("FAULT_LOG");
    if (log && number == target) {
        int fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0644);
        syscall(SYS_write, fd, "fault\n", 6);
        syscall(SYS_close, fd);
    }
    return kind;
}

static int code(const char *kind) { return strcmp(kind, "enospc") == 0 ? ENOSPC : EIO; }

static ssize_t faulty_write(int fd, const void *data, size_t size, off_t offset, int at) {
    const char *kind = fd_under(fd) ? fault("write") : NULL;
    if (kind && (strcmp(kind, "eio") == 0 || strcmp(kind, "enospc") == 0)) {
        errno = code(kind);
        return -1;
    }
    size_t less = kind && size > 1 ? size / 2 : size;
    ssize_t done = at ? syscall(SYS_pwrite64, fd, data, less, offset) : syscall(SYS_write, fd, data, less);
    return kind && strcmp(kind, "lie") == 0 && done >= 0 ? (ssize_t)size : done;
}

ssize_t write(int fd, const void *data, size_t size) { return faulty_write(fd, data, size, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return faulty_write(fd, data, size, offset, 1); }
ssize_t pwrite64(int fd, const void *data, size_t size, off_t offset) { return faulty_write(fd, data, size, offset, 1); }

ssize_t sendfile(int out, int in, off_t *offset, size_t size) {
    const char *kind = fd_under(out) ? fault("write") : NULL;
    if (kind && (strcmp(kind, "eio") == 0 || strcmp(kind, "enospc") == 0)) {
        errno = code(kind);
        return -1;
    }
    return syscall(SYS_sendfile, out, in, offset, kind && size > 1 ? size / 2 : size);
}
ssize_t sendfile64(int out, int in, off_t *offset, size_t size) { return sendfile(out, in, offset, size); }

static int faulty_sync(int fd, long number) {
    const char *kind = fd_under(fd) ? fault("fsync") : NULL;
    if (kind) {
        errno = code(kind);
        return -1;
    }
    return syscall(number, fd);
}
int fsync(int fd) { return faulty_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return faulty_sync(fd, SYS_fdatasync); }

int rename(const char *from, const char *to) {
    const char *kind = under(from) || under(to) ? fault("rename") : NULL;
    if (kind) {
        errno = code(kind);
        return -1;
    }
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
