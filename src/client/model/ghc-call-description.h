/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-json.h"
#include "ghc-enums.h"

G_BEGIN_DECLS

/* How many kinds of share there are; somebody has at most one of each. */
#define GHC_CALL_MAX_SHARES 2

/**
 * GhcCallShow:
 * @viewers: (array zero-terminated=1) (nullable): member ids; not all need be in the call
 *
 * One element of a member's "shares".
 */
typedef struct
{
  GhcShareKind kind;
  gboolean     has_sound;
  char       **viewers;
} GhcCallShow;

/**
 * GhcCallStay:
 *
 * One element of a description's "members". Strings belong to the description.
 */
typedef struct
{
  const char *user_id;
  const char *member_id;
  gboolean    muted;
  gboolean    deafened;
  gboolean    silenced;
  gboolean    may_speak;
  gboolean    may_share;
  GhcCallShow shows[GHC_CALL_MAX_SHARES];
  guint       n_shows;
} GhcCallStay;

/**
 * GhcCallDescription:
 * @revision: the greatest one of a connection holds
 * @started_ts: names the call to those who are not in it: a server that has forgotten it gives
 *   another
 * @n_stays: 0 says that the call is over
 *
 * What "m.call" says, and `call` in the answer of call.join; parsed and checked. Nobody is in it
 * twice.
 */
typedef struct
{
  const char  *channel_id;
  gint64       revision;
  gint64       started_ts;
  GhcCallStay *stays;
  guint        n_stays;

  /*< private >*/
  GhJson      *json;
} GhcCallDescription;

GhcCallDescription *ghc_call_description_new_from_json (GhJson  *json,
                                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
void                ghc_call_description_free          (GhcCallDescription *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcCallDescription, ghc_call_description_free)

G_END_DECLS
