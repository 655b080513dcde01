/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghd-subscriber.h"

G_BEGIN_DECLS

/* A gateway connection that only remembers what it was given. */
#define FAKE_TYPE_SUBSCRIBER (fake_subscriber_get_type ())

G_DECLARE_FINAL_TYPE (FakeSubscriber, fake_subscriber, FAKE, SUBSCRIBER, GObject)

FakeSubscriber *fake_subscriber_new        (void);
guint           fake_subscriber_count      (FakeSubscriber *self);
GBytes         *fake_subscriber_get        (FakeSubscriber *self, guint index);
char           *fake_subscriber_dup_types  (FakeSubscriber *self);
void            fake_subscriber_clear      (FakeSubscriber *self);
guint           fake_subscriber_close_code (FakeSubscriber *self);

G_END_DECLS
