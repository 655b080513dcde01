/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-idle-watch.h"

#include "ghc-session.h"

#define IDLE_AFTER_S 900

/**
 * GhcIdleWatch:
 *
 * Tells the sessions whether somebody is at the keyboard: nobody is when the window has got no key
 * and no pointer for a quarter of an hour.
 */
struct _GhcIdleWatch
{
  GObject parent_instance;

  GListModel *sessions;
  guint source;
  gboolean idle;
};

G_DEFINE_FINAL_TYPE (GhcIdleWatch, ghc_idle_watch, G_TYPE_OBJECT)

static void
set_idle (GhcIdleWatch *self, gboolean idle)
{
  guint n = g_list_model_get_n_items (self->sessions);

  if (self->idle == idle)
    return;

  self->idle = idle;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcSession) session = g_list_model_get_item (self->sessions, i);

      ghc_session_set_active (session, !idle);
    }
}

static gboolean
on_idle (gpointer data)
{
  GhcIdleWatch *self = data;

  self->source = 0;
  set_idle (self, TRUE);
  return G_SOURCE_REMOVE;
}

static gboolean
on_event (GhcIdleWatch *self)
{
  set_idle (self, FALSE);

  /* Moving the deadline is cheaper than a new source for each motion of the pointer. */
  if (self->source == 0)
    self->source = g_timeout_add_seconds (IDLE_AFTER_S, on_idle, self);
  else
    g_source_set_ready_time (g_main_context_find_source_by_id (NULL, self->source),
                             g_get_monotonic_time () + IDLE_AFTER_S * G_USEC_PER_SEC);
  return GDK_EVENT_PROPAGATE;
}

static void
ghc_idle_watch_dispose (GObject *object)
{
  GhcIdleWatch *self = GHC_IDLE_WATCH (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->sessions);

  G_OBJECT_CLASS (ghc_idle_watch_parent_class)->dispose (object);
}

static void
ghc_idle_watch_class_init (GhcIdleWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_idle_watch_dispose;
}

static void
ghc_idle_watch_init (GhcIdleWatch *self)
{
}

/**
 * ghc_idle_watch_new:
 * @window: whose events count
 * @sessions: a list of #GhcSession
 */
GhcIdleWatch *
ghc_idle_watch_new (GtkWindow *window, GListModel *sessions)
{
  GhcIdleWatch *self;
  GtkEventController *events;

  g_return_val_if_fail (GTK_IS_WINDOW (window), NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (sessions), NULL);

  self = g_object_new (GHC_TYPE_IDLE_WATCH, NULL);
  self->sessions = g_object_ref (sessions);
  events = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect_object (events, "event", G_CALLBACK (on_event), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (window), events);
  on_event (self);
  return self;
}
