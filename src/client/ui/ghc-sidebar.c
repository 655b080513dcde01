/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sidebar.h"

#include <glib/gi18n.h>

#include "ghc-category-row.h"
#include "ghc-channel-row.h"
#include "ghc-guild-steps.h"
#include "ghc-menu.h"
#include "ghc-occupant-row.h"
#include "ghc-person-popover.h"
#include "ghc-toast.h"

/**
 * GhcSidebar:
 *
 * The open guild: its menu, its channels by category with those who talk in them, and what to do first
 * while it is empty.
 */
struct _GhcSidebar
{
  AdwBin parent_instance;

  GtkMenuButton *guild_button;
  GtkLabel *guild_label;
  GtkListBox *list;
  AdwBin *steps_bin;
  GtkWidget *scroller;

  GhcSession *session;
  GhcGuild *guild;
  GhcChannel *channel;
};

enum
{
  ACTIVATED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcSidebar, ghc_sidebar, ADW_TYPE_BIN)

/* %NULL for somebody in a call. */
static GhcChannel *
row_get_channel (GtkListBoxRow *row)
{
  if (GHC_IS_OCCUPANT_ROW (row))
    return NULL;
  if (GHC_IS_CATEGORY_ROW (row))
    return ghc_category_row_get_category (GHC_CATEGORY_ROW (row));
  return ghc_channel_row_get_channel (GHC_CHANNEL_ROW (row));
}

static GtkListBoxRow *
find_row (GhcSidebar *self, GhcChannel *channel)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    {
      if (row_get_channel (row) == channel)
        return row;
    }
  return NULL;
}

static void
select_channel (GhcSidebar *self)
{
  GtkListBoxRow *row = self->channel != NULL ? find_row (self, self->channel) : NULL;

  if (row != NULL && gtk_list_box_row_get_selectable (row))
    gtk_list_box_select_row (self->list, row);
  else
    gtk_list_box_unselect_all (self->list);
}

/* What stands after @place among the channels of the same category, or among the categories. */
static GhcChannel *
next_sibling (GhcSidebar *self, GhcChannel *place, GhcChannel *except)
{
  GListModel *all = ghc_channel_list_get_all (ghc_guild_get_channels (self->guild));
  gboolean category = ghc_channel_get_kind (place) == GHC_CHANNEL_CATEGORY;
  gboolean passed = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (GhcChannel) other = g_list_model_get_item (all, i);

      if (other == place)
        passed = TRUE;
      else if (passed && other != except
               && category == (ghc_channel_get_kind (other) == GHC_CHANNEL_CATEGORY)
               && (category
                   || g_strcmp0 (ghc_channel_get_parent (other), ghc_channel_get_parent (place))
                        == 0))
        return other;
    }
  return NULL;
}

static void
move_beside (GhcSidebar *self, GhcChannel *moved, GhcChannel *place, gboolean after)
{
  gboolean moves_category = ghc_channel_get_kind (moved) == GHC_CHANNEL_CATEGORY;
  gboolean onto_category = ghc_channel_get_kind (place) == GHC_CHANNEL_CATEGORY;
  GhcChannel *parent = NULL;
  GhcChannel *before = after ? next_sibling (self, place, moved) : place;

  if (moves_category != onto_category)
    return;
  if (!moves_category && ghc_channel_get_parent (place) != NULL)
    parent = ghc_guild_lookup_channel (self->guild, ghc_channel_get_parent (place));

  ghc_toast_watch (GTK_WIDGET (self),
                   ghc_session_move_channel (self->session, moved, parent, before));
}

static void
on_row_dropped (GhcSidebar *self, GhcChannel *moved, gboolean after, GhcChannelRow *row)
{
  move_beside (self, moved, ghc_channel_row_get_channel (row), after);
}

/* A channel let go over a heading becomes the last of that category. */
static void
on_category_dropped (GhcSidebar *self, GhcChannel *moved, GhcCategoryRow *row)
{
  GhcChannel *category = ghc_category_row_get_category (row);

  if (ghc_channel_get_kind (moved) == GHC_CHANNEL_CATEGORY)
    move_beside (self, moved, category, FALSE);
  else
    ghc_toast_watch (GTK_WIDGET (self),
                     ghc_session_move_channel (self->session, moved, category, NULL));
}

