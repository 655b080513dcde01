/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-quick-switcher.h"

#include <glib/gi18n.h>

#include "ghc-avatar.h"
#include "ghc-dialog.h"
#include "ghc-status-page.h"
#include "ghc-switcher-item.h"

/* Before equally good matches come channels that are unread, then those of the open guild. */
#define BOOST_UNREAD 40
#define BOOST_HERE 20
#define BOOST_JOINED 10

/**
 * GhcQuickSwitcher:
 *
 * Goes anywhere in a few keys: channels, guilds, people, and what the menus can do. What is typed
 * stays in the entry while Up and Down choose among the results.
 */
struct _GhcQuickSwitcher
{
  AdwDialog parent_instance;

  GtkSearchEntry *search_entry;
  GtkStack *stack;
  GtkListView *list;
  AdwStatusPage *nothing_page;

  GListStore *items;
  GtkCustomFilter *filter;
  GtkCustomSorter *sorter;
  GtkSingleSelection *selection;
  char *searched; /* what the results are for */
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcQuickSwitcher, ghc_quick_switcher, ADW_TYPE_DIALOG)

/* --- What there is -------------------------------------------------------------------------- */

static void
take (GhcQuickSwitcher *self, GhcSwitcherItem *item)
{
  g_list_store_append (self->items, item);
  g_object_unref (item);
}

static void
add_channels (GhcQuickSwitcher *self, GhcSession *session, GhcGuild *guild, GhcChannel *here)
{
  GListModel *channels = ghc_channel_list_get_all (ghc_guild_get_channels (guild));
  guint n = g_list_model_get_n_items (channels);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcChannel) channel = g_list_model_get_item (channels, i);
      int boost = here != NULL && ghc_channel_get_guild (here) == guild ? BOOST_HERE : 0;

      if (ghc_channel_get_kind (channel) == GHC_CHANNEL_CATEGORY
          || ghc_channel_get_closed (channel))
        continue;
      if (ghc_channel_get_joined (channel))
        boost += BOOST_JOINED;
      if (ghc_channel_get_unread (channel))
        boost += BOOST_UNREAD;
      /* Where one is, one need not go, unless one asks for it by name. */
      take (self, ghc_switcher_item_new_channel (session, channel, channel != here ? boost : 0));
    }
}

static void
add_people (GhcQuickSwitcher *self, GhcSession *session, GhcGuild *guild, GHashTable *seen)
{
  GListModel *members = ghc_member_list_get_all (ghc_guild_get_members (guild));
  guint n = g_list_model_get_n_items (members);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcMember) member = g_list_model_get_item (members, i);
      GhcUser *user = ghc_member_get_user (member);

      if (g_hash_table_add (seen, user))
        take (self, ghc_switcher_item_new_person (session, guild, user));
    }
}

static void
add_actions (GhcQuickSwitcher *self)
{
  const struct
  {
    const char *title, *icon_name, *action_name;
  } actions[] = {
    { _ ("Invite People"), "invite-symbolic", "view.invite-people" },
    { _ ("Create a Channel"), "channel-text-symbolic", "view.create-channel" },
    { _ ("Create a Guild"), "guild-add-symbolic", "view.create-guild" },
    { _ ("Join with an Invite"), "copy-link-symbolic", "view.join-guild" },
    { _ ("Guild Settings"), "emblem-system-symbolic", "view.guild-settings" },
    { _ ("Set Status"), "presence-online-symbolic", "view.set-status" },
    { _ ("Edit Profile"), "avatar-default-symbolic", "view.edit-profile" },
    { _ ("Account and Devices"), "device-symbolic", "view.account-settings" },
    { _ ("Show or Hide Members"), "members-symbolic", "view.show-members" },
    { _ ("Add an Account"), "list-add-symbolic", "win.add-account" },
    { _ ("Preferences"), "emblem-system-symbolic", "win.preferences" },
    { _ ("Keyboard Shortcuts"), "preferences-desktop-keyboard-shortcuts-symbolic",
      "win.shortcuts" },
    { _ ("About Guildhall"), "help-about-symbolic", "app.about" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    take (self, ghc_switcher_item_new_action (actions[i].title, actions[i].icon_name,
                                              actions[i].action_name));
}

static void
fill (GhcQuickSwitcher *self, GListModel *sessions, GhcChannel *here)
{
  guint n = g_list_model_get_n_items (sessions);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcSession) session = g_list_model_get_item (sessions, i);
      GListModel *guilds = ghc_account_get_guilds (ghc_session_get_account (session));
      g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

      for (guint j = 0; j < g_list_model_get_n_items (guilds); j++)
        {
          g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, j);

          take (self, ghc_switcher_item_new_guild (session, guild));
          add_channels (self, session, guild, here);
          add_people (self, session, guild, seen);
        }
    }
  add_actions (self);
}

