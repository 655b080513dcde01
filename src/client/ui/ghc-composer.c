/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-composer.h"

#include "ghc-toast.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <libspelling.h>

#include <gh-error.h>
#include <gh-limits.h>

#include <string.h>

/* From this many bytes before the limit on, what is left is shown. */
#define COUNTER_BYTES 500

struct _GhcComposer
{
  GtkWidget                  parent_instance;
  GhcSession                *session;
  GhcChannel                *channel;
  GSettings                 *settings;
  SpellingTextBufferAdapter *speller;
  gboolean                   is_loading;

  GtkWidget                 *writing;
  GtkTextView               *text_view;
  GtkTextBuffer             *buffer;
  GtkLabel                  *placeholder;
  GtkLabel                  *counter;
  GtkWidget                 *emoji_button;
  GtkWidget                 *send_button;
  GtkLabel                  *closed_label;
  GtkLabel                  *status_label;
};

typedef enum { PROP_SESSION = 1, PROP_CHANNEL, PROP_SETTINGS, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcComposer, ghc_composer, GTK_TYPE_WIDGET)

static char *
dup_text (GhcComposer *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_buffer_get_text (self->buffer, &start, &end, TRUE);
}

static gsize
get_limit (GhcComposer *self)
{
  GhcServerInfo *server = self->session != NULL ? ghc_session_get_server (self->session) : NULL;
  gsize limit = server != NULL ? ghc_server_info_get_message_bytes (server) : 0;

  return limit > 0 ? limit : GH_LIMIT_MESSAGE;
}

static void
update_counter (GhcComposer *self,
                gsize        length)
{
  gsize limit = get_limit (self);
  gssize left = (gssize) limit - (gssize) length;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->counter), left < COUNTER_BYTES);
  if (left >= COUNTER_BYTES)
    return;

  text = g_strdup_printf ("%" G_GSSIZE_FORMAT, left);
  gtk_label_set_label (self->counter, text);
  if (left < 0)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->counter), "error");
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->counter), _("The message is too long to be sent in one piece"));
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->counter), "error");
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->counter), _("Characters left in the message"));
    }
}

static void
update_text (GhcComposer *self)
{
  g_autofree char *text = dup_text (self);
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  gsize length = strlen (trimmed);

  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), *text == '\0');
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "composer.send",
                                 length > 0 && length <= get_limit (self) && self->channel != NULL
                                   && ghc_channel_get_can_send (self->channel));
  update_counter (self, length);

  if (self->is_loading || self->channel == NULL)
    return;
  ghc_channel_set_draft (self->channel, text);
  if (self->session != NULL)
    ghc_session_set_typing (self->session, self->channel, length > 0);
}

static void
on_changed (GhcComposer *self)
{
  update_text (self);
}

/* The draft also changes from elsewhere: it is emptied when a message goes out, and filled when the cache has been read. */
static void
load_draft (GhcComposer *self)
{
  g_autofree char *text = dup_text (self);
  const char *draft = self->channel != NULL ? ghc_channel_get_draft (self->channel) : "";

  if (g_str_equal (text, draft))
    return;

  self->is_loading = TRUE;
  gtk_text_buffer_begin_irreversible_action (self->buffer);
  gtk_text_buffer_set_text (self->buffer, draft, -1);
  gtk_text_buffer_end_irreversible_action (self->buffer);
  self->is_loading = FALSE;
  update_text (self);
}

static void
update_status (GhcComposer *self)
{
  GListModel *typing = self->channel != NULL ? ghc_channel_get_typing (self->channel) : NULL;
  guint n_typing = typing != NULL ? g_list_model_get_n_items (typing) : 0;
  g_autoptr (GhcUser) first = n_typing > 0 ? g_list_model_get_item (typing, 0) : NULL;
  g_autoptr (GhcUser) second = n_typing > 1 ? g_list_model_get_item (typing, 1) : NULL;
  g_autofree char *text = NULL;

  if (n_typing == 1)
    text = g_strdup_printf (_("%s is typing…"), ghc_user_get_display_name (first));
  else if (n_typing == 2)
    text = g_strdup_printf (_("%s and %s are typing…"), ghc_user_get_display_name (first),
                            ghc_user_get_display_name (second));
  else if (n_typing > 2)
    text = g_strdup (_("Several people are typing…"));

  gtk_label_set_label (self->status_label, text != NULL ? text : "");
}

