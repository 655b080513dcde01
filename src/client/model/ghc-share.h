/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ghc-call-member.h"

G_BEGIN_DECLS

#define GHC_TYPE_SHARE (ghc_share_get_type ())
G_DECLARE_FINAL_TYPE (GhcShare, ghc_share, GHC, SHARE, GObject)

/**
 * GhcShare:
 *
 * What somebody in a call shows to the others: a screen, or a camera. Whoever stops and begins again
 * has another one. All properties notify.
 *
 * As the server tells (read-only):
 * - member (GhcCallMember, nullable): whose it is; NULL once they are gone
 * - kind (GhcShareKind)
 * - has-sound (boolean): there is sound with it
 * - viewers (GListModel of GhcCallMember): who watches it; the same object for ever
 * - n-viewers (uint)
 * - is-own (boolean): shown by one's own person
 *
 * As the person in front wants it:
 * - watched (boolean): wanted on this device. Written by ghc_call_seat_watch(), which tells the
 *   server; one's own is seen without
 * - volume (double): of its sound, 0..2; 1 is as sent. Written by the UI
 *
 * As media sees it (written by media):
 * - state (GhcShareState)
 * - width, height (uint): in pixels, of what comes now; 0 before the first picture
 * - frame-rate (double): pictures in the last second
 * - bitrate (uint): bits in the last second
 * - codec-element (string, nullable): the encoder of one's own, the decoder of others'
 * - frozen-ms (uint64): for how long altogether no picture came when one was due
 * - paintable (GObject, nullable): what is to be drawn, a GdkPaintable; this layer knows no GTK
 */
GhcShare      *ghc_share_new               (GhcCallMember *member, GhcShareKind kind);

GhcCallMember *ghc_share_get_member        (GhcShare *self);
GhcShareKind   ghc_share_get_kind          (GhcShare *self);
gboolean       ghc_share_get_has_sound     (GhcShare *self);
GListModel    *ghc_share_get_viewers       (GhcShare *self);
guint          ghc_share_get_n_viewers     (GhcShare *self);
gboolean       ghc_share_get_is_own        (GhcShare *self);
/* Whether @member is among the viewers. */
gboolean       ghc_share_has_viewer        (GhcShare *self, GhcCallMember *member);
/* Whether the server has named @member among them. */
gboolean       ghc_share_is_told           (GhcShare *self, GhcCallMember *member);

gboolean       ghc_share_get_watched       (GhcShare *self);
void           ghc_share_set_watched       (GhcShare *self, gboolean watched);
double         ghc_share_get_volume        (GhcShare *self);
void           ghc_share_set_volume        (GhcShare *self, double volume);

GhcShareState  ghc_share_get_state         (GhcShare *self);
void           ghc_share_set_state         (GhcShare *self, GhcShareState state);
guint          ghc_share_get_width         (GhcShare *self);
guint          ghc_share_get_height        (GhcShare *self);
void           ghc_share_set_size          (GhcShare *self, guint width, guint height);
double         ghc_share_get_frame_rate    (GhcShare *self);
void           ghc_share_set_frame_rate    (GhcShare *self, double frame_rate);
guint          ghc_share_get_bitrate       (GhcShare *self);
void           ghc_share_set_bitrate       (GhcShare *self, guint bitrate);
const char    *ghc_share_get_codec_element (GhcShare *self);
void           ghc_share_set_codec_element (GhcShare *self, const char *codec_element);
guint64        ghc_share_get_frozen_ms     (GhcShare *self);
void           ghc_share_set_frozen_ms     (GhcShare *self, guint64 frozen_ms);
/* (transfer none) (nullable) */
GObject       *ghc_share_get_paintable     (GhcShare *self);
void           ghc_share_set_paintable     (GhcShare *self, GObject *paintable);

/**
 * ghc_share_fold:
 * @viewers: (element-type GhcCallMember): who counts as watching
 * @told: (element-type GhcCallMember): of these, whom the server names; ghc_share_release() leaves
 *   only them
 *
 * For the fold.
 */
void           ghc_share_fold              (GhcShare  *self,
                                            gboolean   has_sound,
                                            GPtrArray *viewers,
                                            GPtrArray *told);
void           ghc_share_release           (GhcShare  *self);

G_END_DECLS
