/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-members-pane.h"

#include "ghc-member-row.h"
#include "ghc-profile-popover.h"
#include "ghc-task-button.h"

#define SPINNER_DELAY_MS 300

struct _GhcMembersPane
{
  AdwBin          parent_instance;
  GhcSession     *session;
  GhcGuild       *guild;
  GhcChannel     *channel;
  GhcChannel     *shown;   /* whose own list it is; NULL for the guild's */
  GtkRoot        *root;    /* (unowned): while there is one */
  GhcUser        *visited; /* whom the keyboard was at last */
  guint           return_source;
  guint           spinner_source;
  guint           n_updates;
  gboolean        outdated; /* what is shown may be, and could not be asked for */
  gboolean        covers;

  AdwWindowTitle *title;
  GtkListView    *list_view;
  GtkNoSelection *selection;
  GtkWidget      *spinner;
  GtkWidget      *failure;
  GtkLabel       *failure_label;
  GhcTaskButton  *retry_button;
};

typedef enum { PROP_SESSION = 1, PROP_GUILD, PROP_CHANNEL, PROP_COVERS, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcMembersPane, ghc_members_pane, ADW_TYPE_BIN)

/* %NULL for a heading. */
static GhcUser *
get_user_at (GhcMembersPane *self,
             guint           position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (GHC_IS_MEMBER (item))
    return ghc_member_get_user (GHC_MEMBER (item));
  if (GHC_IS_CHANNEL_MEMBER (item))
    return ghc_channel_member_get_user (GHC_CHANNEL_MEMBER (item));
  return NULL;
}

/* Where the keyboard was last, or else at the first person. */
static guint
find_entry (GhcMembersPane *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint first = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < n_items; i++)
    {
      GhcUser *user = get_user_at (self, i);

      if (user != NULL && user == self->visited)
        return i;
      if (user != NULL && first == GTK_INVALID_LIST_POSITION)
        first = i;
    }

  return first;
}

static gboolean
is_inside (GhcMembersPane *self)
{
  return gtk_widget_get_focus_child (GTK_WIDGET (self->list_view)) != NULL;
}

/* Whose row has the focus itself; a popover over the row is something else. */
static GhcUser *
get_focused_user (GhcMembersPane *self)
{
  GtkWidget *focus = self->root != NULL ? gtk_root_get_focus (self->root) : NULL;
  GtkWidget *row = focus != NULL ? gtk_widget_get_first_child (focus) : NULL;

  if (!GHC_IS_MEMBER_ROW (row) || gtk_widget_get_parent (focus) != GTK_WIDGET (self->list_view))
    return NULL;
  return ghc_member_row_get_user (GHC_MEMBER_ROW (row));
}