/* One place up or down, past the next row that is a channel of the same category. */
static void
on_row_move (GhcSidebar *self, int step, GhcChannelRow *row)
{
  GhcChannel *channel = ghc_channel_row_get_channel (row);
  int index = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) + step;
  GtkListBoxRow *other;

  for (; index >= 0 && (other = gtk_list_box_get_row_at_index (self->list, index)) != NULL;
       index += step)
    {
      if (GHC_IS_OCCUPANT_ROW (other))
        continue;
      if (!GHC_IS_CHANNEL_ROW (other)
          || g_strcmp0 (ghc_channel_get_parent (row_get_channel (other)),
                        ghc_channel_get_parent (channel))
               != 0)
        break;

      move_beside (self, channel, row_get_channel (other), step > 0);
      return;
    }
}

/* A channel, and below it who talks there. */
static gpointer
list_channel (gpointer item, gpointer user_data)
{
  g_autoptr (GhcChannel) channel = item;
  GhcCall *call = ghc_channel_get_call (channel);
  g_autoptr (GListStore) parts = NULL;
  g_autoptr (GListStore) alone = g_list_store_new (GHC_TYPE_CHANNEL);

  g_list_store_append (alone, channel);
  if (call == NULL)
    return g_steal_pointer (&alone);

  parts = g_list_store_new (G_TYPE_LIST_MODEL);
  g_list_store_append (parts, alone);
  g_list_store_append (parts, ghc_call_get_members (call));
  return gtk_flatten_list_model_new (G_LIST_MODEL (g_steal_pointer (&parts)));
}

static GListModel *
list_guild (GhcGuild *guild)
{
  GListModel *channels = g_object_ref (G_LIST_MODEL (ghc_guild_get_channels (guild)));

  return G_LIST_MODEL (gtk_flatten_list_model_new (
    G_LIST_MODEL (gtk_map_list_model_new (channels, list_channel, NULL, NULL))));
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  GhcSidebar *self = user_data;
  GhcChannel *channel;
  GtkWidget *row;

  if (GHC_IS_CALL_MEMBER (item))
    return ghc_occupant_row_new (self->session, item);

  channel = GHC_CHANNEL (item);
  if (ghc_channel_get_kind (channel) == GHC_CHANNEL_CATEGORY)
    {
      row = ghc_category_row_new (channel);
      g_signal_connect_object (row, "dropped", G_CALLBACK (on_category_dropped), self,
                               G_CONNECT_SWAPPED);
      return row;
    }

  row = ghc_channel_row_new (channel);
  g_signal_connect_object (row, "dropped", G_CALLBACK (on_row_dropped), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "move", G_CALLBACK (on_row_move), self, G_CONNECT_SWAPPED);
  return row;
}

static void
show_occupant (GhcSidebar *self, GhcOccupantRow *row)
{
  GhcCallMember *member = ghc_occupant_row_get_member (row);

  /* The channel stands above those who are in its call. */
  for (int i = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) - 1; i >= 0; i--)
    {
      GtkListBoxRow *above = gtk_list_box_get_row_at_index (self->list, i);

      if (GHC_IS_CHANNEL_ROW (above))
        {
          ghc_person_popover_present (GTK_WIDGET (row), self->session,
                                      ghc_channel_get_call (row_get_channel (above)), member);
          return;
        }
    }
}

/* A click on a voice channel goes into its call; a click on the one that one is in shows it. */
static gboolean
does_activation_call (GhcChannel *channel)
{
  return ghc_channel_get_kind (channel) == GHC_CHANNEL_VOICE
         && !ghc_call_get_joined (ghc_channel_get_call (channel))
         && ghc_channel_can (channel, GH_PERMISSION_CONNECT)
         && (ghc_channel_get_joined (channel) || ghc_channel_get_can_join (channel));
}

static void
on_row_activated (GhcSidebar *self, GtkListBoxRow *row)
{
  GhcChannel *channel = row_get_channel (row);

  if (channel == NULL)
    {
      show_occupant (self, GHC_OCCUPANT_ROW (row));
    }
  else if (does_activation_call (channel))
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "call.join", "s",
                                  ghc_channel_get_channel_id (channel));
      /* What is open stays open. */
      select_channel (self);
    }
  else if (ghc_channel_get_kind (channel) == GHC_CHANNEL_CATEGORY)
    ghc_channel_set_collapsed (channel, !ghc_channel_get_collapsed (channel));
  else
    g_signal_emit (self, signals[ACTIVATED], 0, channel);
}

/* The keyboard's way through the rows opens none of them: what is open stays marked. */
static void
on_row_selected (GhcSidebar *self, GtkListBoxRow *row)
{
  if (row != NULL && row_get_channel (row) != self->channel)
    select_channel (self);
}

