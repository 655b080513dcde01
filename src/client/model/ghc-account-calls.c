/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calls that an account hears of. */
#include "ghc-account-private.h"
#include "ghc-call-private.h"
#include "ghc-channel-private.h"
#include "ghc-guild.h"

#include "gh-limits.h"

/* One for each channel that one could be in; a server that names more is not sound. */
#define MAX_CALLS (GH_LIMIT_GUILDS_PER_USER * GH_LIMIT_CHANNELS)

void
ghc_account_fold_call (GhcAccount *self, GhJson *description)
{
  g_autoptr (GError) error = NULL;
  const GhcCallDescription *before;
  GhcCallDescription *news;
  GhcChannel *channel;

  g_return_if_fail (GHC_IS_ACCOUNT (self));
  g_return_if_fail (description != NULL);

  news = ghc_call_description_new_from_json (description, &error);
  if (news == NULL)
    {
      g_warning ("The server described a call in a way that can’t be understood: %s",
                 error->message);
      return;
    }

  before = g_hash_table_lookup (self->calls, news->channel_id);
  if ((before != NULL && before->revision >= news->revision)
      || (before == NULL && g_hash_table_size (self->calls) >= MAX_CALLS))
    {
      ghc_call_description_free (news);
      return;
    }

  g_hash_table_replace (self->calls, g_strdup (news->channel_id), news);
  channel = ghc_account_lookup_channel (self, news->channel_id);
  if (channel != NULL && channel->call != NULL)
    ghc_call_fold (channel->call, self, news);
}

/* A call that is first looked at after it was told of. */
void
ghc_account_restore_call (GhcAccount *self, GhcCall *call, const char *channel_id)
{
  const GhcCallDescription *description = g_hash_table_lookup (self->calls, channel_id);

  if (description != NULL)
    ghc_call_fold (call, self, description);
}

void
ghc_account_forget_calls (GhcAccount *self)
{
  GListModel *guilds;

  g_return_if_fail (GHC_IS_ACCOUNT (self));

  g_hash_table_remove_all (self->calls);
  guilds = ghc_account_get_guilds (self);
  for (guint i = 0; i < g_list_model_get_n_items (guilds); i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i);
      GListModel *channels = ghc_channel_list_get_all (ghc_guild_get_channels (guild));

      for (guint j = 0; j < g_list_model_get_n_items (channels); j++)
        {
          g_autoptr (GhcChannel) channel = g_list_model_get_item (channels, j);

          if (channel->call != NULL)
            ghc_call_forget (channel->call);
        }
    }
}
