/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sound-sources.h"

#include "gh-error.h"
#include "ghc-pipewire.h"
#include "ghc-sound-graph.h"

#include <glib/gi18n-lib.h>

/* PipeWire first says what there is; what that is, it says when asked. */
#define N_ANSWERS 2

struct _GhcSoundSources
{
  GObject parent_instance;
  GhcPipeWire *pipewire;
  GhcSoundGraph *graph;
  GListStore *list;
  DexPromise *started; /* (nullable) */
  guint n_answers;
  guint pending;
  gboolean is_lost;
};

static void ghc_sound_sources_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GhcSoundSources, ghc_sound_sources, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      ghc_sound_sources_list_init))

static GType
get_item_type (GListModel *model)
{
  return GHC_TYPE_SOUND_SOURCE;
}

static guint
get_n_items (GListModel *model)
{
  GhcSoundSources *self = GHC_SOUND_SOURCES (model);

  return self->list != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->list)) : 0;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GhcSoundSources *self = GHC_SOUND_SOURCES (model);

  return self->list != NULL ? g_list_model_get_item (G_LIST_MODEL (self->list), position) : NULL;
}

static void
ghc_sound_sources_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- What there is -------------------------------------------------------------------------- */

static void
collect (gpointer data, const char *key, const char *name, const char *icon_name)
{
  GHashTable *found = data;

  if (!g_hash_table_contains (found, key))
    g_hash_table_insert (found, g_strdup (key), ghc_sound_source_new (key, name, icon_name));
}

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  GhcSoundSource *one = (gpointer) a;
  GhcSoundSource *two = (gpointer) b;

  if (ghc_sound_source_is_system (one) || ghc_sound_source_is_system (two))
    return ghc_sound_source_is_system (two) - ghc_sound_source_is_system (one);
  return g_utf8_collate (ghc_sound_source_get_name (one), ghc_sound_source_get_name (two));
}

static void
update (GhcSoundSources *self)
{
  g_autoptr (GHashTable)
    found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  GHashTableIter iter;
  GhcSoundSource *source;

  ghc_sound_graph_each_application (self->graph, collect, found);
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->list)); i > 0; i--)
    {
      g_autoptr (GhcSoundSource) old = g_list_model_get_item (G_LIST_MODEL (self->list), i - 1);

      if (!ghc_sound_source_is_system (old)
          && !g_hash_table_remove (found, ghc_sound_source_get_id (old)))
        g_list_store_remove (self->list, i - 1);
    }
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &source))
    g_list_store_insert_sorted (self->list, source, compare, NULL);
}

static void
drop (GhcSoundSources *self)
{
  g_clear_pointer (&self->graph, ghc_sound_graph_free);
  g_clear_pointer (&self->pipewire, ghc_pipewire_free);
  if (self->started != NULL && dex_future_is_pending (DEX_FUTURE (self->started)))
    dex_promise_reject (
      self->started,
      gh_error_new_literal (GH_ERROR_UNAVAILABLE, "capture.pipewire", NULL, 0,
                            _ ("The sound of applications can’t be shared. Check that PipeWire is "
                               "running.")));
  dex_clear (&self->started);
}

static void
on_idle (gpointer data)
{
  GhcSoundSources *self = data;

  self->pending = 0;
  if (!self->is_lost)
    {
      update (self);
      return;
    }
  self->is_lost = FALSE;
  drop (self);
  g_list_store_remove_all (self->list);
}

/* Much of it comes at once, and none of it may be freed while PipeWire tells of it. */
static void
update_soon (gpointer owner)
{
  GhcSoundSources *self = owner;

  if (self->pending == 0)
    self->pending = g_idle_add_once (on_idle, self);
}

static void
on_settled (gpointer owner, int sequence)
{
  GhcSoundSources *self = owner;

  if (++self->n_answers < N_ANSWERS)
    ghc_pipewire_sync (self->pipewire);
  else if (self->started != NULL && dex_future_is_pending (DEX_FUTURE (self->started)))
    {
      update (self);
      dex_promise_resolve_boolean (self->started, TRUE);
    }
}

static void
on_lost (gpointer owner)
{
  GhcSoundSources *self = owner;

  self->is_lost = TRUE;
  update_soon (self);
}

static void
on_added (gpointer owner, guint32 id, const char *type, const struct spa_dict *dict)
{
  /* The graph looks by itself. */
}

static void
on_removed (gpointer owner, guint32 id)
{
}

static const GhcPipeWireEvents pipewire_events = {
  .added = on_added,
  .removed = on_removed,
  .settled = on_settled,
  .lost = on_lost,
};

/* --- Life ----------------------------------------------------------------------------------- */

static void
on_items_changed (GhcSoundSources *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
ghc_sound_sources_dispose (GObject *object)
{
  GhcSoundSources *self = GHC_SOUND_SOURCES (object);

  g_clear_handle_id (&self->pending, g_source_remove);
  drop (self);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (ghc_sound_sources_parent_class)->dispose (object);
}

static void
ghc_sound_sources_class_init (GhcSoundSourcesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_sound_sources_dispose;
}

static void
ghc_sound_sources_init (GhcSoundSources *self)
{
  self->list = g_list_store_new (GHC_TYPE_SOUND_SOURCE);
  g_signal_connect_object (self->list, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
}

/**
 * ghc_sound_sources_new:
 *
 * Returns: (transfer full): an empty list
 */
GhcSoundSources *
ghc_sound_sources_new (void)
{
  return g_object_new (GHC_TYPE_SOUND_SOURCES, NULL);
}

/**
 * ghc_sound_sources_start:
 * @self: sources
 *
 * Looks for what plays, unless that was done; again after it failed or PipeWire was lost.
 *
 * Returns: (transfer full): resolves to %TRUE once the list holds what there is; rejects with
 *   %GH_ERROR_UNAVAILABLE and a sentence for people
 */
DexFuture *
ghc_sound_sources_start (GhcSoundSources *self)
{
  g_autoptr (DexFuture) answer = NULL;
  g_autoptr (GhcSoundSource) all = NULL;

  g_return_val_if_fail (GHC_IS_SOUND_SOURCES (self), NULL);

  if (self->started != NULL)
    return DEX_FUTURE (dex_ref (self->started));
  self->started = dex_promise_new ();
  answer = DEX_FUTURE (dex_ref (self->started));
  self->pipewire = ghc_pipewire_new (-1, &pipewire_events, self);
  if (self->pipewire == NULL)
    {
      drop (self);
      return g_steal_pointer (&answer);
    }
  self->graph = ghc_sound_graph_new (ghc_pipewire_get_core (self->pipewire), update_soon, self);
  self->n_answers = 0;
  ghc_pipewire_sync (self->pipewire);
  all = ghc_sound_source_new (NULL, _ ("Whole System"), "audio-speakers-symbolic");
  g_list_store_append (self->list, all);
  return g_steal_pointer (&answer);
}

/**
 * ghc_sound_sources_find:
 * @self: sources
 * @id: (nullable): a source's id
 *
 * Returns: (transfer full) (nullable): the source, if it is there
 */
GhcSoundSource *
ghc_sound_sources_find (GhcSoundSources *self, const char *id)
{
  g_return_val_if_fail (GHC_IS_SOUND_SOURCES (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->list)); i++)
    {
      g_autoptr (GhcSoundSource) source = g_list_model_get_item (G_LIST_MODEL (self->list), i);

      if (g_strcmp0 (ghc_sound_source_get_id (source), id) == 0)
        return g_steal_pointer (&source);
    }
  return NULL;
}
