/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/*
 * Preloaded into a program: to it, the time of day is CLOCK_SHIM_S seconds later than it is (earlier, when
 * that is negative), as on a computer whose clock is wrong. Other clocks are as they are. Seconds that may
 * change while it runs, in the byte order of the machine, are in the file CLOCK_SHIM_FILE; they are added.
 */

/* No computer has run for so long; no time of day is so early. */
#define LEAST_TIME_OF_DAY 1000000000

static int (*real_clock_gettime) (clockid_t, struct timespec *);
static int (*real_cond_timedwait) (pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
static time_t fixed_s;
static const volatile int64_t *moving_s;

static void
map_file (const char *path)
{
  int file = open (path, O_RDONLY | O_CLOEXEC);
  void *bytes = MAP_FAILED;

  if (file >= 0)
    {
      bytes = mmap (NULL, sizeof *moving_s, PROT_READ, MAP_SHARED, file, 0);
      close (file);
    }
  /* A test with another clock than it asked for would prove nothing. */
  if (bytes == MAP_FAILED)
    abort ();
  moving_s = bytes;
}

static time_t
get_offset (void)
{
  return fixed_s + (moving_s != NULL ? (time_t) *moving_s : 0);
}

__attribute__ ((constructor)) static void
begin (void)
{
  const char *text = getenv ("CLOCK_SHIM_S");
  const char *path = getenv ("CLOCK_SHIM_FILE");

  /* The way that dlsym(3) tells for function pointers. */
  *(void **) &real_clock_gettime = dlsym (RTLD_NEXT, "clock_gettime");
  *(void **) &real_cond_timedwait = dlsym (RTLD_NEXT, "pthread_cond_timedwait");
  fixed_s = text != NULL ? (time_t) strtoll (text, NULL, 10) : 0;
  if (path != NULL && moving_s == NULL)
    map_file (path);
}

int
clock_gettime (clockid_t id, struct timespec *now)
{
  int result;

  /* Other constructors may ask before ours has run. */
  if (real_clock_gettime == NULL)
    begin ();
  result = real_clock_gettime (id, now);
  if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
    now->tv_sec += get_offset ();
  return result;
}

/* The kernel knows nothing of this: who waits until a time of day waits for as long as it meant to. */
int
pthread_cond_timedwait (pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                        const struct timespec *restrict until)
{
  struct timespec real = *until;

  if (real.tv_sec > LEAST_TIME_OF_DAY)
    real.tv_sec -= get_offset ();
  return real_cond_timedwait (condition, mutex, &real);
}

int
gettimeofday (struct timeval *restrict now, void *restrict zone)
{
  struct timespec precise;
  int result = clock_gettime (CLOCK_REALTIME, &precise);

  *now = (struct timeval) { .tv_sec = precise.tv_sec, .tv_usec = precise.tv_nsec / 1000 };
  return result;
}

time_t
time (time_t *out)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  if (out != NULL)
    *out = now.tv_sec;
  return now.tv_sec;
}
