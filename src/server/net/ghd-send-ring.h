/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhdSendRing:
 *
 * What one thread sends to many connections, handed to the kernel in one call (io_uring) instead of one
 * call for each. All functions here are for the thread that made it.
 */
typedef struct _GhdSendRing GhdSendRing;

/**
 * GhdSendRingFunc:
 * @item: as given to ghd_send_ring_add()
 * @result: how many bytes were taken, or a negative errno; -%EAGAIN also when the kernel was not asked
 */
typedef void (*GhdSendRingFunc) (gpointer item, gssize result, gpointer user_data);

GhdSendRing *ghd_send_ring_new (GhdSendRingFunc func, gpointer user_data);
void ghd_send_ring_free (GhdSendRing *self);

gboolean ghd_send_ring_add (GhdSendRing *self, int fd, gconstpointer data, gsize size,
                            gpointer item);
gboolean ghd_send_ring_submit (GhdSendRing *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdSendRing, ghd_send_ring_free)

G_END_DECLS
