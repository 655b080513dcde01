/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share-rest.h"

#define DELAY_MS 3000

/**
 * GhcShareRest:
 *
 * Puts the controls over a picture away while nobody touches anything: after three seconds without a movement of the
 * pointer, a touch or a key. They are there again at the first of these, and stay as long as something that they opened
 * is there, or the keyboard is at one of them: not where a click has left it. Who reads the screen still finds them. The
 * look of it is that of the class "resting", see style.css.
 */
struct _GhcShareRest
{
  GObject parent_instance;

  GtkWidget *view;            /* borrowed: it owns this */
  GtkWidget *controls;        /* below it */
  GtkEventController *events; /* (nullable) */
  GtkWindow *window;          /* weak, (nullable): of the view, while this is active */
  guint source;
  double x, y; /* where the pointer was last */
  gboolean by_pointer; /* what happened last, or has led here */
  gboolean is_resting;
};

G_DEFINE_FINAL_TYPE (GhcShareRest, ghc_share_rest, G_TYPE_OBJECT)

static void
set_resting (GhcShareRest *self, gboolean resting)
{
  if (self->is_resting == resting)
    return;

  self->is_resting = resting;
  if (resting)
    gtk_widget_add_css_class (self->view, "resting");
  else
    gtk_widget_remove_css_class (self->view, "resting");
  /* What is not seen is not pressed. */
  gtk_widget_set_can_target (self->controls, !resting);
  gtk_widget_set_cursor_from_name (self->view, resting ? "none" : NULL);
}

static gboolean
has_focus (GhcShareRest *self)
{
  GtkWidget *focus = self->window != NULL ? gtk_window_get_focus (self->window) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, self->controls)
         && (!self->by_pointer || gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL);
}

/**
 * ghc_share_rest_begin:
 *
 * Puts the controls away now.
 *
 * Returns: FALSE when they have to stay
 */
gboolean
ghc_share_rest_begin (GhcShareRest *self)
{
  g_return_val_if_fail (GHC_IS_SHARE_REST (self), FALSE);

  if (self->window == NULL || has_focus (self))
    return FALSE;

  g_clear_handle_id (&self->source, g_source_remove);
  set_resting (self, TRUE);
  return TRUE;
}

static gboolean
on_calm (gpointer data)
{
  GhcShareRest *self = data;

  self->source = 0;
  ghc_share_rest_begin (self);
  return G_SOURCE_REMOVE;
}

static void
wake (GhcShareRest *self)
{
  set_resting (self, FALSE);
  g_clear_handle_id (&self->source, g_source_remove);
  self->source = g_timeout_add (DELAY_MS, on_calm, self);
}

/* That a window changes moves the pointer, too, but not on the screen. */
static gboolean
on_event (GhcShareRest *self, GdkEvent *event)
{
  double x, y;

  switch ((int) gdk_event_get_event_type (event))
    {
    case GDK_MOTION_NOTIFY:
      if (gdk_event_get_position (event, &x, &y) && (x != self->x || y != self->y))
        {
          self->x = x;
          self->y = y;
          wake (self);
        }
      break;
    case GDK_BUTTON_PRESS:
    case GDK_TOUCH_BEGIN:
      self->by_pointer = TRUE;
      wake (self);
      break;
    case GDK_KEY_PRESS:
      self->by_pointer = FALSE;
      wake (self);
      break;
    case GDK_SCROLL:
      wake (self);
      break;
    default:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
leave_window (GhcShareRest *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->window == NULL)
    {
      g_clear_object (&self->events);
      return;
    }

  g_signal_handlers_disconnect_by_func (self->window, wake, self);
  /* A window that is closing has none any more. */
  if (gtk_event_controller_get_widget (self->events) == GTK_WIDGET (self->window))
    gtk_widget_remove_controller (GTK_WIDGET (self->window), self->events);
  g_clear_object (&self->events);
  g_clear_weak_pointer (&self->window);
}

/**
 * ghc_share_rest_set_active:
 * @active: the view fills the screen; it is in its window
 */
void
ghc_share_rest_set_active (GhcShareRest *self, gboolean active)
{
  GtkRoot *root = active ? gtk_widget_get_root (self->view) : NULL;

  g_return_if_fail (GHC_IS_SHARE_REST (self));

  if (self->window == GTK_WINDOW (root))
    return;

  leave_window (self);
  set_resting (self, FALSE);
  if (root != NULL)
    {
      g_set_weak_pointer (&self->window, GTK_WINDOW (root));
      self->events = gtk_event_controller_legacy_new ();
      gtk_event_controller_set_propagation_phase (self->events, GTK_PHASE_CAPTURE);
      g_signal_connect_object (self->events, "event", G_CALLBACK (on_event), self,
                               G_CONNECT_SWAPPED);
      gtk_widget_add_controller (GTK_WIDGET (root), g_object_ref (self->events));
      /* Also where a reader of the screen has put it. */
      g_signal_connect_object (root, "notify::focus-widget", G_CALLBACK (wake), self,
                               G_CONNECT_SWAPPED);
      /* The button that led here has it still. */
      self->by_pointer = FALSE;
      self->by_pointer = has_focus (self);
      wake (self);
    }
}

static void
ghc_share_rest_dispose (GObject *object)
{
  GhcShareRest *self = GHC_SHARE_REST (object);

  leave_window (self);

  G_OBJECT_CLASS (ghc_share_rest_parent_class)->dispose (object);
}

static void
ghc_share_rest_class_init (GhcShareRestClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_share_rest_dispose;
}

static void
ghc_share_rest_init (GhcShareRest *self)
{
}

/**
 * ghc_share_rest_new:
 * @view: what will own this
 * @controls: below @view
 */
GhcShareRest *
ghc_share_rest_new (GtkWidget *view, GtkWidget *controls)
{
  GhcShareRest *self;

  g_return_val_if_fail (GTK_IS_WIDGET (view) && GTK_IS_WIDGET (controls), NULL);

  self = g_object_new (GHC_TYPE_SHARE_REST, NULL);
  self->view = view;
  self->controls = controls;
  return self;
}
