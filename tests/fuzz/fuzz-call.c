/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server says about calls: the first line names it, the rest is any text. What is accepted keeps to
 * the bounds that everybody behind it relies on, and gives its secrets only once. */
#include "fuzz.h"

#include "gh-frame.h"
#include "gh-json.h"
#include "gh-limits.h"
#include "ghc-account.h"
#include "ghc-call-wire.h"
#include "ghc-call.h"
#include "ghc-ice-server.h"
#include "ghc-share.h"

#define GUILD "!5xdqeoS5dosF9Yoztv2CmU:localhost"
#define CHANNEL "!5TPdaPd5hNm4KGTY1tPcfn:localhost"
#define ME "@me:localhost"

static GhcAccount *
make_account (void)
{
  static const char snapshot[] =
    "{\"guild_id\":\"" GUILD "\",\"name\":\"Guild\",\"owner\":\"" ME "\",\"permissions\":0,"
    "\"position\":1,\"my_roles\":[],\"members_count\":1,\"roles\":[{\"role_id\":\"everyone\","
    "\"name\":\"Everyone\",\"permissions\":1,\"order\":0,\"hoist\":false}],"
    "\"channels\":[{\"channel_id\":\"" CHANNEL "\",\"kind\":\"voice\",\"name\":\"lounge\","
    "\"private\":false,\"auto_join\":true,\"order\":1,\"overrides\":{},\"membership\":\"join\","
    "\"last_position\":1}],\"members\":[]}";
  g_autoptr (GhJson) json = gh_json_parse (snapshot, strlen (snapshot), NULL);
  GhcAccount *account = ghc_account_new ("fuzz", "http://127.0.0.1:1", ME);

  must (json != NULL && ghc_account_fold_snapshot (account, json, 0, NULL) != NULL);
  return account;
}

static void
check_id (const char *id)
{
  must (id != NULL && *id != '\0' && strlen (id) <= GH_LIMIT_CALL_ID);
}

static void
check_ice (const char *text, gsize min)
{
  must (strlen (text) >= min && strlen (text) <= 256);
  for (; *text != '\0'; text++)
    must (g_ascii_isalnum (*text) || *text == '+' || *text == '/');
}

/* Folded twice, and then not at all: each time exactly those who were named are there. */
static void
fold (GhJson *json, GhcCallDescription *description)
{
  g_autoptr (GhcAccount) account = make_account ();
  GhcChannel *channel = ghc_account_lookup_channel (account, description->channel_id);
  GhcCall *call = channel != NULL ? ghc_channel_get_call (channel) : NULL;

  ghc_account_fold_call (account, json);
  ghc_account_fold_call (account, json);
  if (call != NULL)
    {
      must (ghc_call_get_n_members (call) == description->n_stays);
      must (ghc_call_is_complete (call));
      for (guint i = 0; i < description->n_stays; i++)
        {
          const GhcCallStay *stay = &description->stays[i];
          GhcCallMember *member = ghc_call_lookup_member (call, stay->member_id);

          must (member == ghc_call_lookup_user (call, stay->user_id));
          must (stay->n_shows <= GHC_CALL_MAX_SHARES);
          must ((ghc_call_member_get_screen (member) != NULL)
                  + (ghc_call_member_get_camera (member) != NULL)
                == (int) stay->n_shows);
          for (guint j = 0; j < stay->n_shows; j++)
            must (ghc_share_get_n_viewers (ghc_call_member_get_share (member, stay->shows[j].kind))
                  < description->n_stays);
        }
      ghc_call_set_joined (call, TRUE);
      ghc_account_forget_calls (account);
      must (ghc_call_get_n_members (call) == description->n_stays);
      ghc_call_set_joined (call, FALSE);
      must (!ghc_call_get_active (call));
    }
}

static void
check_description (GhJson *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcCallDescription) description = ghc_call_description_new_from_json (json, &error);

  must_tell (description != NULL, error);
  if (description == NULL)
    return;

  must (description->n_stays <= GH_LIMIT_CALL_MEMBERS && description->revision >= 0);
  for (guint i = 0; i < description->n_stays; i++)
    check_id (description->stays[i].member_id);
  fold (json, description);
}

static void
check_servers (GPtrArray *servers)
{
  for (guint i = 0; i < servers->len; i++)
    {
      const GhcIceServer *server = g_ptr_array_index (servers, i);

      must (server->urls[0] != NULL);
      must ((server->username == NULL) == (server->credential == NULL));
    }
}

static void
check_renewal (GhJson *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) servers = ghc_call_wire_read_renewal (json, &error);

  must (servers == NULL || error == NULL);
  if (servers != NULL)
    check_servers (servers);
}

static void
check_ticket (GhJson *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcCallTicket) ticket = ghc_call_ticket_new_from_json (json, &error);
  GhcCallTicket *again;

  must_tell (ticket != NULL, error);
  if (ticket == NULL)
    return;

  check_id (ticket->call_id);
  check_id (ticket->member_id);
  check_ice (ticket->ice_ufrag, 4);
  check_ice (ticket->ice_password, 22);
  must (gh_secret_get_size (ticket->key) == 32 && ticket->epoch > 0);
  must (ticket->alive_ms >= 500 && ticket->alive_ms <= 60000);
  check_servers (ticket->ice_servers);
  fold (ticket->call, ticket->description);

  again = ghc_call_ticket_new_from_json (json, NULL);
  must (again == NULL); /* its key is wiped */
}

static void
check_news (const char *type, GhJson *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcCallNews) news = ghc_call_news_new_from_json (type, json, &error);
  GhcCallNews *again;

  must_tell (news != NULL, error);
  if (news == NULL)
    return;

  check_id (news->call_id);
  switch (news->kind)
    {
    case GHC_CALL_NEWS_KEY:
      must (gh_secret_get_size (news->key) == 32 && news->epoch > 0);
      again = ghc_call_news_new_from_json (type, json, NULL);
      must (again == NULL); /* its key is wiped */
      break;
    case GHC_CALL_NEWS_SIGNAL:
      check_id (news->from_member);
      check_id (news->to_member);
      if (news->from_ufrag != NULL)
        check_ice (news->from_ufrag, 4);
      must (gh_json_is_object (news->signal) && news->from_user[0] == '@');
      break;
    case GHC_CALL_NEWS_ENDED:
    default:
      must (news->reason[0] != '\0');
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const guint8 *end = size > 0 ? memchr (data, '\n', size) : NULL;
  g_autofree char *type = NULL;
  g_autoptr (GhJson) json = NULL;

  if (end == NULL)
    return 0;

  type = g_strndup ((const char *) data, end - data);
  json = gh_json_parse ((const char *) end + 1, size - (end + 1 - data), NULL);
  if (json == NULL)
    return 0;

  if (g_str_equal (type, GH_EPHEMERAL_CALL))
    check_description (json);
  else if (g_str_equal (type, "call.join"))
    check_ticket (json);
  else if (g_str_equal (type, "call.alive"))
    check_renewal (json);
  else if (ghc_call_news_is_type (type))
    check_news (type, json);

  return 0;
}
