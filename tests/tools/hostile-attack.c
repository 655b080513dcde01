/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hostile-attack.h"

#include <string.h>

#define REMEMBERED 100

typedef enum
{
  HONEST,
  SILENT,
  TAMPERED,
  TRUNCATED,
  REPLAYED,
  TWICE,
  REORDERED,
  UNKNOWN_EPOCH,
  FOREIGN_KEY,
  OTHER_SENDER,
  REFLECTED,
  GARBAGE,
  NONSENSE,
} Kind;

static const char *const kinds[] = {
  "honest",        "silent",      "tampered",     "truncated", "replayed", "twice",    "reordered",
  "unknown-epoch", "foreign-key", "other-sender", "reflected", "garbage",  "nonsense", NULL,
};

struct _Attack
{
  GMutex lock; /* of what follows */
  Kind kind;
  gint64 n_sent; /* of this kind */
  guint turn;
  GQueue sealed;     /* GBytes: what was sent in honesty, at most REMEMBERED */
  GBytes *held;      /* the first of two, to go second */
  GBytes *came;      /* what came last */
  GBytes *plain;     /* the last packet before it was sealed */
  GhMediaSession *foreign; /* with another key */
  GhMediaSession *other;   /* with the right key, and another name */
  GhMediaSession *own;     /* a second one with our name: for what has to be sealed well */
  GhMediaSealer *sealers[3];
  gboolean is_ours; /* what goes out now is already what it shall be */
};

static GBytes *
copy_buffer (GstBuffer *buffer)
{
  GstMapInfo map;
  GBytes *bytes = NULL;

  if (gst_buffer_map (buffer, &map, GST_MAP_READ))
    {
      bytes = g_bytes_new (map.data, map.size);
      gst_buffer_unmap (buffer, &map);
    }
  return bytes;
}

static void
push (Attack *self, GstPad *pad, const guint8 *data, gsize size)
{
  self->n_sent++;
  self->is_ours = TRUE;
  gst_pad_chain (pad, gst_buffer_new_memdup (data, size));
  self->is_ours = FALSE;
}

static void
push_bytes (Attack *self, GstPad *pad, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  push (self, pad, data, size);
}

/* The last packet of ours, sealed by one of the other sessions. */
static void
push_sealed (Attack *self, GstPad *pad, guint sealer, gboolean is_nonsense)
{
  gsize size = 0;
  gsize sealed_size = 0;
  const guint8 *data = self->plain != NULL ? g_bytes_get_data (self->plain, &size) : NULL;
  g_autofree guint8 *packet = NULL;
  g_autofree guint8 *sealed = NULL;

  if (data == NULL || self->sealers[sealer] == NULL)
    return;
  packet = g_memdup2 (data, size);
  sealed = g_malloc (size + GH_MEDIA_MAX_OVERHEAD);
  for (gsize i = 12; is_nonsense && i < size; i++)
    packet[i] = (guint8) g_random_int ();
  if (gh_media_sealer_seal (self->sealers[sealer], GH_MEDIA_RTP, packet, size, sealed, &sealed_size)
      == GH_MEDIA_OK)
    push (self, pad, sealed, sealed_size);
}

/* A bit in turn in the hidden part, the tag, the salt, the counter, the header. */
static void
push_tampered (Attack *self, GstPad *pad, guint8 *data, gsize size)
{
  const gsize places[] = { size - GH_MEDIA_TRAILER_SIZE - 1, size - GH_MEDIA_TRAILER_SIZE, size - 16,
                           size - 15, size - 8, size - 2, 3, 9 };
  gsize place = MIN (places[self->turn % G_N_ELEMENTS (places)], size - 2);

  data[place] ^= (guint8) (1 << (self->turn % 8));
  push (self, pad, data, size);
}

static void
push_garbage (Attack *self, GstPad *pad)
{
  guint8 data[1400];
  gsize size = (gsize) g_random_int_range (1, sizeof data);

  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) g_random_int ();
  /* What looks like STUN is for ICE and not for us. */
  if (data[0] < 4)
    data[0] |= 0x80;
  push (self, pad, data, size);
}

static void
remember (Attack *self, GBytes *packet)
{
  g_queue_push_tail (&self->sealed, g_bytes_ref (packet));
  if (g_queue_get_length (&self->sealed) > REMEMBERED)
    g_bytes_unref (g_queue_pop_head (&self->sealed));
}

static void
push_swapped (Attack *self, GstPad *pad, GBytes *packet)
{
  if (self->held == NULL)
    {
      self->held = g_bytes_ref (packet);
      return;
    }
  push_bytes (self, pad, packet);
  push_bytes (self, pad, self->held);
  g_clear_pointer (&self->held, g_bytes_unref);
}

