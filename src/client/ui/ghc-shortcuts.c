/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-shortcuts.h"

#include <glib/gi18n.h>

#include "ghc-dialog.h"

/**
 * GhcShortcuts:
 *
 * What can be done with the keyboard. (GtkShortcutsWindow is deprecated, and AdwShortcutsDialog newer
 * than the libadwaita that is required.)
 */
struct _GhcShortcuts
{
  AdwPreferencesDialog parent_instance;
};

typedef struct
{
  const char *title;
  const char *keys[2]; /* as gtk_accelerator_parse() reads them */
} Shortcut;

typedef struct
{
  const char *title;
  Shortcut shortcuts[8];
} Group;

static const Group groups[] = {
  { NC_ ("shortcuts", "Navigation"),
    {
      { NC_ ("shortcuts", "Go to a channel, guild or person, or do something"), { "<Control>k" } },
      { NC_ ("shortcuts", "Next or previous channel"), { "<Alt>Down", "<Alt>Up" } },
      { NC_ ("shortcuts", "Next or previous unread channel"),
        { "<Alt><Shift>Down", "<Alt><Shift>Up" } },
      { NC_ ("shortcuts", "Next or previous guild"), { "<Control><Alt>Down", "<Control><Alt>Up" } },
      { NC_ ("shortcuts", "Next part of the window"), { "F6" } },
      { NC_ ("shortcuts", "Show or hide the members"), { "F9" } },
    } },
  { NC_ ("shortcuts", "Messages"),
    {
      { NC_ ("shortcuts", "Send"), { "Return" } },
      { NC_ ("shortcuts", "New line"), { "<Shift>Return" } },
      { NC_ ("shortcuts", "Insert an emoji"), { "<Control>period" } },
      { NC_ ("shortcuts", "Mark the channel as read"), { "Escape" } },
    } },
  { NC_ ("shortcuts", "Calls"),
    {
      { NC_ ("shortcuts", "Mute or unmute"), { "<Control><Shift>m" } },
      { NC_ ("shortcuts", "Deafen, or hear again"), { "<Control><Shift>d" } },
      { NC_ ("shortcuts", "Leave the call"), { "<Control><Shift>h" } },
      { NC_ ("shortcuts", "Show a screen or camera in full screen"), { "F11" } },
      { NC_ ("shortcuts", "Zoom a screen or camera in or out"), { "plus", "minus" } },
      { NC_ ("shortcuts", "Show all of a screen or camera"), { "0" } },
    } },
  { NC_ ("shortcuts", "Guilds and Channels"),
    {
      { NC_ ("shortcuts", "Invite people"), { "<Control>i" } },
      { NC_ ("shortcuts", "Create a channel"), { "<Control>n" } },
      { NC_ ("shortcuts", "Move a guild or channel in its list"),
        { "<Control><Shift>Up", "<Control><Shift>Down" } },
      { NC_ ("shortcuts", "Menu of a channel"), { "<Shift>F10" } },
    } },
  { NC_ ("shortcuts", "General"),
    {
      { NC_ ("shortcuts", "Main menu"), { "F10" } },
      { NC_ ("shortcuts", "Preferences"), { "<Control>comma" } },
      { NC_ ("shortcuts", "Keyboard shortcuts"), { "<Control>question" } },
      { NC_ ("shortcuts", "Close the window"), { "<Control>w" } },
      { NC_ ("shortcuts", "Quit"), { "<Control>q" } },
    } },
};

G_DEFINE_FINAL_TYPE (GhcShortcuts, ghc_shortcuts, ADW_TYPE_PREFERENCES_DIALOG)

static char *
describe_keys (const char *accelerator)
{
  GdkModifierType modifiers;
  guint key;

  if (!gtk_accelerator_parse (accelerator, &key, &modifiers))
    g_return_val_if_reached (g_strdup (accelerator));
  return gtk_accelerator_get_label (key, modifiers);
}

static void
add_shortcut (AdwPreferencesGroup *group, const Shortcut *shortcut)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *keys = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkAccessible *spoken[G_N_ELEMENTS (shortcut->keys)] = { NULL };

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 g_dpgettext2 (NULL, "shortcuts", shortcut->title));
  for (gsize i = 0; i < G_N_ELEMENTS (shortcut->keys) && shortcut->keys[i] != NULL; i++)
    {
      g_autofree char *text = describe_keys (shortcut->keys[i]);
      GtkWidget *label = gtk_label_new (text);

      gtk_widget_set_halign (label, GTK_ALIGN_END);
      gtk_widget_add_css_class (label, "key");
      gtk_box_append (GTK_BOX (keys), label);
      spoken[i] = GTK_ACCESSIBLE (label);
    }
  /* One above the other: beside each other they leave the words no room on a telephone. */
  gtk_widget_set_valign (keys, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (keys, 6);
  gtk_widget_set_margin_bottom (keys, 6);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), keys);
  /* In place of the subtitle, which such a row is described by: there is none. */
  if (spoken[1] != NULL)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                    spoken[0], spoken[1], NULL, -1);
  else
    gtk_accessible_update_relation (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_RELATION_DESCRIBED_BY,
                                    spoken[0], NULL, -1);
  adw_preferences_group_add (group, row);
}

static void
ghc_shortcuts_class_init (GhcShortcutsClass *klass)
{
}

static void
ghc_shortcuts_init (GhcShortcuts *self)
{
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());

  adw_dialog_set_title (ADW_DIALOG (self), _ ("Keyboard Shortcuts"));
  adw_dialog_set_content_width (ADW_DIALOG (self), 560);
  adw_dialog_set_content_height (ADW_DIALOG (self), 620);
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

      adw_preferences_group_set_title (group, g_dpgettext2 (NULL, "shortcuts", groups[i].title));
      for (const Shortcut *shortcut = groups[i].shortcuts;
           shortcut < groups[i].shortcuts + G_N_ELEMENTS (groups[i].shortcuts)
           && shortcut->title != NULL;
           shortcut++)
        add_shortcut (group, shortcut);
      adw_preferences_page_add (page, group);
    }
  adw_preferences_dialog_add (ADW_PREFERENCES_DIALOG (self), page);
  ghc_dialog_keep_focus (ADW_DIALOG (self));
}

GhcShortcuts *
ghc_shortcuts_new (void)
{
  return g_object_new (GHC_TYPE_SHORTCUTS, NULL);
}
