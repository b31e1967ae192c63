/*
 * What the two shims share: the journal, one file of records in the order in which things happened,
 * and the control page, through which a test tells a running process where to stop or to fail.
 *
 * A record is appended by one writev to a file opened with O_APPEND, so records of several threads
 * and processes never mix and their order in the file is one order of events for all of them.
 */
#ifndef TORTURE_H
#define TORTURE_H
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Where a test can stop the process; the numbers are those of Control.java. */
enum point { SYNC_BEGIN, SYNC_END, SIGN_BEGIN, SIGN_END, SYNC_AFTER_SIGN, OBJECT_MADE, POINTS };

enum action { ACT_KILL = 1, ACT_STOP = 2 };

/* The page, as 64-bit numbers: Control.java has the same offsets. */
struct control {
  volatile int64_t countdown[8]; /* by point: at 1 it acts, at 0 it is not armed */
  volatile int64_t action[8];
  volatile int64_t acted;      /* how often it did */
  volatile int64_t sign_fault; /* 0 none, 1 a wrong signature, else the CK_RV to return */
  volatile int64_t sync_hangs; /* not 0: fsync does not return */
  volatile int64_t write_errno;
  volatile int64_t sync_errno;
  volatile int64_t signs;        /* C_Sign and C_SignFinal begun, over all processes */
  volatile int64_t signed_since; /* a signature was made since the last sync */
  volatile int64_t sign_millis;  /* how long each signature takes longer */
};

struct head {
  uint32_t magic;
  uint32_t type;
  uint64_t object; /* inode, or CK_RV */
  int64_t offset;
  uint32_t name_length;
  uint32_t data_length;
};

static int journal_fd = -1;
static struct control *control;

static void torture_open(void) {
  const char *journal = getenv("TORTURE_JOURNAL"), *page = getenv("TORTURE_CONTROL");
  if (journal && journal_fd < 0)
    journal_fd = open(journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (page && !control) {
    int fd = open(page, O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
      void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      control = at == MAP_FAILED ? NULL : at;
      close(fd);
    }
  }
}

/* A record that cannot be written would make the journal lie: the process ends instead. */
static void record(char type, uint64_t object, int64_t offset, const char *name, const void *data,
                   size_t length) {
  if (journal_fd < 0) return;
  struct head head = {0x52544f54, (uint32_t)type, object, offset,
                      (uint32_t)strlen(name), (uint32_t)length};
  struct iovec parts[3] = {{&head, sizeof head},
                           {(void *)name, strlen(name)},
                           {(void *)data, length}};
  ssize_t all = (ssize_t)(sizeof head + strlen(name) + length);
  if (writev(journal_fd, parts, 3) != all) abort();
}

static void pause_millis(long millis) {
  struct timespec time = {millis / 1000, millis % 1000 * 1000000};
  nanosleep(&time, NULL);
}

/* A test may have asked for the process to end or to stop when it is here for the n-th time. */
static void reached(enum point point) {
  if (!control || control->countdown[point] <= 0) return;
  if (__sync_sub_and_fetch(&control->countdown[point], 1) != 0) return;
  __sync_fetch_and_add(&control->acted, 1);
  kill(getpid(), control->action[point] == ACT_KILL ? SIGKILL : SIGSTOP);
  /* The signal to a process with many threads is taken by any; none may go on before it was. */
  pause_millis(control->action[point] == ACT_KILL ? 60000 : 50);
}
#endif