static gboolean
return_focus (gpointer data)
{
  GhcMembersPane *self = data;
  GtkWidget *focus = self->root != NULL ? gtk_root_get_focus (self->root) : NULL;
  guint entry = find_entry (self);

  self->return_source = 0;
  if (entry == GTK_INVALID_LIST_POSITION || get_focused_user (self) == self->visited)
    return G_SOURCE_REMOVE;
  /* It was taken elsewhere meanwhile; what has it may also be a row that is in no list any more. */
  if (focus != NULL && gtk_widget_get_root (focus) == self->root && !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    return G_SOURCE_REMOVE;

  gtk_list_view_scroll_to (self->list_view, entry, GTK_LIST_SCROLL_FOCUS, NULL);
  if (!is_inside (self))
    gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
  return G_SOURCE_REMOVE;
}

/* Comes before the list hears of it. Whoever comes or goes is taken out of the list and put in elsewhere: the focus on
 * them would be lost. */
static void
keep_focus (GhcMembersPane *self)
{
  if (self->return_source == 0 && get_focused_user (self) != NULL)
    self->return_source = g_idle_add_full (G_PRIORITY_HIGH, return_focus, self, NULL);
}

static void
on_people_changed (GhcMembersPane *self,
                   guint           position,
                   guint           n_removed)
{
  if (n_removed > 0)
    keep_focus (self);
}

static void
show_people (GhcMembersPane *self,
             GListModel     *people)
{
  GListModel *before = gtk_no_selection_get_model (self->selection);

  if (before == people)
    return;

  if (before != NULL)
    g_signal_handlers_disconnect_by_func (before, on_people_changed, self);
  if (people != NULL)
    g_signal_connect_object (people, "items-changed", G_CALLBACK (on_people_changed), self, G_CONNECT_SWAPPED);
  gtk_no_selection_set_model (self->selection, people);
}

static gboolean
on_spinner_due (gpointer data)
{
  GhcMembersPane *self = data;

  self->spinner_source = 0;
  gtk_widget_set_visible (self->spinner, TRUE);
  return G_SOURCE_REMOVE;
}

/* What is seen in place of a list that is not known yet. */
static void
begin_waiting (GhcMembersPane *self)
{
  gtk_widget_set_visible (self->failure, FALSE);
  if (self->spinner_source == 0 && !gtk_widget_get_visible (self->spinner))
    self->spinner_source = g_timeout_add (SPINNER_DELAY_MS, on_spinner_due, self);
}

static void
end_waiting (GhcMembersPane *self,
             const GError   *error)
{
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_label_set_label (self->failure_label, error != NULL ? error->message : "");
  gtk_widget_set_visible (self->failure, error != NULL);
  ghc_task_button_set_busy (self->retry_button, FALSE);
}

static gboolean
is_private_channel (GhcMembersPane *self)
{
  return self->channel != NULL && ghc_channel_get_private (self->channel) && ghc_channel_get_joined (self->channel);
}

typedef struct
{
  GhcMembersPane *self;
  GhcSession     *session;
  GhcChannel     *channel;
  guint           update;
} Listing;

static void
listing_free (gpointer data)
{
  Listing *listing = data;

  g_object_unref (listing->self);
  g_object_unref (listing->session);
  g_object_unref (listing->channel);
  g_free (listing);
}

/* Those of MEMBERS who are in the channel, grouped and with their roles as in the guild; below them who is invited. */
static GListModel *
group_members (GhcMemberList *guild_members,
               GListModel    *members)
{
  g_autoptr (GhcMemberList) joined = ghc_member_list_new ();
  g_autoptr (GListStore) others = g_list_store_new (G_TYPE_OBJECT);
  g_autoptr (GListStore) parts = g_list_store_new (G_TYPE_LIST_MODEL);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (GhcChannelMember) each = g_list_model_get_item (members, i);
      const char *user_id = ghc_user_get_user_id (ghc_channel_member_get_user (each));
      GhcMember *member = ghc_member_list_lookup (guild_members, user_id);

      if (member != NULL && ghc_channel_member_get_membership (each) == GHC_MEMBERSHIP_JOIN)
        ghc_member_list_add (joined, member);
      else
        g_list_store_append (others, each);
    }

  g_list_store_append (parts, joined);
  g_list_store_append (parts, others);
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (g_steal_pointer (&parts))));
}

static DexFuture *
list_fiber (gpointer data)
{
  Listing *listing = data;
  GhcMembersPane *self = listing->self;
  g_autoptr (GListModel) members = NULL;
  g_autoptr (GError) error = NULL;

  /* Of many changes at once the last one asks. */
  if (self->n_updates != listing->update)
    return dex_future_new_false ();

  members = dex_await_object (ghc_session_list_channel_members (listing->session, listing->channel), &error);
  /* While that took, another channel may have been opened. */
  if (self->n_updates != listing->update || self->guild == NULL)
    return dex_future_new_false ();

  self->outdated = members == NULL;
  if (members == NULL)
    {
      /* A list that is there already is better than none. */
      if (self->shown == NULL)
        end_waiting (self, error);
    }
  else
    {
      g_autoptr (GListModel) grouped = group_members (ghc_guild_get_members (self->guild), members);

      if (self->shown == listing->channel)
        keep_focus (self);
      g_set_object (&self->shown, listing->channel);
      show_people (self, grouped);
      /* Whoever tried again is at the button, which goes away. */
      if (gtk_widget_get_focus_child (self->failure) != NULL)
        gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
      end_waiting (self, NULL);
    }

  return dex_future_new_true ();
}

/* Who is in the private channel that is open. */
static void
ask (GhcMembersPane *self)
{
  Listing *listing = g_new0 (Listing, 1);

  self->outdated = FALSE;
  listing->self = g_object_ref (self);
  listing->session = g_object_ref (self->session);
  listing->channel = g_object_ref (self->channel);
  listing->update = ++self->n_updates;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, list_fiber, listing, listing_free));
}