static void
update_channel (GhcComposer *self)
{
  gboolean can_send = self->channel != NULL && ghc_channel_get_can_send (self->channel);
  gboolean is_joined = self->channel != NULL && ghc_channel_get_joined (self->channel);
  g_autofree char *prompt = NULL;

  gtk_widget_set_visible (self->writing, can_send);
  gtk_widget_set_visible (GTK_WIDGET (self->status_label), is_joined);
  gtk_widget_set_visible (GTK_WIDGET (self->closed_label), is_joined && !can_send);
  gtk_label_set_label (self->closed_label, _("You can read here. Only some roles may write."));
  if (self->channel == NULL)
    return;

  /* Translators: where a message goes, such as "Message #general" */
  prompt = g_strdup_printf (_("Message #%s"), ghc_channel_get_name (self->channel));
  gtk_label_set_label (self->placeholder, prompt);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text_view), GTK_ACCESSIBLE_PROPERTY_LABEL, prompt, -1);
  update_text (self);
}

static void
set_channel (GhcComposer *self,
             GhcChannel  *channel)
{
  if (self->channel == channel)
    return;

  if (self->channel != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->channel, self);
      g_signal_handlers_disconnect_by_data (ghc_channel_get_typing (self->channel), self);
      if (self->session != NULL)
        ghc_session_set_typing (self->session, self->channel, FALSE);
    }

  g_set_object (&self->channel, channel);
  load_draft (self);
  update_channel (self);
  update_status (self);
  if (channel == NULL)
    return;

  g_signal_connect_object (channel, "notify::can-send", G_CALLBACK (update_channel), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "notify::joined", G_CALLBACK (update_channel), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "notify::name", G_CALLBACK (update_channel), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "notify::draft", G_CALLBACK (load_draft), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_channel_get_typing (channel), "items-changed", G_CALLBACK (update_status), self,
                           G_CONNECT_SWAPPED);
}

typedef struct
{
  GhcComposer *self;
  GhcChannel  *channel;
  char        *text;
} Send;

static void
send_free (gpointer data)
{
  Send *send = data;

  g_object_unref (send->self);
  g_object_unref (send->channel);
  g_free (send->text);
  g_free (send);
}

static DexFuture *
send_fiber (gpointer data)
{
  Send *send = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcMessage) message = NULL;

  message = dex_await_object (ghc_session_send_message (send->self->session, send->channel, send->text), &error);
  /* A message with a row of its own says there what is wrong; one that could not be taken at all is given back. */
  if (message == NULL && g_strcmp0 (gh_error_get_field (error), "body") == 0
      && *ghc_channel_get_draft (send->channel) == '\0')
    {
      ghc_channel_set_draft (send->channel, send->text);
      ghc_toast_error (GTK_WIDGET (send->self), error);
    }

  return dex_future_new_true ();
}

static void
send_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  GhcComposer *self = GHC_COMPOSER (widget);
  Send *send;

  if (self->session == NULL || self->channel == NULL)
    return;

  send = g_new0 (Send, 1);
  send->self = g_object_ref (self);
  send->channel = g_object_ref (self->channel);
  send->text = dup_text (self);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, send_fiber, send, send_free));
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

static gboolean
on_key_pressed (GhcComposer           *self,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                GtkEventControllerKey *controller)
{
  gboolean enter_sends = self->settings == NULL || g_settings_get_boolean (self->settings, "enter-sends");
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  gboolean is_send;

  if (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_ISO_Enter)
    return GDK_EVENT_PROPAGATE;
  /* Somebody composing with an input method presses Enter to choose a word. */
  if (gtk_text_view_im_context_filter_keypress (self->text_view, gtk_event_controller_get_current_event (
                                                                    GTK_EVENT_CONTROLLER (controller))))
    return GDK_EVENT_STOP;

  is_send = modifiers == GDK_CONTROL_MASK || (enter_sends && modifiers == 0);
  if (!is_send)
    return GDK_EVENT_PROPAGATE;

  gtk_widget_activate_action (GTK_WIDGET (self), "composer.send", NULL);
  return GDK_EVENT_STOP;
}

static void
on_emoji_picked (GhcComposer *self,
                 const char  *emoji)
{
  gtk_text_buffer_insert_at_cursor (self->buffer, emoji, -1);
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

static void
insert_emoji_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (GHC_COMPOSER (widget)->emoji_button));
}

/* Emoji are many, and their font is large: they wait until somebody wants one. */
static void
create_emoji_chooser (GtkMenuButton *button, gpointer data)
{
  GtkWidget *chooser;

  if (gtk_menu_button_get_popover (button) != NULL)
    return;

  chooser = gtk_emoji_chooser_new ();
  g_signal_connect_object (chooser, "emoji-picked", G_CALLBACK (on_emoji_picked), data, G_CONNECT_SWAPPED);
  gtk_menu_button_set_popover (button, chooser);
}