/* --- What fits ------------------------------------------------------------------------------ */

static gboolean
is_match (gpointer item, gpointer user_data)
{
  return ghc_switcher_item_get_score (item) > 0;
}

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  GhcSwitcherItem *one = (GhcSwitcherItem *) a;
  GhcSwitcherItem *other = (GhcSwitcherItem *) b;
  int difference = ghc_switcher_item_get_score (other) - ghc_switcher_item_get_score (one);

  if (difference == 0)
    difference = (int) ghc_switcher_item_get_kind (one) - (int) ghc_switcher_item_get_kind (other);
  /* What is equal stays in the order of the sidebar. */
  return difference;
}

static void
search (GhcQuickSwitcher *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  g_autofree char *needle = g_utf8_casefold (g_strstrip (text), -1);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  g_set_str (&self->searched, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GhcSwitcherItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      ghc_switcher_item_rate (item, needle[0] != '\0' ? needle : NULL);
    }
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  gtk_sorter_changed (GTK_SORTER (self->sorter), GTK_SORTER_CHANGE_DIFFERENT);

  n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "results" : "nothing");
  if (n > 0)
    {
      gtk_single_selection_set_selected (self->selection, 0);
      gtk_list_view_scroll_to (self->list, 0, GTK_LIST_SCROLL_NONE, NULL);
    }
}

static void
on_search_changed (GhcQuickSwitcher *self)
{
  search (self);
}

/* --- Choosing ------------------------------------------------------------------------------- */

static void
choose (GhcQuickSwitcher *self, guint position)
{
  g_autoptr (GhcSwitcherItem)
    item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item == NULL)
    return;

  /* First out of the way: what is chosen may open a dialog of its own. */
  g_object_ref (self);
  adw_dialog_force_close (ADW_DIALOG (self));
  g_signal_emit (self, signals[CHOSEN], 0, item);
  g_object_unref (self);
}

static void
on_list_activate (GhcQuickSwitcher *self, guint position)
{
  choose (self, position);
}

/* The entry tells of a change a little later than of Enter, and what was typed is what is meant. */
static void
on_entry_activate (GhcQuickSwitcher *self)
{
  if (g_strcmp0 (self->searched, gtk_editable_get_text (GTK_EDITABLE (self->search_entry))) != 0)
    search (self);
  choose (self, gtk_single_selection_get_selected (self->selection));
}

static void
on_stop_search (GhcQuickSwitcher *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

/* The keys that move in the list do so while the focus stays where one types. */
static gboolean
on_key_pressed (GhcQuickSwitcher *self, guint keyval, guint keycode, GdkModifierType state)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint selected = gtk_single_selection_get_selected (self->selection);
  g_autoptr (GhcSwitcherItem) item = NULL;
  int step;

  switch (keyval)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      step = 1;
      break;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      step = -1;
      break;
    case GDK_KEY_Page_Down:
      step = 8;
      break;
    case GDK_KEY_Page_Up:
      step = -8;
      break;
    default:
      return GDK_EVENT_PROPAGATE;
    }

  if (n == 0)
    return GDK_EVENT_STOP;

  selected = CLAMP ((int) selected + step, 0, (int) n - 1);
  gtk_single_selection_set_selected (self->selection, selected);
  gtk_list_view_scroll_to (self->list, selected, GTK_LIST_SCROLL_NONE, NULL);
  item = g_list_model_get_item (G_LIST_MODEL (self->selection), selected);
  gtk_accessible_announce (GTK_ACCESSIBLE (self->search_entry), ghc_switcher_item_get_title (item),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  return GDK_EVENT_STOP;
}

/* --- Rows ----------------------------------------------------------------------------------- */

static GtkWidget *
row_part (GtkListItem *item, guint index)
{
  GtkWidget *part = gtk_widget_get_first_child (gtk_list_item_get_child (item));

  while (index-- > 0)
    part = gtk_widget_get_next_sibling (part);
  return part;
}

static void
on_setup (GhcQuickSwitcher *self, GtkListItem *item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *title = gtk_label_new (NULL);
  GtkWidget *subtitle = gtk_label_new (NULL);
  GtkWidget *icon = gtk_image_new ();

  gtk_widget_set_size_request (icon, 24, 24);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (subtitle), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (subtitle), 20);
  gtk_label_set_xalign (GTK_LABEL (subtitle), 1);
  gtk_widget_add_css_class (subtitle, "dimmed");
  gtk_widget_add_css_class (subtitle, "caption");
  gtk_box_append (GTK_BOX (row), icon);
  gtk_box_append (GTK_BOX (row), ghc_avatar_new (NULL, 24));
  gtk_box_append (GTK_BOX (row), title);
  gtk_box_append (GTK_BOX (row), subtitle);
  gtk_list_item_set_child (item, row);
}