static void
do_to (Attack *self, GstPad *pad, GBytes *packet)
{
  gsize size;
  g_autofree guint8 *data = g_memdup2 (g_bytes_get_data (packet, NULL), g_bytes_get_size (packet));
  GList *found;

  size = g_bytes_get_size (packet);
  self->turn++;
  switch (self->kind)
    {
    case HONEST:
      remember (self, packet);
      push (self, pad, data, size);
      break;
    case SILENT:
      break;
    case TAMPERED:
      push_tampered (self, pad, data, size);
      break;
    case TRUNCATED:
      push (self, pad, data, 1 + self->turn % (size - 1));
      break;
    case REPLAYED:
      found = g_queue_peek_nth_link (&self->sealed,
                                     self->turn % MAX (1, g_queue_get_length (&self->sealed)));
      if (found != NULL)
        push_bytes (self, pad, found->data);
      break;
    case TWICE:
      push (self, pad, data, size);
      push (self, pad, data, size);
      break;
    case REORDERED:
      push_swapped (self, pad, packet);
      break;
    case UNKNOWN_EPOCH:
      data[size - 1] = (guint8) (data[size - 1] + 1 + self->turn % 200);
      push (self, pad, data, size);
      break;
    case FOREIGN_KEY:
      push_sealed (self, pad, 0, FALSE);
      break;
    case OTHER_SENDER:
      push_sealed (self, pad, 1, FALSE);
      break;
    case NONSENSE:
      push_sealed (self, pad, 2, TRUE);
      break;
    case REFLECTED:
      if (self->came != NULL)
        push_bytes (self, pad, self->came);
      break;
    case GARBAGE:
      push_garbage (self, pad);
      break;
    }
}

static gboolean
do_to_each (GstBuffer **buffer, guint index, gpointer data)
{
  gpointer *both = data;
  g_autoptr (GBytes) packet = copy_buffer (*buffer);

  do_to (both[0], both[1], packet);
  return TRUE;
}

static GstPadProbeReturn
on_going (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Attack *self = data;
  gpointer both[] = { self, pad };

  /* The lock is held by this very thread, which chains. */
  if (self->is_ours)
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&self->lock);
  if ((info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0)
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info), do_to_each, both);
  else
    do_to_each (&(GstBuffer *) { GST_PAD_PROBE_INFO_BUFFER (info) }, 0, both);
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_DROP;
}

static GstPadProbeReturn
keep (GstPadProbeInfo *info, Attack *self, GBytes **place)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_clear_pointer (place, g_bytes_unref);
  *place = copy_buffer (GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_coming (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return keep (info, data, &((Attack *) data)->came);
}

static GstPadProbeReturn
on_plain (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return keep (info, data, &((Attack *) data)->plain);
}

static void
on_element (GstBin *bin, GstBin *sub_bin, GstElement *element, Attack *self)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  const char *name = factory != NULL ? GST_OBJECT_NAME (factory) : "";
  g_autoptr (GstPad) pad = NULL;

  if (g_str_equal (name, "nicesink"))
    {
      pad = gst_element_get_static_pad (element, "sink");
      gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_going,
                         self, NULL);
    }
  else if (g_str_equal (name, "nicesrc"))
    {
      pad = gst_element_get_static_pad (element, "src");
      gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_coming, self, NULL);
    }
}

static void
on_pad (GstElement *webrtc, GstPad *pad, Attack *self)
{
  if (GST_PAD_DIRECTION (pad) == GST_PAD_SINK)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_plain, self, NULL);
}

Attack *
attack_new (GstElement *webrtc, const char *call_id, const char *member_id, const char *victim_id)
{
  Attack *self = g_new0 (Attack, 1);

  g_mutex_init (&self->lock);
  g_queue_init (&self->sealed);
  self->foreign = gh_media_session_new (call_id, member_id, NULL);
  self->other = gh_media_session_new (call_id, "somebody else", NULL);
  self->own = gh_media_session_new (call_id, member_id, NULL);
  self->sealers[0] = gh_media_session_create_sealer (self->foreign, victim_id);
  self->sealers[1] = gh_media_session_create_sealer (self->other, victim_id);
  self->sealers[2] = gh_media_session_create_sealer (self->own, victim_id);
  g_signal_connect (webrtc, "deep-element-added", G_CALLBACK (on_element), self);
  g_signal_connect (webrtc, "pad-added", G_CALLBACK (on_pad), self);
  return self;
}

void
attack_set_kind (Attack *self, const char *kind)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  for (guint i = 0; kinds[i] != NULL; i++)
    {
      if (!g_str_equal (kinds[i], kind))
        continue;
      self->kind = (Kind) i;
      self->n_sent = 0;
      return;
    }
  g_error ("what is %s?", kind);
}

void
attack_set_key (Attack *self, guint32 epoch, GhSecret *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GhSecret) wrong = gh_secret_new_random (GH_MEDIA_KEY_SIZE);
  GhMediaSession *sessions[] = { self->foreign, self->other, self->own };

  for (guint i = 0; i < G_N_ELEMENTS (sessions); i++)
    {
      gh_media_session_install (sessions[i], epoch, i == 0 ? wrong : key, NULL);
      gh_media_session_send_with (sessions[i], epoch, NULL);
    }
}

gint64
attack_get_count (Attack *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_sent;
}
