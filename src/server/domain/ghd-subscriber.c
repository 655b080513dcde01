/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-subscriber.h"

G_DEFINE_INTERFACE (GhdSubscriber, ghd_subscriber, G_TYPE_OBJECT)

static void
ghd_subscriber_default_init (GhdSubscriberInterface *iface)
{
}

/**
 * ghd_subscriber_deliver:
 * @frame: the JSON text of one frame, shared by all who receive it
 */
void
ghd_subscriber_deliver (GhdSubscriber *self, GBytes *frame)
{
  g_return_if_fail (GHD_IS_SUBSCRIBER (self));

  GHD_SUBSCRIBER_GET_IFACE (self)->deliver (self, frame);
}

/**
 * ghd_subscriber_close:
 * @reason: at most 123 bytes, as RFC 6455, section 5.5.1 allows
 */
void
ghd_subscriber_close (GhdSubscriber *self, guint code, const char *reason)
{
  g_return_if_fail (GHD_IS_SUBSCRIBER (self));

  GHD_SUBSCRIBER_GET_IFACE (self)->close (self, code, reason);
}
