/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-talk-key.h"

#include <glib/gi18n.h>

#include "ghc-global-shortcut.h"

/**
 * GhcTalkKey:
 *
 * The key that is held to talk: heard in the window, and wherever the focus is on a desktop that gives
 * global shortcuts; the voice is told. Properties (read-only): pressed (boolean): whether it is held; reach
 * (string): where it is heard, in a sentence for a person.
 */
struct _GhcTalkKey
{
  GObject parent_instance;

  GtkWindow *window; /* weak: holds this */
  GhcCallDesk *desk;
  GhcGlobalShortcut *shortcut;

  guint key;
  GdkModifierType modifiers;
  gboolean held; /* in the window */
  gboolean pressed;
  GhcShortcutState state; /* also after the call: what the desktop said last */
};

typedef enum
{
  PROP_PRESSED = 1,
  PROP_REACH,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcTalkKey, ghc_talk_key, G_TYPE_OBJECT)

static gboolean
is_wanted (GhcTalkKey *self)
{
  g_autofree char *mode
    = g_settings_get_string (ghc_call_desk_get_settings (self->desk), "voice-mode");

  return g_str_equal (mode, "push-to-talk");
}

static void
update (GhcTalkKey *self)
{
  gboolean pressed = self->held
                     || (self->shortcut != NULL && ghc_global_shortcut_get_pressed (self->shortcut));

  if (self->pressed == pressed)
    return;

  self->pressed = pressed;
  if (ghc_call_desk_get_voice (self->desk) != NULL)
    ghc_voice_set_talk_pressed (ghc_call_desk_get_voice (self->desk), pressed);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRESSED]);
}

static void
set_held (GhcTalkKey *self, gboolean held)
{
  self->held = held;
  update (self);
}

static void
on_state (GhcTalkKey *self)
{
  self->state = ghc_global_shortcut_get_state (self->shortcut);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REACH]);
}

static void
drop_shortcut (GhcTalkKey *self)
{
  if (self->shortcut == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->shortcut, self);
  ghc_global_shortcut_close (self->shortcut);
  g_clear_object (&self->shortcut);
  if (self->state == GHC_SHORTCUT_BOUND)
    self->state = GHC_SHORTCUT_ASKING;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REACH]);
}

/* As the shortcuts specification writes a key: CTRL+SHIFT+F8. */
static char *
name_trigger (GhcTalkKey *self)
{
  static const struct
  {
    GdkModifierType modifier;
    const char *name;
  } names[] = {
    { GDK_CONTROL_MASK, "CTRL+" },
    { GDK_ALT_MASK, "ALT+" },
    { GDK_SHIFT_MASK, "SHIFT+" },
    { GDK_SUPER_MASK, "LOGO+" },
  };
  GString *trigger = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (self->modifiers & names[i].modifier)
        g_string_append (trigger, names[i].name);
    }
  g_string_append (trigger, gdk_keyval_name (self->key));
  return g_string_free (trigger, FALSE);
}

/* The desktop is asked only in a call: outside it the key belongs to others. */
static void
sync_shortcut (GhcTalkKey *self)
{
  gboolean wanted = self->key != 0 && is_wanted (self)
                    && ghc_call_desk_get_seat (self->desk) != NULL
                    && ghc_call_desk_get_voice (self->desk) != NULL;

  if (!wanted)
    drop_shortcut (self);
  else if (wanted && self->shortcut == NULL)
    {
      g_autofree char *trigger = name_trigger (self);

      self->shortcut = ghc_global_shortcut_new ("push-to-talk", _ ("Talk while the key is held"),
                                                trigger);
      g_signal_connect_object (self->shortcut, "notify::pressed", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->shortcut, "notify::state", G_CALLBACK (on_state), self,
                               G_CONNECT_SWAPPED);
      on_state (self);
    }
  if (!wanted)
    set_held (self, FALSE);
  update (self);
}

static void
read_key (GhcTalkKey *self)
{
  g_autofree char *accelerator
    = g_settings_get_string (ghc_call_desk_get_settings (self->desk), "push-to-talk-key");

  if (!gtk_accelerator_parse (accelerator, &self->key, &self->modifiers))
    self->key = 0;
  set_held (self, FALSE);
  /* Another key is another proposal to the desktop. */
  drop_shortcut (self);
  sync_shortcut (self);
}

/* Somebody who writes wants the letter. */
static gboolean
would_type (GhcTalkKey *self)
{
  GtkWidget *focus = gtk_window_get_focus (self->window);

  return (GTK_IS_TEXT (focus) || GTK_IS_TEXT_VIEW (focus))
         && (self->modifiers & ~GDK_SHIFT_MASK) == 0
         && (gdk_keyval_to_unicode (self->key) != 0 || self->key == GDK_KEY_Return
             || self->key == GDK_KEY_BackSpace || self->key == GDK_KEY_Delete);
}

