/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-transfer.h"

struct _GhcTransfer
{
  GObject parent_instance;
  GCancellable *cancellable;
  guint64 sent;
  guint64 total;
  gboolean active;
};

typedef enum
{
  PROP_FRACTION = 1,
  PROP_SENT,
  PROP_TOTAL,
  PROP_ACTIVE,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcTransfer, ghc_transfer, G_TYPE_OBJECT)

static void
ghc_transfer_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcTransfer *self = GHC_TRANSFER (object);

  switch ((Property) prop_id)
    {
    case PROP_FRACTION:
      g_value_set_double (value, ghc_transfer_get_fraction (self));
      break;
    case PROP_SENT:
      g_value_set_uint64 (value, self->sent);
      break;
    case PROP_TOTAL:
      g_value_set_uint64 (value, self->total);
      break;
    case PROP_ACTIVE:
      g_value_set_boolean (value, self->active);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_transfer_finalize (GObject *object)
{
  g_clear_object (&GHC_TRANSFER (object)->cancellable);

  G_OBJECT_CLASS (ghc_transfer_parent_class)->finalize (object);
}

static void
ghc_transfer_class_init (GhcTransferClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ghc_transfer_get_property;
  object_class->finalize = ghc_transfer_finalize;

  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_SENT] = g_param_spec_uint64 ("sent", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_TOTAL] = g_param_spec_uint64 ("total", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_transfer_init (GhcTransfer *self)
{
  self->cancellable = g_cancellable_new ();
}

GhcTransfer *
ghc_transfer_new (void)
{
  return g_object_new (GHC_TYPE_TRANSFER, NULL);
}

double
ghc_transfer_get_fraction (GhcTransfer *self)
{
  g_return_val_if_fail (GHC_IS_TRANSFER (self), 0);

  return self->total > 0 ? MIN (1.0, (double) self->sent / (double) self->total) : 0;
}

guint64
ghc_transfer_get_sent (GhcTransfer *self)
{
  g_return_val_if_fail (GHC_IS_TRANSFER (self), 0);

  return self->sent;
}

guint64
ghc_transfer_get_total (GhcTransfer *self)
{
  g_return_val_if_fail (GHC_IS_TRANSFER (self), 0);

  return self->total;
}

gboolean
ghc_transfer_get_active (GhcTransfer *self)
{
  g_return_val_if_fail (GHC_IS_TRANSFER (self), FALSE);

  return self->active;
}

void
ghc_transfer_cancel (GhcTransfer *self)
{
  g_return_if_fail (GHC_IS_TRANSFER (self));

  g_cancellable_cancel (self->cancellable);
}

GCancellable *
ghc_transfer_get_cancellable (GhcTransfer *self)
{
  g_return_val_if_fail (GHC_IS_TRANSFER (self), NULL);

  return self->cancellable;
}

static void
notify_progress (GhcTransfer *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

void
ghc_transfer_set_total (GhcTransfer *self, guint64 total)
{
  g_return_if_fail (GHC_IS_TRANSFER (self));

  self->total = total;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTAL]);
  notify_progress (self);
}

void
ghc_transfer_add_sent (GhcTransfer *self, guint64 bytes)
{
  g_return_if_fail (GHC_IS_TRANSFER (self));

  self->sent += bytes;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SENT]);
  notify_progress (self);
}

void
ghc_transfer_set_active (GhcTransfer *self, gboolean active)
{
  g_return_if_fail (GHC_IS_TRANSFER (self));

  if (self->active == active)
    return;

  self->active = active;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}
