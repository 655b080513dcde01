/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-subscriber.h"

#include "gh-json.h"

struct _FakeSubscriber
{
  GObject parent_instance;
  GPtrArray *frames;
  guint close_code;
};

static void
deliver (GhdSubscriber *subscriber, GBytes *frame)
{
  FakeSubscriber *self = FAKE_SUBSCRIBER (subscriber);

  g_assert_cmpuint (self->close_code, ==, 0);
  g_ptr_array_add (self->frames, g_bytes_ref (frame));
}

static void
close_connection (GhdSubscriber *subscriber, guint code, const char *reason)
{
  FakeSubscriber *self = FAKE_SUBSCRIBER (subscriber);

  g_assert_nonnull (reason);
  g_assert_cmpuint (self->close_code, ==, 0);
  self->close_code = code;
}

static void
subscriber_iface_init (GhdSubscriberInterface *iface)
{
  iface->deliver = deliver;
  iface->close = close_connection;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeSubscriber, fake_subscriber, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GHD_TYPE_SUBSCRIBER, subscriber_iface_init))

static void
fake_subscriber_finalize (GObject *object)
{
  g_ptr_array_unref (FAKE_SUBSCRIBER (object)->frames);

  G_OBJECT_CLASS (fake_subscriber_parent_class)->finalize (object);
}

static void
fake_subscriber_class_init (FakeSubscriberClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_subscriber_finalize;
}

static void
fake_subscriber_init (FakeSubscriber *self)
{
  self->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

FakeSubscriber *
fake_subscriber_new (void)
{
  return g_object_new (FAKE_TYPE_SUBSCRIBER, NULL);
}

guint
fake_subscriber_count (FakeSubscriber *self)
{
  return self->frames->len;
}

GBytes *
fake_subscriber_get (FakeSubscriber *self, guint index)
{
  return g_ptr_array_index (self->frames, index);
}

/* The types of the events it was given and whom they concern, as "type/state_key type …". */
char *
fake_subscriber_dup_types (FakeSubscriber *self)
{
  g_autoptr (GString) types = g_string_new (NULL);

  for (guint i = 0; i < self->frames->len; i++)
    {
      g_autoptr (GhJson) json = gh_json_parse_bytes (g_ptr_array_index (self->frames, i), NULL);
      g_autoptr (GhJson) event = gh_json_peek_object (json, "event");
      const char *state_key = gh_json_peek_string (event, "state_key");

      if (types->len > 0)
        g_string_append_c (types, ' ');
      g_string_append (types, gh_json_peek_string (event, "type"));
      if (state_key != NULL && state_key[0] == '@')
        g_string_append_printf (types, "/%s", state_key);
    }

  return g_string_free_and_steal (g_steal_pointer (&types));
}

void
fake_subscriber_clear (FakeSubscriber *self)
{
  g_ptr_array_set_size (self->frames, 0);
}

guint
fake_subscriber_close_code (FakeSubscriber *self)
{
  return self->close_code;
}
