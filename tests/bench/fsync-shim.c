/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/*
 * Preloaded into PostgreSQL: each fsync and fdatasync takes 2 ms longer, as on a slower disk, and is
 * counted in the file that stands beside this library, where whoever measures can see that the delay
 * is there.
 */

#define DELAY_NS 2000000
#define COUNT_SUFFIX ".count"

static atomic_ullong *count;
static int (*real_fsync) (int);
static int (*real_fdatasync) (int);

__attribute__ ((constructor)) static void
begin (void)
{
  char path[4096];
  Dl_info self;
  void *map;
  int fd;

  /* The way that dlsym(3) tells for function pointers. */
  *(void **) &real_fsync = dlsym (RTLD_NEXT, "fsync");
  *(void **) &real_fdatasync = dlsym (RTLD_NEXT, "fdatasync");

  if (dladdr ((void *) &count, &self) == 0
      || snprintf (path, sizeof path, "%s" COUNT_SUFFIX, self.dli_fname) >= (int) sizeof path)
    return;
  fd = open (path, O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return;
  map = mmap (NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map != MAP_FAILED)
    count = map;
  close (fd);
}

static void
take_longer (void)
{
  const struct timespec delay = { .tv_nsec = DELAY_NS };

  if (count != NULL)
    atomic_fetch_add (count, 1);
  clock_nanosleep (CLOCK_MONOTONIC, 0, &delay, NULL);
}

int
fsync (int fd)
{
  take_longer ();
  return real_fsync (fd);
}

int
fdatasync (int fd)
{
  take_longer ();
  return real_fdatasync (fd);
}