static void
update (GhcMembersPane *self)
{
  self->n_updates++;
  self->outdated = FALSE;
  adw_window_title_set_subtitle (self->title, is_private_channel (self) ? ghc_channel_get_name (self->channel) : NULL);
  if (!is_private_channel (self) || self->session == NULL)
    {
      end_waiting (self, NULL);
      g_clear_object (&self->shown);
      show_people (self, self->guild != NULL ? G_LIST_MODEL (ghc_guild_get_members (self->guild)) : NULL);
      return;
    }

  /* Its own list stays until it is known who is in it now. */
  if (self->shown != self->channel)
    {
      g_clear_object (&self->shown);
      show_people (self, NULL);
      begin_waiting (self);
    }
  ask (self);
}

/* What went wrong is seen until there is an answer, and the keyboard stays where it is. */
static void
retry (GhcMembersPane *self)
{
  if (self->session == NULL || ghc_task_button_get_busy (self->retry_button))
    return;

  ghc_task_button_set_busy (self->retry_button, TRUE);
  ask (self);
}

/* What could not be asked may be asked now. */
static void
on_connection_changed (GhcMembersPane *self)
{
  GhcConnection now = ghc_session_get_connection (self->session);

  if (now != GHC_CONNECTION_CATCHING_UP && now != GHC_CONNECTION_ONLINE)
    return;

  if (gtk_widget_get_visible (self->failure))
    retry (self);
  else if (self->outdated)
    ask (self);
}