/* Dictionaries are read when somebody is about to write, not when the window opens. */
static void
update_speller (GhcComposer *self)
{
  gboolean is_wanted = self->settings == NULL || g_settings_get_boolean (self->settings, "spell-check");

  if (self->speller == NULL && is_wanted && gtk_widget_has_focus (GTK_WIDGET (self->text_view)))
    {
      self->speller = spelling_text_buffer_adapter_new (GTK_SOURCE_BUFFER (self->buffer), spelling_checker_get_default ());
      gtk_text_view_set_extra_menu (self->text_view, spelling_text_buffer_adapter_get_menu_model (self->speller));
      gtk_widget_insert_action_group (GTK_WIDGET (self->text_view), "spelling", G_ACTION_GROUP (self->speller));
    }
  if (self->speller != NULL)
    spelling_text_buffer_adapter_set_enabled (self->speller, is_wanted);
}

static void
set_settings (GhcComposer *self,
              GSettings   *settings)
{
  if (self->settings == settings)
    return;

  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_set_object (&self->settings, settings);
  if (settings != NULL)
    g_signal_connect_object (settings, "changed::spell-check", G_CALLBACK (update_speller), self, G_CONNECT_SWAPPED);
  update_speller (self);
}

static void
ghc_composer_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  GhcComposer *self = GHC_COMPOSER (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      if (g_set_object (&self->session, g_value_get_object (value)))
        update_channel (self);
      break;
    case PROP_CHANNEL:
      set_channel (self, g_value_get_object (value));
      break;
    case PROP_SETTINGS:
      set_settings (self, g_value_get_object (value));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_composer_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  GhcComposer *self = GHC_COMPOSER (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_CHANNEL:
      g_value_set_object (value, self->channel);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_composer_dispose (GObject *object)
{
  GhcComposer *self = GHC_COMPOSER (object);
  GtkWidget *child;

  if (self->channel != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->channel, self);
      g_signal_handlers_disconnect_by_data (ghc_channel_get_typing (self->channel), self);
    }
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->speller);
  g_clear_object (&self->channel);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_COMPOSER);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (ghc_composer_parent_class)->dispose (object);
}

static void
ghc_composer_class_init (GhcComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->set_property = ghc_composer_set_property;
  object_class->get_property = ghc_composer_get_property;
  object_class->dispose = ghc_composer_dispose;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION, flags);
  properties[PROP_CHANNEL] = g_param_spec_object ("channel", NULL, NULL, GHC_TYPE_CHANNEL, flags);
  properties[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (GTK_SOURCE_TYPE_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/guildhall/Guildhall/ui/ghc-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcComposer, writing);
  gtk_widget_class_bind_template_child (widget_class, GhcComposer, text_view);
  gtk_widget_class_bind_template_child (widget_class, GhcComposer, buffer);
  gtk_widget_class_bind_template_child (widget_class, GhcComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, GhcComposer, counter);
  gtk_widget_class_bind_template_child (widget_class, GhcComposer, emoji_button);
  gtk_widget_class_bind_template_child (widget_class, GhcComposer, send_button);
  gtk_widget_class_bind_template_child (widget_class, GhcComposer, closed_label);
  gtk_widget_class_bind_template_child (widget_class, GhcComposer, status_label);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);

  gtk_widget_class_install_action (widget_class, "composer.send", NULL, send_action);
  gtk_widget_class_install_action (widget_class, "composer.insert-emoji", NULL, insert_emoji_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_period, GDK_CONTROL_MASK, "composer.insert-emoji", NULL);
  gtk_widget_class_set_css_name (widget_class, "ghc-composer");
}

static void
ghc_composer_init (GhcComposer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* The colours of source code know no dark style: black on dark grey. */
  gtk_source_buffer_set_style_scheme (GTK_SOURCE_BUFFER (self->buffer), NULL);
  g_signal_connect_object (self->text_view, "notify::has-focus", G_CALLBACK (update_speller), self, G_CONNECT_SWAPPED);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->emoji_button), create_emoji_chooser, self, NULL);
  update_channel (self);
}

/**
 * ghc_composer_focus:
 *
 * Puts the cursor into the text, where one may write.
 */
void
ghc_composer_focus (GhcComposer *self)
{
  g_return_if_fail (GHC_IS_COMPOSER (self));

  if (gtk_widget_get_visible (self->writing))
    gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}
