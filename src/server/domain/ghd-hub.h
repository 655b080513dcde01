/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-subscriber.h"

G_BEGIN_DECLS

#define GHD_TYPE_HUB (ghd_hub_get_type ())

G_DECLARE_FINAL_TYPE (GhdHub, ghd_hub, GHD, HUB, GObject)

/**
 * GhdHubFlush:
 *
 * Called once after each publication (or batch of publications), so that the net layer wakes each
 * of its I/O threads once and not once for each frame.
 */
typedef void (*GhdHubFlush) (gpointer user_data);

GhdHub *ghd_hub_new           (void);
void    ghd_hub_set_flush     (GhdHub *self, GhdHubFlush flush, gpointer user_data);

/* connections */
void    ghd_hub_attach        (GhdHub *self, GhdSubscriber *subscriber, const char *user_id,
                               const char *device_id, GPtrArray *room_ids);
void    ghd_hub_detach        (GhdHub *self, GhdSubscriber *subscriber);
guint   ghd_hub_close_device  (GhdHub *self, const char *user_id, const char *device_id,
                               guint code, const char *reason);
guint   ghd_hub_close_user    (GhdHub *self, const char *user_id, guint code,
                               const char *reason);
guint   ghd_hub_close_others  (GhdHub *self, const char *user_id, const char *keep_device_id,
                               guint code, const char *reason);
guint   ghd_hub_close_all     (GhdHub *self, guint code, const char *reason);
guint   ghd_hub_count         (GhdHub *self);
guint   ghd_hub_count_user    (GhdHub *self, const char *user_id);
GPtrArray *ghd_hub_list_devices (GhdHub *self);

/* membership */
void    ghd_hub_join          (GhdHub *self, const char *user_id, const char *room_id);
void    ghd_hub_leave         (GhdHub *self, const char *user_id, const char *room_id);

/* publication: frames are encoded once by the caller */
guint   ghd_hub_send_room     (GhdHub *self, const char *room_id, GBytes *frame,
                               const char *except_user_id);
guint   ghd_hub_send_rooms    (GhdHub *self, GPtrArray *room_ids, GBytes *frame,
                               const char *except_user_id);
gboolean ghd_hub_hears        (GhdHub *self, const char *user_id, const char *room_id);
gboolean ghd_hub_has_listeners (GhdHub *self, const char *room_id);
guint   ghd_hub_send_user     (GhdHub *self, const char *user_id, GBytes *frame);
guint   ghd_hub_send_device   (GhdHub *self, const char *user_id, const char *device_id,
                               GBytes *frame);
void    ghd_hub_flush         (GhdHub *self);

G_END_DECLS