static void
sync_guild (GhcSidebar *self)
{
  g_autofree char *label = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->guild_button), self->guild != NULL);
  /* Empty, it would be something to scroll for the keyboard. */
  gtk_widget_set_visible (self->scroller, self->guild != NULL);
  if (self->guild == NULL)
    return;

  gtk_label_set_label (self->guild_label, ghc_guild_get_name (self->guild));
  /* Translators: the name of a menu button; %s is a guild's name */
  label = g_strdup_printf (_ ("Menu of %s"), ghc_guild_get_name (self->guild));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->guild_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->guild_button), ghc_guild_get_name (self->guild));
}

/* The first steps are for the one who made the guild, until somebody has come. */
static void
sync_steps (GhcSidebar *self)
{
  gboolean wanted = self->guild != NULL && ghc_guild_get_is_owner (self->guild)
                    && ghc_guild_get_n_members (self->guild) <= 1;

  if (!wanted)
    adw_bin_set_child (self->steps_bin, NULL);
  else if (adw_bin_get_child (self->steps_bin) == NULL)
    adw_bin_set_child (self->steps_bin, ghc_guild_steps_new (self->guild));
}

static void
ghc_sidebar_dispose (GObject *object)
{
  GhcSidebar *self = GHC_SIDEBAR (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  ghc_sidebar_set_guild (self, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_SIDEBAR);
  g_clear_object (&self->channel);

  G_OBJECT_CLASS (ghc_sidebar_parent_class)->dispose (object);
}

static void
ghc_sidebar_class_init (GhcSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ghc_sidebar_dispose;

  /**
   * GhcSidebar::activated:
   * @channel: to open, or to join and open
   */
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, GHC_TYPE_CHANNEL);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/guildhall/Guildhall/ui/ghc-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcSidebar, guild_button);
  gtk_widget_class_bind_template_child (widget_class, GhcSidebar, guild_label);
  gtk_widget_class_bind_template_child (widget_class, GhcSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, GhcSidebar, steps_bin);
  gtk_widget_class_bind_template_child (widget_class, GhcSidebar, scroller);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
}

static void
ghc_sidebar_init (GhcSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ghc_menu_button_name_items (self->guild_button);
}

/**
 * ghc_sidebar_set_guild:
 * @guild: (nullable): whose channels to list
 */
void
ghc_sidebar_set_guild (GhcSidebar *self, GhcSession *session, GhcGuild *guild)
{
  g_autoptr (GListModel) rows = NULL;

  g_return_if_fail (GHC_IS_SIDEBAR (self));

  g_set_object (&self->session, session);
  if (self->guild == guild)
    return;

  if (self->guild != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->guild, sync_guild, self);
      g_signal_handlers_disconnect_by_func (self->guild, sync_steps, self);
      g_signal_handlers_disconnect_by_func (ghc_guild_get_channels (self->guild), select_channel,
                                            self);
    }
  g_set_object (&self->guild, guild);
  if (gtk_widget_in_destruction (GTK_WIDGET (self)))
    return;

  adw_bin_set_child (self->steps_bin, NULL);
  sync_guild (self);
  sync_steps (self);
  if (guild == NULL)
    {
      gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
      return;
    }

  rows = list_guild (guild);
  gtk_list_box_bind_model (self->list, rows, create_row, self, NULL);
  g_signal_connect_object (guild, "notify::name", G_CALLBACK (sync_guild), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (guild, "notify::n-members", G_CALLBACK (sync_steps), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (guild, "notify::is-owner", G_CALLBACK (sync_steps), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ghc_guild_get_channels (guild), "items-changed",
                           G_CALLBACK (select_channel), self, G_CONNECT_SWAPPED);
  select_channel (self);
}

/**
 * ghc_sidebar_set_channel:
 * @channel: (nullable): the one that is open
 */
void
ghc_sidebar_set_channel (GhcSidebar *self, GhcChannel *channel)
{
  g_return_if_fail (GHC_IS_SIDEBAR (self));

  if (g_set_object (&self->channel, channel))
    select_channel (self);
}

/**
 * ghc_sidebar_focus_list:
 *
 * Moves the focus to the open channel's row, or to the first one.
 */
void
ghc_sidebar_focus_list (GhcSidebar *self)
{
  GtkListBoxRow *row;

  g_return_if_fail (GHC_IS_SIDEBAR (self));

  row = gtk_list_box_get_selected_row (self->list);
  if (row == NULL)
    row = gtk_list_box_get_row_at_index (self->list, 0);
  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}
