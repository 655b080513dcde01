/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sound-source.h"

#include "ghc-sound-src.h"
#include "ghc-sound-tap.h"

#include <glib/gi18n-lib.h>

#define SYSTEM_ID "system"

struct _GhcSoundSource
{
  GObject parent_instance;
  char *key; /* (nullable): the whole system */
  char *name;
  char *icon_name;
  GhcSoundTapState state; /* of the element */
};

typedef enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_ICON_NAME,
  PROP_PROBLEM_TEXT,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcSoundSource, ghc_sound_source, G_TYPE_OBJECT)

static void
ghc_sound_source_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GhcSoundSource *self = GHC_SOUND_SOURCE (object);

  switch ((Property) id)
    {
    case PROP_ID:
      g_value_set_string (value, ghc_sound_source_get_id (self));
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, self->icon_name);
      break;
    case PROP_PROBLEM_TEXT:
      g_value_take_string (value, ghc_sound_source_dup_problem_text (self));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ghc_sound_source_finalize (GObject *object)
{
  GhcSoundSource *self = GHC_SOUND_SOURCE (object);

  g_free (self->key);
  g_free (self->name);
  g_free (self->icon_name);
  G_OBJECT_CLASS (ghc_sound_source_parent_class)->finalize (object);
}

static void
ghc_sound_source_class_init (GhcSoundSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ghc_sound_source_get_property;
  object_class->finalize = ghc_sound_source_finalize;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  properties[PROP_PROBLEM_TEXT] = g_param_spec_string ("problem-text", NULL, NULL, NULL,
                                                       flags | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_sound_source_init (GhcSoundSource *self)
{
}

/**
 * ghc_sound_source_new:
 * @key: (nullable): an application of a #GhcSoundGraph, or %NULL for the whole system but this program
 * @name: what people call it
 * @icon_name: (nullable): of the application
 *
 * Returns: (transfer full): a source
 */
GhcSoundSource *
ghc_sound_source_new (const char *key, const char *name, const char *icon_name)
{
  GhcSoundSource *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (GHC_TYPE_SOUND_SOURCE, NULL);
  self->key = g_strdup (key);
  self->name = g_strdup (name);
  self->icon_name = g_strdup (icon_name);
  return self;
}

/**
 * ghc_sound_source_get_id:
 * @self: a source
 *
 * Returns: (transfer none): what tells it from the others
 */
const char *
ghc_sound_source_get_id (GhcSoundSource *self)
{
  g_return_val_if_fail (GHC_IS_SOUND_SOURCE (self), NULL);

  return self->key != NULL ? self->key : SYSTEM_ID;
}

/**
 * ghc_sound_source_get_name:
 * @self: a source
 *
 * Returns: (transfer none): what people call it
 */
const char *
ghc_sound_source_get_name (GhcSoundSource *self)
{
  g_return_val_if_fail (GHC_IS_SOUND_SOURCE (self), NULL);

  return self->name;
}

/**
 * ghc_sound_source_is_system:
 * @self: a source
 *
 * Returns: whether it is all that is heard of other programs
 */
gboolean
ghc_sound_source_is_system (GhcSoundSource *self)
{
  g_return_val_if_fail (GHC_IS_SOUND_SOURCE (self), FALSE);

  return self->key == NULL;
}

/**
 * ghc_sound_source_dup_problem_text:
 * @self: a source
 *
 * Returns: (transfer full) (nullable): a sentence about why its element gives silence just now, if not
 *   because nothing is played; "problem-text" notifies
 */
char *
ghc_sound_source_dup_problem_text (GhcSoundSource *self)
{
  g_return_val_if_fail (GHC_IS_SOUND_SOURCE (self), NULL);

  switch (self->state)
    {
    case GHC_SOUND_TAP_ENDED:
      return g_strdup_printf (_ ("“%s” was closed. Its sound comes back when it is started again."),
                              self->name);
    case GHC_SOUND_TAP_AWAY:
      return g_strdup (_ ("What is shared has no sound, because PipeWire doesn’t answer. The sound "
                          "comes back when PipeWire does."));
    case GHC_SOUND_TAP_OPEN:
    default:
      return NULL;
    }
}

/* --- What the element tells, on its own thread ---------------------------------------------- */

typedef struct
{
  GMainContext *context; /* the source's */
  GWeakRef source;
  GhcSoundTapState state;
} News;

static News *
news_new (GMainContext *context, GhcSoundSource *source, GhcSoundTapState state)
{
  News *news = g_new0 (News, 1);

  news->context = g_main_context_ref (context);
  g_weak_ref_init (&news->source, source);
  news->state = state;
  return news;
}

static void
news_free (News *news)
{
  g_main_context_unref (news->context);
  g_weak_ref_clear (&news->source);
  g_free (news);
}

static gboolean
on_news (gpointer data)
{
  News *news = data;
  g_autoptr (GhcSoundSource) source = g_weak_ref_get (&news->source);

  if (source != NULL && source->state != news->state)
    {
      source->state = news->state;
      g_object_notify_by_pspec (G_OBJECT (source), properties[PROP_PROBLEM_TEXT]);
    }
  return G_SOURCE_REMOVE;
}

static void
on_state (GstElement *element, int state, gpointer data)
{
  News *about = data;
  g_autoptr (GhcSoundSource) source = g_weak_ref_get (&about->source);
  g_autoptr (GSource) idle = NULL;

  if (source == NULL)
    return;
  idle = g_idle_source_new ();
  g_source_set_priority (idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (idle, on_news, news_new (about->context, source, (GhcSoundTapState) state),
                         (GDestroyNotify) news_free);
  g_source_attach (idle, about->context);
}

/**
 * ghc_sound_source_make_element:
 * @self: a source
 *
 * One element at a time: a second one is asked for only when the first is in state %GST_STATE_NULL.
 *
 * Returns: (transfer floating): a live source of stereo sound on its pad "src": audio/x-raw of floats,
 *   48 kHz, 10 ms at a time, by the pipeline's clock. It never fails and never ends: what plays nothing,
 *   or ended, or cannot be had is silence, and heard again when it is there again
 */
GstElement *
ghc_sound_source_make_element (GhcSoundSource *self)
{
  GstElement *element;
  g_autoptr (GMainContext) context = NULL;

  g_return_val_if_fail (GHC_IS_SOUND_SOURCE (self), NULL);

  context = g_main_context_ref_thread_default ();
  element = ghc_sound_src_new (self->key);
  self->state = GHC_SOUND_TAP_OPEN;
  g_signal_connect_data (element, "state", G_CALLBACK (on_state),
                         news_new (context, self, GHC_SOUND_TAP_OPEN), (GClosureNotify) news_free,
                         0);
  return element;
}
