/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-world.h"

#include "gh-permission.h"

enum { GUILD = 1, GENERAL, SILENT, READONLY, STAFF, GARDEN, MARKET, LOUNGE };

static char *
channel_json (guint       number,
              const char *kind,
              const char *name,
              const char *rest)
{
  g_autofree char *id = test_room_id (number);

  return g_strdup_printf ("{'channel_id':'%s','kind':'%s','name':'%s','auto_join':false,'order':%u,%s}", id, kind, name, number,
                          rest);
}

static GhJson *
make_snapshot (guint n_messages)
{
  g_autofree char *guild_id = test_room_id (GUILD);
  g_autofree char *keepers = test_role_id (1);
  g_autofree char *masons = test_role_id (2);
  g_autofree char *joined = g_strdup_printf ("'private':false,'membership':'join','overrides':{},'last_position':%u,"
                                             "'topic':'What happens in the hall, what is missing, and who brings it'",
                                             n_messages);
  g_autofree char *denied = g_strdup_printf ("'private':false,'membership':'join','overrides':{'everyone':{'allow':0,"
                                             "'deny':%u}}",
                                             (guint) GH_PERMISSION_SEND_MESSAGES);
  g_autofree char *general = channel_json (GENERAL, "text", "general", joined);
  g_autofree char *silent = channel_json (SILENT, "text", "quiet-corner", "'private':false,'membership':'join','overrides':{}");
  g_autofree char *readonly = channel_json (READONLY, "text", "announcements", denied);
  g_autofree char *staff = channel_json (STAFF, "text", "staff", "'private':true,'overrides':{}");
  g_autofree char *garden = channel_json (GARDEN, "text", "garden", "'private':true,'membership':'invite','overrides':{}");
  g_autofree char *market = channel_json (MARKET, "text", "market", "'private':false,'overrides':{}");
  g_autofree char *lounge = channel_json (LOUNGE, "voice", "lounge", "'private':false,'membership':'join','overrides':{}");
  g_autofree char *text = NULL;

  text = g_strdup_printf (
    "{'guild_id':'%s','name':'Hall of Makers','description':'We build things','owner':'@ada:localhost','permissions':127,"
    "'position':1,'my_roles':[],'members_count':7,"
    "'roles':[{'role_id':'everyone','name':'everyone','permissions':65663,'order':0,'hoist':false},"
    "{'role_id':'%s','name':'Keepers','color':12994048,'permissions':127,'order':2,'hoist':true},"
    "{'role_id':'%s','name':'Masons','color':2067276,'permissions':127,'order':1,'hoist':false}],"
    "'channels':[%s,%s,%s,%s,%s,%s,%s],"
    "'members':["
    "{'user_id':'@ada:localhost','display_name':'Ada Okafor','roles':['%s'],'joined_ts':1,'presence':'online'},"
    "{'user_id':'@brook:localhost','display_name':'Brook','roles':['%s','%s'],'joined_ts':1,'presence':'idle'},"
    "{'user_id':'@cleo:localhost','display_name':'Cleo','roles':['%s'],'joined_ts':1,'presence':'dnd'},"
    "{'user_id':'@dmitri:localhost','display_name':'Dmitri Aleksandrovich Vorontsov-Dashkov','roles':[],'joined_ts':1,"
    "'presence':'online'},"
    "{'user_id':'@emi:localhost','display_name':'えみ','roles':[],'joined_ts':1,'presence':'offline'},"
    "{'user_id':'@farid:localhost','display_name':'Farid','roles':[],'joined_ts':1,'presence':'offline'},"
    "{'user_id':'@me:localhost','display_name':'Robin','roles':[],'joined_ts':1,'presence':'online'}]}",
    guild_id, keepers, masons, general, silent, readonly, staff, garden, market, lounge, keepers, keepers, masons, masons);
  return test_json (text);
}

static GhcChannel *
find_channel (UiWorld *self,
              guint    number)
{
  g_autofree char *id = test_room_id (number);
  GhcChannel *channel = ghc_account_lookup_channel (self->account, id);

  g_assert_nonnull (channel);
  return channel;
}

/**
 * ui_world_new:
 * @n_messages: how many messages #general holds
 */
UiWorld *
ui_world_new (guint n_messages)
{
  UiWorld *self = g_new0 (UiWorld, 1);
  g_autofree char *general = test_room_id (GENERAL);
  g_autoptr (GhJson) snapshot = make_snapshot (n_messages);
  g_autoptr (GError) error = NULL;

  self->account = ghc_account_new ("account", "http://127.0.0.1:8448", ME);
  self->history = ui_history_new (general, n_messages, g_get_real_time () / 1000);
  ghc_account_set_loader (self->account, GHC_TIMELINE_LOADER (self->history));
  self->guild = ghc_account_fold_snapshot (self->account, snapshot, 0, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->guild);
  ghc_user_set_presence (ghc_account_get_user (self->account), GHC_PRESENCE_ONLINE);

  self->general = find_channel (self, GENERAL);
  self->silent = find_channel (self, SILENT);
  self->readonly = find_channel (self, READONLY);
  self->staff = find_channel (self, STAFF);
  self->garden = find_channel (self, GARDEN);
  self->market = find_channel (self, MARKET);
  self->lounge = find_channel (self, LOUNGE);
  return self;
}

void
ui_world_free (UiWorld *self)
{
  g_object_unref (self->account);
  g_object_unref (self->history);
  g_free (self);
}

/**
 * ui_world_hear:
 *
 * Somebody writes in #general now, and the account hears of it.
 */
void
ui_world_hear (UiWorld    *self,
               const char *sender,
               const char *body)
{
  g_autoptr (GhEvent) event = ui_history_append (self->history, sender, body, g_get_real_time () / 1000);

  ghc_account_fold_event (self->account, event, TRUE);
}
