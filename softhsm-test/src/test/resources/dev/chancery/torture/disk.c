/*
 * An LD_PRELOAD library that journals what a process does to the files below $TORTURE_DIRECTORY and
 * when it made them durable, so that PowerCut.java can say what a disk might hold after a power cut.
 * It can also make writing fail or syncing hang, and stop the process at a sync.
 *
 * Each write is done and recorded under one lock; a sync is recorded before and after. What is not
 * seen: memory-mapped writes (SQLite maps only its -shm file, which it rebuilds).
 *
 * gcc -shared -fPIC -O2 -o disk.so disk.c -ldl -lpthread
 */
#include "torture.h"
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#define FDS 65536

static char *watched[FDS]; /* path by file descriptor */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static size_t root_length;

#define REAL(result, name, ...)                                   \
  static result (*real_##name)(__VA_ARGS__);                      \
  if (!real_##name) real_##name = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
  root = getenv("TORTURE_DIRECTORY");
  root_length = root ? strlen(root) : 0;
  torture_open();
}

static int is_watched(const char *path) {
  return root && path && strncmp(path, root, root_length) == 0 &&
         (path[root_length] == 0 || path[root_length] == '/');
}

static const char *path_of(int fd) { return fd >= 0 && fd < FDS ? watched[fd] : NULL; }

static uint64_t inode(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 ? status.st_ino : 0;
}

static int fails(const char *path) {
  if (!control || !control->write_errno || strstr(path, ".lock")) return 0;
  errno = (int)control->write_errno;
  return 1;
}

/* --- opening and closing ---------------------------------------------------------------------- */

static int opened(int fd, const char *path, int flags, int existed, int64_t size) {
  if (fd < 0 || fd >= FDS) return fd;
  watched[fd] = strdup(path);
  if (!existed && (flags & O_CREAT)) record('c', inode(fd), 0, path, "", 0);
  else if ((flags & O_TRUNC) && size > 0) record('t', inode(fd), 0, path, "", 0);
  return fd;
}

#define OPEN(call, path, flags)                                            \
  do {                                                                     \
    if (!is_watched(path)) return call;                                    \
    struct stat status;                                                    \
    if (((flags) & O_CREAT) && stat(path, &status) != 0 && fails(path)) return -1; \
    pthread_mutex_lock(&lock);                                             \
    int existed = stat(path, &status) == 0;                                \
    int fd = opened(call, path, flags, existed, existed ? status.st_size : 0); \
    pthread_mutex_unlock(&lock);                                           \
    return fd;                                                             \
  } while (0)

#define MODE(flags)                                  \
  mode_t mode = 0;                                   \
  if ((flags) & (O_CREAT | O_TMPFILE)) {             \
    va_list more;                                    \
    va_start(more, flags);                           \
    mode = (mode_t)va_arg(more, int);                \
    va_end(more);                                    \
  }

int open(const char *path, int flags, ...) {
  MODE(flags)
  REAL(int, open, const char *, int, ...);
  OPEN(real_open(path, flags, mode), path, flags);
}

int open64(const char *path, int flags, ...) {
  MODE(flags)
  REAL(int, open64, const char *, int, ...);
  OPEN(real_open64(path, flags, mode), path, flags);
}

int openat(int at, const char *path, int flags, ...) {
  MODE(flags)
  REAL(int, openat, int, const char *, int, ...);
  OPEN(real_openat(at, path, flags, mode), path, flags);
}

int openat64(int at, const char *path, int flags, ...) {
  MODE(flags)
  REAL(int, openat64, int, const char *, int, ...);
  OPEN(real_openat64(at, path, flags, mode), path, flags);
}

static void closing(int fd) {
  if (fd >= 0 && fd < FDS && watched[fd]) {
    free(watched[fd]);
    watched[fd] = NULL;
  }
}

int close(int fd) {
  REAL(int, close, int);
  closing(fd);
  return real_close(fd);
}

/* SoftHSM makes streams of its descriptors; the library's own close is not seen here, and a socket that
   gets the number next would be taken for the file. */
int fclose(FILE *stream) {
  REAL(int, fclose, FILE *);
  closing(fileno(stream));
  return real_fclose(stream);
}

/* --- writing ----------------------------------------------------------------------------------- */

static ssize_t wrote(int fd, const char *path, ssize_t done, int64_t offset, const void *data) {
  if (done > 0) record('w', inode(fd), offset, path, data, (size_t)done);
  return done;
}

#define WRITE(call, offset_of)                                        \
  do {                                                                \
    const char *path = path_of(fd);                                   \
    if (!path) return call;                                           \
    if (fails(path)) return -1;                                       \
    pthread_mutex_lock(&lock);                                        \
    int64_t offset = offset_of;                                       \
    ssize_t done = wrote(fd, path, call, offset, data);               \
    pthread_mutex_unlock(&lock);                                      \
    return done;                                                      \
  } while (0)

ssize_t write(int fd, const void *data, size_t length) {
  REAL(ssize_t, write, int, const void *, size_t);
  WRITE(real_write(fd, data, length), lseek(fd, 0, SEEK_CUR));
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
  REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
  WRITE(real_pwrite(fd, data, length, at), at);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
  WRITE(real_pwrite64(fd, data, length, at), at);
}

/* One after the other: to a file that is watched nothing is written this way but by Java. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(ssize_t, writev, int, const struct iovec *, int);
  if (!path_of(fd)) return real_writev(fd, parts, count);
  ssize_t all = 0;
  for (int i = 0; i < count; i++) {
    ssize_t done = write(fd, parts[i].iov_base, parts[i].iov_len);
    if (done < 0) return all ? all : done;
    all += done;
    if ((size_t)done < parts[i].iov_len) break;
  }
  return all;
}

static int resized(int fd, int64_t size) {
  const char *path = path_of(fd);
  REAL(int, ftruncate64, int, off64_t);
  if (!path) return real_ftruncate64(fd, size);
  if (fails(path)) return -1;
  pthread_mutex_lock(&lock);
  int result = real_ftruncate64(fd, size);
  if (result == 0) record('t', inode(fd), size, path, "", 0);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate(int fd, off_t size) { return resized(fd, size); }
int ftruncate64(int fd, off64_t size) { return resized(fd, size); }

/* Refused, so that whoever wants it falls back to writing, which is seen. */
int posix_fallocate(int fd, off_t at, off_t length) {
  REAL(int, posix_fallocate, int, off_t, off_t);
  return path_of(fd) ? EOPNOTSUPP : real_posix_fallocate(fd, at, length);
}
int posix_fallocate64(int fd, off64_t at, off64_t length) { return posix_fallocate(fd, at, length); }
int fallocate(int fd, int mode, off_t at, off_t length) {
  REAL(int, fallocate, int, int, off_t, off_t);
  if (!path_of(fd)) return real_fallocate(fd, mode, at, length);
  errno = EOPNOTSUPP;
  return -1;
}
int fallocate64(int fd, int mode, off64_t at, off64_t length) {
  return fallocate(fd, mode, at, length);
}

/* --- syncing ------------------------------------------------------------------------------------ */

static int is_log(const char *path) {
  size_t length = strlen(path);
  return length > 4 && strcmp(path + length - 4, "-wal") == 0;
}

static int synced(int fd, int (*real)(int)) {
  const char *path = path_of(fd);
  if (!path) return real(fd);
  if (is_log(path)) {
    reached(SYNC_BEGIN);
    if (control && __sync_lock_test_and_set(&control->signed_since, 0)) reached(SYNC_AFTER_SIGN);
  }
  while (control && control->sync_hangs) pause_millis(5);
  if (control && control->sync_errno) {
    errno = (int)control->sync_errno;
    return -1;
  }
  pthread_mutex_lock(&lock);
  uint64_t object = inode(fd);
  char *name = strdup(path);
  record('b', object, 0, name, "", 0);
  pthread_mutex_unlock(&lock);
  int result = real(fd);
  if (result == 0) record('e', object, 0, name, "", 0);
  if (is_log(name)) reached(SYNC_END);
  free(name);
  return result;
}

int fsync(int fd) {
  REAL(int, fsync, int);
  return synced(fd, real_fsync);
}

int fdatasync(int fd) {
  REAL(int, fdatasync, int);
  return synced(fd, real_fdatasync);
}

/* --- names -------------------------------------------------------------------------------------- */

static int named(int result, char type, const char *path, const char *other) {
  if (result == 0) {
    struct stat status;
    uint64_t object = stat(other ? other : path, &status) == 0 ? status.st_ino : 0;
    record(type, object, 0, path, other ? other : "", other ? strlen(other) : 0);
  }
  return result;
}

#define NAME(call, type, path, other)                                   \
  do {                                                                  \
    if (!is_watched(path) && !(other && is_watched(other))) return call; \
    pthread_mutex_lock(&lock);                                          \
    int result = named(call, type, path, other);                        \
    pthread_mutex_unlock(&lock);                                        \
    return result;                                                      \
  } while (0)

#define NO_OTHER ((const char *)NULL)

int unlink(const char *path) {
  REAL(int, unlink, const char *);
  NAME(real_unlink(path), 'u', path, NO_OTHER);
}
int rmdir(const char *path) {
  REAL(int, rmdir, const char *);
  NAME(real_rmdir(path), 'u', path, NO_OTHER);
}
int unlinkat(int at, const char *path, int flags) {
  REAL(int, unlinkat, int, const char *, int);
  NAME(real_unlinkat(at, path, flags), 'u', path, NO_OTHER);
}
int mkdir(const char *path, mode_t mode) {
  REAL(int, mkdir, const char *, mode_t);
  NAME(real_mkdir(path, mode), 'm', path, NO_OTHER);
}
int rename(const char *from, const char *to) {
  REAL(int, rename, const char *, const char *);
  NAME(real_rename(from, to), 'r', from, to);
}
int renameat(int at, const char *from, int other, const char *to) {
  REAL(int, renameat, int, const char *, int, const char *);
  NAME(real_renameat(at, from, other, to), 'r', from, to);
}