static void
on_bind (GhcQuickSwitcher *self, GtkListItem *list_item)
{
  GhcSwitcherItem *item = gtk_list_item_get_item (list_item);
  GhcSwitcherKind kind = ghc_switcher_item_get_kind (item);
  const char *icon_name = ghc_switcher_item_get_icon_name (item);
  const char *subtitle = ghc_switcher_item_get_subtitle (item);
  GtkWidget *icon = row_part (list_item, 0);
  GtkWidget *avatar = row_part (list_item, 1);
  GtkWidget *title = row_part (list_item, 2);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), icon_name);
  gtk_widget_set_visible (icon, icon_name != NULL);
  gtk_widget_set_visible (avatar, icon_name == NULL);
  g_object_set (avatar, "session", ghc_switcher_item_get_session (item), "user",
                kind == GHC_SWITCHER_PERSON ? ghc_switcher_item_get_object (item) : NULL, "guild",
                kind == GHC_SWITCHER_GUILD ? ghc_switcher_item_get_object (item) : NULL, NULL);
  gtk_label_set_label (GTK_LABEL (title), ghc_switcher_item_get_title (item));
  gtk_label_set_label (GTK_LABEL (row_part (list_item, 3)), subtitle != NULL ? subtitle : "");
  if (kind == GHC_SWITCHER_CHANNEL && ghc_channel_get_unread (ghc_switcher_item_get_object (item)))
    gtk_widget_add_css_class (title, "heading");
  else
    gtk_widget_remove_css_class (title, "heading");
  gtk_list_item_set_accessible_label (list_item, ghc_switcher_item_get_title (item));
  gtk_list_item_set_accessible_description (list_item, subtitle != NULL ? subtitle : "");
}

static void
on_unbind (GhcQuickSwitcher *self, GtkListItem *list_item)
{
  g_object_set (row_part (list_item, 1), "user", NULL, "guild", NULL, "session", NULL, NULL);
}

static void
ghc_quick_switcher_dispose (GObject *object)
{
  GhcQuickSwitcher *self = GHC_QUICK_SWITCHER (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_QUICK_SWITCHER);
  g_clear_object (&self->selection);
  g_clear_object (&self->sorter);
  g_clear_object (&self->filter);
  g_clear_object (&self->items);
  g_clear_pointer (&self->searched, g_free);

  G_OBJECT_CLASS (ghc_quick_switcher_parent_class)->dispose (object);
}

static void
ghc_quick_switcher_class_init (GhcQuickSwitcherClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_quick_switcher_dispose;

  /**
   * GhcQuickSwitcher::chosen:
   * @item: a #GhcSwitcherItem; the switcher has closed
   */
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, GHC_TYPE_SWITCHER_ITEM);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-quick-switcher.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcQuickSwitcher, search_entry);
  gtk_widget_class_bind_template_child (widget_class, GhcQuickSwitcher, stack);
  gtk_widget_class_bind_template_child (widget_class, GhcQuickSwitcher, list);
  gtk_widget_class_bind_template_child (widget_class, GhcQuickSwitcher, nothing_page);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_list_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_unbind);
}

static void
ghc_quick_switcher_init (GhcQuickSwitcher *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkFilterListModel *matches;
  GtkSortListModel *sorted;

  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_status_page_name (self->nothing_page);
  ghc_dialog_keep_focus (ADW_DIALOG (self));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->search_entry), keys);

  self->items = g_list_store_new (GHC_TYPE_SWITCHER_ITEM);
  self->filter = gtk_custom_filter_new (is_match, NULL, NULL);
  self->sorter = gtk_custom_sorter_new (compare, NULL, NULL);
  matches = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->items)),
                                       GTK_FILTER (g_object_ref (self->filter)));
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (matches),
                                    GTK_SORTER (g_object_ref (self->sorter)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (sorted));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
}

/**
 * ghc_quick_switcher_new:
 * @sessions: a list of #GhcSession
 * @channel: (nullable): the open one; the others of its guild come first
 */
GhcQuickSwitcher *
ghc_quick_switcher_new (GListModel *sessions, GhcChannel *channel)
{
  GhcQuickSwitcher *self;

  g_return_val_if_fail (G_IS_LIST_MODEL (sessions), NULL);

  self = g_object_new (GHC_TYPE_QUICK_SWITCHER, NULL);
  fill (self, sessions, channel);
  search (self);
  return self;
}
