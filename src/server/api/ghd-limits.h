/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "ghd-operation.h"

G_BEGIN_DECLS

/**
 * GhdRate:
 * @burst: what may be asked at once; 0: there is no such limit
 * @per_minute: what flows in after that
 */
typedef struct
{
  guint burst;
  guint per_minute;
} GhdRate;

/**
 * GhdLimitRow:
 * @name: for people, and in the table of docs/administration.md
 * @caller: for each operation of one account; of one address where nobody is signed in
 * @room: for each operation of all accounts together in one guild or channel
 */
typedef struct
{
  const char *name;
  GhdRate     caller;
  GhdRate     room;
} GhdLimitRow;

const GhdLimitRow *ghd_limit_get_row (GhdLimit limit);

/**
 * GhdLimits:
 *
 * How fast things may be asked: token buckets for each account, address and room. Buckets are kept for
 * a bounded number of each; forgotten are those that were unused for longest. For the main thread.
 */
#define GHD_TYPE_LIMITS (ghd_limits_get_type ())

G_DECLARE_FINAL_TYPE (GhdLimits, ghd_limits, GHD, LIMITS, GObject)

GhdLimits *ghd_limits_new        (guint percent, guint address_factor);
gboolean   ghd_limits_take       (GhdLimits *self, const GhdOperation *operation,
                                  const char *user_id, const char *address, const char *room_id,
                                  gint64 now_us, GError **error);
gboolean   ghd_limits_take_other (GhdLimits *self, const char *user_id, const char *address,
                                  gint64 now_us, GError **error);
gboolean   ghd_limits_may_guess  (GhdLimits *self, const char *address, gint64 now_us,
                                  GError **error);
void       ghd_limits_guessed    (GhdLimits *self, const char *address, gint64 now_us);
gboolean   ghd_limits_may_log    (GhdLimits *self, const char *user_id, const char *address,
                                  gint64 now_us);

G_END_DECLS