static gboolean
on_key_pressed (GhcTalkKey *self, guint key, guint code, GdkModifierType state)
{
  GdkModifierType mask = gtk_accelerator_get_default_mod_mask ();

  if (self->key == 0 || gdk_keyval_to_lower (key) != self->key || !is_wanted (self)
      || ghc_call_desk_get_seat (self->desk) == NULL || would_type (self))
    return GDK_EVENT_PROPAGATE;
  if (!self->held && (state & mask) != self->modifiers)
    return GDK_EVENT_PROPAGATE;

  set_held (self, TRUE);
  return GDK_EVENT_STOP;
}

static void
on_key_released (GhcTalkKey *self, guint key, guint code, GdkModifierType state)
{
  if (self->held && gdk_keyval_to_lower (key) == self->key)
    set_held (self, FALSE);
}

/* A window that loses the focus never hears of the release. */
static void
on_active (GhcTalkKey *self)
{
  if (!gtk_window_is_active (self->window))
    set_held (self, FALSE);
}

static void
ghc_talk_key_dispose (GObject *object)
{
  GhcTalkKey *self = GHC_TALK_KEY (object);

  if (self->shortcut != NULL)
    ghc_global_shortcut_close (self->shortcut);
  g_clear_object (&self->shortcut);
  g_clear_object (&self->desk);

  G_OBJECT_CLASS (ghc_talk_key_parent_class)->dispose (object);
}

static void
ghc_talk_key_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcTalkKey *self = GHC_TALK_KEY (object);

  switch ((Property) prop_id)
    {
    case PROP_PRESSED:
      g_value_set_boolean (value, self->pressed);
      break;
    case PROP_REACH:
      g_value_take_string (value, ghc_talk_key_describe_reach (self));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_talk_key_class_init (GhcTalkKeyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = ghc_talk_key_dispose;
  object_class->get_property = ghc_talk_key_get_property;

  properties[PROP_PRESSED] = g_param_spec_boolean ("pressed", NULL, NULL, FALSE, flags);
  properties[PROP_REACH] = g_param_spec_string ("reach", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_talk_key_init (GhcTalkKey *self)
{
}

/**
 * ghc_talk_key_new:
 * @window: whose keys are heard; it must hold what is returned, and let go of it before it goes
 */
GhcTalkKey *
ghc_talk_key_new (GtkWindow *window, GhcCallDesk *desk)
{
  GhcTalkKey *self;
  GtkEventController *keys = gtk_event_controller_key_new ();
  GSettings *settings;

  g_return_val_if_fail (GTK_IS_WINDOW (window), NULL);
  g_return_val_if_fail (GHC_IS_CALL_DESK (desk), NULL);

  self = g_object_new (GHC_TYPE_TALK_KEY, NULL);
  self->window = window;
  self->desk = g_object_ref (desk);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key_pressed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "key-released", G_CALLBACK (on_key_released), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (window), keys);
  g_signal_connect_object (window, "notify::is-active", G_CALLBACK (on_active), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "notify::seat", G_CALLBACK (sync_shortcut), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "notify::voice", G_CALLBACK (sync_shortcut), self,
                           G_CONNECT_SWAPPED);
  settings = ghc_call_desk_get_settings (desk);
  g_signal_connect_object (settings, "changed::voice-mode", G_CALLBACK (sync_shortcut), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::push-to-talk-key", G_CALLBACK (read_key), self,
                           G_CONNECT_SWAPPED);
  read_key (self);
  return self;
}

/**
 * ghc_talk_key_describe_reach:
 *
 * Returns: (transfer full): whether the key is heard while other windows have the keyboard, in a sentence
 */
char *
ghc_talk_key_describe_reach (GhcTalkKey *self)
{
  const char *trigger;

  g_return_val_if_fail (GHC_IS_TALK_KEY (self), NULL);

  switch (self->state)
    {
    case GHC_SHORTCUT_BOUND:
      trigger = ghc_global_shortcut_get_trigger (self->shortcut);
      if (trigger == NULL || *trigger == '\0')
        return g_strdup (_ ("The key also works while you use other windows."));
      /* Translators: %s is a key, in the words of the desktop */
      return g_strdup_printf (_ ("While you use other windows, your desktop listens for %s."), trigger);
    case GHC_SHORTCUT_REFUSED:
      return g_strdup (_ ("Your desktop didn’t give the key to Guildhall: it works only while this "
                          "window is focused. The next call asks again."));
    case GHC_SHORTCUT_ABSENT:
      return g_strdup (_ ("Your desktop offers no shortcuts across windows: the key works only while "
                          "this window is focused."));
    case GHC_SHORTCUT_ASKING:
    default:
      return g_strdup (_ ("In a call, Guildhall asks your desktop to let the key work everywhere."));
    }
}