static void
set_session (GhcMembersPane *self,
             GhcSession     *session)
{
  if (self->session == session)
    return;

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_func (self->session, on_connection_changed, self);
  g_set_object (&self->session, session);
  if (session != NULL)
    g_signal_connect_object (session, "notify::connection", G_CALLBACK (on_connection_changed), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
set_channel (GhcMembersPane *self,
             GhcChannel     *channel)
{
  if (self->channel == channel)
    return;

  if (self->channel != NULL)
    g_signal_handlers_disconnect_by_func (self->channel, update, self);
  g_set_object (&self->channel, channel);
  if (channel != NULL)
    {
      g_signal_connect_object (channel, "notify::joined", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (channel, "members-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

static void
on_setup (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          gpointer                  data)
{
  GtkWidget *row = ghc_member_row_new ();

  gtk_list_item_set_child (list_item, row);
  g_object_bind_property (row, "description", list_item, "accessible-label", G_BINDING_DEFAULT);
}

static void
on_bind (GhcMembersPane *self,
         GtkListItem    *list_item)
{
  GhcMemberRow *row = GHC_MEMBER_ROW (gtk_list_item_get_child (list_item));

  ghc_member_row_bind (row, gtk_list_item_get_item (list_item), self->session);
  /* A heading takes the focus, too: the arrow keys do not get past a row that does not. */
  gtk_list_item_set_activatable (list_item, ghc_member_row_get_user (row) != NULL);
}

static void
on_unbind (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item,
           gpointer                  data)
{
  ghc_member_row_unbind (GHC_MEMBER_ROW (gtk_list_item_get_child (list_item)));
}

static GtkWidget *
find_row (GtkWidget *widget,
          GhcUser   *user)
{
  if (GHC_IS_MEMBER_ROW (widget))
    return ghc_member_row_get_user (GHC_MEMBER_ROW (widget)) == user ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *row = find_row (child, user);

      if (row != NULL)
        return row;
    }

  return NULL;
}

static void
on_activate (GhcMembersPane *self,
             guint           position)
{
  GhcUser *user = get_user_at (self, position);
  GtkWidget *row;

  if (user == NULL)
    return;

  row = find_row (GTK_WIDGET (self->list_view), user);
  ghc_profile_popover_present (row != NULL ? row : GTK_WIDGET (self), self->session, self->guild, user);
}

/* The list keeps a place of its own for the keyboard, which is anywhere after people came and went: at a heading, or at
 * whoever stands now where somebody stood. */
static gboolean
ghc_members_pane_focus (GtkWidget        *widget,
                        GtkDirectionType  direction)
{
  GhcMembersPane *self = GHC_MEMBERS_PANE (widget);
  gboolean comes = !is_inside (self) && (direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD);
  guint entry = comes ? find_entry (self) : GTK_INVALID_LIST_POSITION;

  if (!GTK_WIDGET_CLASS (ghc_members_pane_parent_class)->focus (widget, direction))
    return FALSE;

  if (entry != GTK_INVALID_LIST_POSITION && is_inside (self))
    gtk_list_view_scroll_to (self->list_view, entry, GTK_LIST_SCROLL_FOCUS, NULL);
  return TRUE;
}

static void
on_focus_changed (GhcMembersPane *self)
{
  GhcUser *user = get_focused_user (self);

  /* What the list makes of it while people change places is nobody's choice. */
  if (user != NULL && self->return_source == 0)
    g_set_object (&self->visited, user);
}

static void
ghc_members_pane_root (GtkWidget *widget)
{
  GhcMembersPane *self = GHC_MEMBERS_PANE (widget);

  GTK_WIDGET_CLASS (ghc_members_pane_parent_class)->root (widget);

  self->root = gtk_widget_get_root (widget);
  g_signal_connect_object (self->root, "notify::focus-widget", G_CALLBACK (on_focus_changed), self, G_CONNECT_SWAPPED);
}

static void
ghc_members_pane_unroot (GtkWidget *widget)
{
  GhcMembersPane *self = GHC_MEMBERS_PANE (widget);

  g_signal_handlers_disconnect_by_func (self->root, on_focus_changed, self);
  self->root = NULL;

  GTK_WIDGET_CLASS (ghc_members_pane_parent_class)->unroot (widget);
}

static void
ghc_members_pane_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  GhcMembersPane *self = GHC_MEMBERS_PANE (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      set_session (self, g_value_get_object (value));
      break;
    case PROP_GUILD:
      if (g_set_object (&self->guild, g_value_get_object (value)))
        update (self);
      break;
    case PROP_CHANNEL:
      set_channel (self, g_value_get_object (value));
      break;
    case PROP_COVERS:
      self->covers = g_value_get_boolean (value);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_members_pane_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  GhcMembersPane *self = GHC_MEMBERS_PANE (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_GUILD:
      g_value_set_object (value, self->guild);
      break;
    case PROP_CHANNEL:
      g_value_set_object (value, self->channel);
      break;
    case PROP_COVERS:
      g_value_set_boolean (value, self->covers);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_members_pane_dispose (GObject *object)
{
  GhcMembersPane *self = GHC_MEMBERS_PANE (object);

  if (self->channel != NULL)
    g_signal_handlers_disconnect_by_func (self->channel, update, self);
  if (self->selection != NULL)
    show_people (self, NULL);
  g_clear_handle_id (&self->return_source, g_source_remove);
  g_clear_handle_id (&self->spinner_source, g_source_remove);
  g_clear_object (&self->channel);
  g_clear_object (&self->guild);
  g_clear_object (&self->session);
  g_clear_object (&self->shown);
  g_clear_object (&self->visited);
  gtk_widget_dispose_template (GTK_WIDGET (self), GHC_TYPE_MEMBERS_PANE);

  G_OBJECT_CLASS (ghc_members_pane_parent_class)->dispose (object);
}

static void
ghc_members_pane_class_init (GhcMembersPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = ghc_members_pane_set_property;
  object_class->get_property = ghc_members_pane_get_property;
  object_class->dispose = ghc_members_pane_dispose;
  widget_class->root = ghc_members_pane_root;
  widget_class->unroot = ghc_members_pane_unroot;
  widget_class->focus = ghc_members_pane_focus;

  g_type_ensure (GHC_TYPE_TASK_BUTTON);

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION, flags);
  properties[PROP_GUILD] = g_param_spec_object ("guild", NULL, NULL, GHC_TYPE_GUILD, flags);
  properties[PROP_CHANNEL] = g_param_spec_object ("channel", NULL, NULL, GHC_TYPE_CHANNEL, flags);
  /* It lies over the conversation, and over the button that shows and hides it. */
  properties[PROP_COVERS] = g_param_spec_boolean ("covers", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/guildhall/Guildhall/ui/ghc-members-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, GhcMembersPane, title);
  gtk_widget_class_bind_template_child (widget_class, GhcMembersPane, list_view);
  gtk_widget_class_bind_template_child (widget_class, GhcMembersPane, selection);
  gtk_widget_class_bind_template_child (widget_class, GhcMembersPane, spinner);
  gtk_widget_class_bind_template_child (widget_class, GhcMembersPane, failure);
  gtk_widget_class_bind_template_child (widget_class, GhcMembersPane, failure_label);
  gtk_widget_class_bind_template_child (widget_class, GhcMembersPane, retry_button);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, retry);
}

static void
ghc_members_pane_init (GhcMembersPane *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, G_CONNECT_SWAPPED);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  gtk_list_view_set_factory (self->list_view, factory);
  g_object_unref (factory);
}
