/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-slot.h"

#include "gh-media-plugin.h"

typedef struct
{
  GRecMutex lock; /* of the two; recursive, because to add an element tells others */
  GhMediaLeg *leg;
  GstElement *element; /* (nullable): what was chosen; the bin owns it */
} GhMediaSlotPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GhMediaSlot, gh_media_slot, GST_TYPE_BIN)

static void
lock_slot (GhMediaSlot *self)
{
  GhMediaSlotPrivate *priv = gh_media_slot_get_instance_private (self);

  g_rec_mutex_lock (&priv->lock);
}

static void
unlock_slot (GhMediaSlot *self)
{
  GhMediaSlotPrivate *priv = gh_media_slot_get_instance_private (self);

  g_rec_mutex_unlock (&priv->lock);
}

/* Only stores it: nothing may be added to a bin while it passes on a context. */
static void
gh_media_slot_set_context (GstElement *element, GstContext *context)
{
  GhMediaSlot *self = GH_MEDIA_SLOT (element);
  GhMediaSlotPrivate *priv = gh_media_slot_get_instance_private (self);
  GhMediaLeg *leg = gh_media_leg_from_context (context);

  if (leg != NULL)
    {
      lock_slot (self);
      if (priv->leg == NULL)
        priv->leg = g_steal_pointer (&leg);
      unlock_slot (self);
      g_clear_pointer (&leg, gh_media_leg_unref);
    }
  GST_ELEMENT_CLASS (gh_media_slot_parent_class)->set_context (element, context);
}

/* Lets a pad of the slot lead to the one of the same name. */
static void
connect_pad (GhMediaSlot *self, GstElement *element, GstPad *pad)
{
  g_autofree char *name = gst_pad_get_name (pad);
  g_autoptr (GstPad) target = gst_element_get_static_pad (element, name);

  if (target == NULL)
    target = gst_element_request_pad_simple (element, name);
  if (target == NULL || !gst_ghost_pad_set_target (GST_GHOST_PAD (pad), target))
    GST_ERROR_OBJECT (self, "pad %s leads nowhere", name);
}

/* Ours for a leg; GStreamer's for somebody else's webrtcbin; none for one of ours that has no leg. */
static GstElement *
make_element (GhMediaSlot *self, GhMediaLeg *leg)
{
  GhMediaSlotClass *klass = GH_MEDIA_SLOT_GET_CLASS (self);
  GstElementFactory *stock;

  if (leg != NULL)
    return klass->make (leg);
  if (gh_media_leg_is_due (GST_ELEMENT (self)))
    return NULL;
  stock = gh_media_plugin_get_stock (klass->stock_name);
  return stock != NULL ? gst_element_factory_create (stock, NULL) : NULL;
}

/**
 * gh_media_slot_choose:
 * @self: a slot
 *
 * Decides, if that was not done, which element stands here. It is decided in NULL, at the latest on the
 * way to READY, so that the element takes each step together with the slot: an element that ran ahead
 * to PLAYING would be called back, and a DTLS connection does not begin twice.
 *
 * Returns: (transfer none) (nullable): the element, or %NULL when there can be none: then nothing may
 *   be sent
 */
GstElement *
gh_media_slot_choose (GhMediaSlot *self)
{
  GhMediaSlotPrivate *priv = gh_media_slot_get_instance_private (self);
  GstElement *element;

  lock_slot (self);
  element = priv->element;
  if (element == NULL)
    element = make_element (self, priv->leg);
  if (element != NULL && priv->element == NULL)
    {
      GH_MEDIA_SLOT_GET_CLASS (self)->prepare (self, element);
      gst_bin_add (GST_BIN (self), element);
      priv->element = element;
      for (GList *at = GST_ELEMENT_PADS (self); at != NULL; at = at->next)
        connect_pad (self, element, at->data);
    }
  unlock_slot (self);
  return element;
}

/**
 * gh_media_slot_get_element:
 * @self: a slot
 *
 * Returns: (transfer none) (nullable): what was chosen, if it was
 */
GstElement *
gh_media_slot_get_element (GhMediaSlot *self)
{
  GhMediaSlotPrivate *priv = gh_media_slot_get_instance_private (self);
  GstElement *element;

  lock_slot (self);
  element = priv->element;
  unlock_slot (self);
  return element;
}

/**
 * gh_media_slot_add_pad:
 * @self: a slot
 * @templ: of this pad
 * @name: its name, also in the element
 *
 * Returns: (transfer none) (nullable): a new pad
 */
GstPad *
gh_media_slot_add_pad (GhMediaSlot *self, GstPadTemplate *templ, const char *name)
{
  GhMediaSlotPrivate *priv = gh_media_slot_get_instance_private (self);
  GstPad *pad = gst_ghost_pad_new_no_target_from_template (name, templ);

  gst_pad_set_active (pad, TRUE);
  lock_slot (self);
  if (!gst_element_add_pad (GST_ELEMENT (self), pad))
    pad = NULL;
  else if (priv->element != NULL)
    connect_pad (self, priv->element, pad);
  unlock_slot (self);
  return pad;
}

static GstPad *
gh_media_slot_request_new_pad (GstElement *element, GstPadTemplate *templ, const char *name,
                               const GstCaps *caps)
{
  return name != NULL ? gh_media_slot_add_pad (GH_MEDIA_SLOT (element), templ, name) : NULL;
}

static void
gh_media_slot_release_pad (GstElement *element, GstPad *pad)
{
  GstElement *inner = gh_media_slot_get_element (GH_MEDIA_SLOT (element));
  g_autoptr (GstPad) target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));

  gst_ghost_pad_set_target (GST_GHOST_PAD (pad), NULL);
  if (inner != NULL && target != NULL)
    gst_element_release_request_pad (inner, target);
  gst_element_remove_pad (element, pad);
}

static GstStateChangeReturn
gh_media_slot_change_state (GstElement *element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_NULL_TO_READY
      && gh_media_slot_choose (GH_MEDIA_SLOT (element)) == NULL)
    {
      GST_ELEMENT_ERROR (element, CORE, STATE_CHANGE,
                         ("The call has no way to encrypt what it sends."),
                         ("no leg was passed on to a webrtcbin of a call, or DTLS is missing"));
      return GST_STATE_CHANGE_FAILURE;
    }
  return GST_ELEMENT_CLASS (gh_media_slot_parent_class)->change_state (element, transition);
}

static void
gh_media_slot_finalize (GObject *object)
{
  GhMediaSlot *self = GH_MEDIA_SLOT (object);
  GhMediaSlotPrivate *priv = gh_media_slot_get_instance_private (self);

  g_clear_pointer (&priv->leg, gh_media_leg_unref);
  g_rec_mutex_clear (&priv->lock);
  G_OBJECT_CLASS (gh_media_slot_parent_class)->finalize (object);
}

static void
gh_media_slot_class_init (GhMediaSlotClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gh_media_slot_finalize;
  element_class->set_context = gh_media_slot_set_context;
  element_class->change_state = gh_media_slot_change_state;
  element_class->request_new_pad = gh_media_slot_request_new_pad;
  element_class->release_pad = gh_media_slot_release_pad;
}

static void
gh_media_slot_init (GhMediaSlot *self)
{
  GhMediaSlotPrivate *priv = gh_media_slot_get_instance_private (self);

  g_rec_mutex_init (&priv->lock);
}
