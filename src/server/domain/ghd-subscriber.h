/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define GHD_TYPE_SUBSCRIBER (ghd_subscriber_get_type ())

G_DECLARE_INTERFACE (GhdSubscriber, ghd_subscriber, GHD, SUBSCRIBER, GObject)

/**
 * GhdSubscriberInterface:
 * @deliver: takes one whole text frame. Called on the main thread only, in the order in which the
 *   frames are to be sent. It must not block and must not call back into the hub; the same #GBytes
 *   is given to every subscriber of a publication. Nothing need be sent before the hub's flush.
 * @close: no frame follows; send what is queued, then close with @code (GH_CLOSE_…
 *   of gh-frame.h). Called on the main thread;
 *   the subscriber is already detached from the hub when it is called.
 *
 * One identified gateway connection, as the hub sees it. Implemented by the net layer.
 */
struct _GhdSubscriberInterface
{
  GTypeInterface parent_iface;

  void (*deliver) (GhdSubscriber *self, GBytes *frame);
  void (*close)   (GhdSubscriber *self, guint code, const char *reason);
};

void ghd_subscriber_deliver (GhdSubscriber *self, GBytes *frame);
void ghd_subscriber_close   (GhdSubscriber *self, guint code, const char *reason);

G_END_DECLS
