/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-image-sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Room for the largest picture allowed (50 megapixels of 4 bytes), twice (orientation makes a copy), and the decoder's planes. */
#define MEMORY_LIMIT (1024L * 1024 * 1024)
#define CPU_LIMIT_S 10

/* Under AddressSanitizer the address space is terabytes of shadow: only there the memory limit must be left away.
 * gcc and clang say so each in a way of its own. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define LIMIT_MEMORY FALSE
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define LIMIT_MEMORY FALSE
#endif
#ifndef LIMIT_MEMORY
#define LIMIT_MEMORY TRUE
#endif

static gboolean
limit (int    resource,
       rlim_t most)
{
  const struct rlimit value = { most, most };

  return setrlimit (resource, &value) == 0;
}

static gboolean
install_filter (void)
{
  /* What decoding, scaling and encoding in memory needs, and reading and writing the two pipes that are already open. */
  static const int calls[] = {
    SCMP_SYS (read), SCMP_SYS (write), SCMP_SYS (writev), SCMP_SYS (brk), SCMP_SYS (munmap), SCMP_SYS (mremap),
    SCMP_SYS (madvise), SCMP_SYS (futex), SCMP_SYS (exit), SCMP_SYS (exit_group), SCMP_SYS (rt_sigreturn),
    SCMP_SYS (clock_gettime), SCMP_SYS (gettimeofday), SCMP_SYS (getrandom),
    SCMP_SYS (sched_yield), SCMP_SYS (sched_getaffinity), SCMP_SYS (getpid), SCMP_SYS (gettid), SCMP_SYS (sigaltstack),
  };
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_KILL_PROCESS);
  int status = 0;

  if (filter == NULL)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (calls) && status == 0; i++)
    status = seccomp_rule_add (filter, SCMP_ACT_ALLOW, calls[i], 0);

  /* Memory may never become executable. */
  if (status == 0)
    status = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mmap), 1,
                               SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  if (status == 0)
    status = seccomp_rule_add (filter, SCMP_ACT_ALLOW, SCMP_SYS (mprotect), 1,
                               SCMP_A2 (SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));

  /* Libraries that ask whether a file or a terminal is there are told no instead of being killed. */
  if (status == 0)
    status = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (openat), 0);
  if (status == 0)
    status = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (newfstatat), 0);
  if (status == 0)
    status = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOTTY), SCMP_SYS (ioctl), 0);

  /* The alarm that ends it all in time cannot be put off. */
  if (status == 0)
    status = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (rt_sigprocmask), 0);

  if (status == 0)
    status = seccomp_load (filter);
  seccomp_release (filter);
  return status == 0;
}

/**
 * ghd_image_sandbox_enter:
 *
 * Gives up everything this process does not need to turn bytes into pixels: new files, sockets, processes, threads,
 * executable memory, privileges through exec; bounds its memory (1 GiB) and its time (10 s of CPU). There is no way back.
 *
 * Returns: %FALSE when any of it was refused by the kernel; the caller must then not decode anything
 */
gboolean
ghd_image_sandbox_enter (void)
{
  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
         && prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
         && limit (RLIMIT_CORE, 0)
         && limit (RLIMIT_CPU, CPU_LIMIT_S)
         && limit (RLIMIT_FSIZE, 0)
         && limit (RLIMIT_NOFILE, 3)
         && (!LIMIT_MEMORY || limit (RLIMIT_AS, MEMORY_LIMIT))
         && install_filter ();
}
