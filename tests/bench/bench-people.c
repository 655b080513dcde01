/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-people.h"

#include "bench-socket.h"
#include "gh-json.h"

#include <string.h>

/* Password hashes take most of the time, and the daemon makes as many at once as it has cores. */
#define N_THREADS 4

typedef struct
{
  guint16 port;
  SSL_CTX *tls;
  guint n_guilds;
  guint n_members;
  guint first;
  BenchPerson *people;
  GError *error;
} Share;

static GhJson *post (BenchSocket *socket, const char *token, GError **error, const char *path,
                     const char *format, ...) G_GNUC_PRINTF (5, 6);

static GhJson *
post (BenchSocket *socket, const char *token, GError **error, const char *path, const char *format,
      ...)
{
  g_autofree char *body = NULL;
  g_autofree char *answer = NULL;
  va_list args;

  va_start (args, format);
  body = g_strdup_vprintf (format, args);
  va_end (args);

  answer = bench_socket_post (socket, path, token, body, error);

  return answer != NULL ? gh_json_parse_object (answer, strlen (answer), error) : NULL;
}

static gboolean
sign_up (BenchSocket *socket, BenchPerson *person, guint number, GError **error)
{
  g_autoptr (GhJson) tokens = NULL;

  tokens = post (
    socket, NULL, error, "/client/v1/register",
    "{\"username\":\"person%u\",\"password\":\"pass phrase of %u\",\"device_name\":\"bench\"}",
    number, number);
  if (tokens == NULL)
    return FALSE;
  person->token = g_strdup (gh_json_peek_string (tokens, "access_token"));

  return person->token != NULL;
}

static char *
find_text_channel (GhJson *guild)
{
  g_autoptr (GhJson) channels = gh_json_peek_array (guild, "channels");
  GhJsonIter iter;
  GhJson *channel;
  char *id = NULL;

  gh_json_iter_init (&iter, channels);
  while (gh_json_iter_next (&iter, NULL, &channel))
    {
      if (id == NULL && g_strcmp0 (gh_json_peek_string (channel, "kind"), "text") == 0)
        id = g_strdup (gh_json_peek_string (channel, "channel_id"));
      gh_json_unref (channel);
    }

  return id;
}

static gboolean
make_guild (Share *share, BenchSocket *socket, guint number, GError **error)
{
  BenchPerson *members = share->people + number * share->n_members;
  g_autoptr (GhJson) guild = NULL;
  g_autoptr (GhJson) invite = NULL;
  g_autofree char *guild_id = NULL;
  g_autofree char *invites = NULL;
  g_autofree char *accept = NULL;

  for (guint i = 0; i < share->n_members; i++)
    if (!sign_up (socket, &members[i], number * share->n_members + i, error))
      return FALSE;

  guild = post (socket, members[0].token, error, "/client/v1/guilds",
                "{\"name\":\"Guild %u\",\"txn_id\":\"make\"}", number);
  if (guild == NULL)
    return FALSE;
  guild_id = g_uri_escape_string (gh_json_peek_string (guild, "guild_id"), NULL, FALSE);

  invites = g_strdup_printf ("/client/v1/guilds/%s/invites", guild_id);
  invite = post (socket, members[0].token, error, invites, "{}");
  if (invite == NULL)
    return FALSE;

  accept = g_strdup_printf ("/client/v1/invites/%s/accept", gh_json_peek_string (invite, "code"));
  for (guint i = 0; i < share->n_members; i++)
    {
      g_autoptr (GhJson) joined = NULL;

      joined = i > 0 ? post (socket, members[i].token, error, accept, "{}") : gh_json_ref (guild);
      if (joined == NULL)
        return FALSE;
      members[i].channel_id = find_text_channel (joined);
      if (members[i].channel_id == NULL)
        return FALSE;
    }

  return TRUE;
}

static gpointer
make_share (gpointer data)
{
  Share *share = data;
  g_autoptr (BenchSocket) socket = NULL;

  socket = bench_socket_connect (share->port, share->tls, &share->error);

  for (guint i = share->first; i < share->n_guilds && share->error == NULL; i += N_THREADS)
    if (!make_guild (share, socket, i, &share->error) && share->error == NULL)
      share->error = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "Guild %u has no text channel", i);

  return NULL;
}

/**
 * bench_people_make:
 * @tls: (nullable): as for bench_socket_connect()
 *
 * Signs up @n_guilds times @n_members people over HTTP, in guilds of @n_members.
 *
 * Returns: (array): the people, those of one guild together
 */
BenchPerson *
bench_people_make (guint16 port, SSL_CTX *tls, guint n_guilds, guint n_members, GError **error)
{
  BenchPerson *people = g_new0 (BenchPerson, n_guilds * n_members);
  Share shares[N_THREADS] = { 0 };
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    {
      shares[i] = (Share) { port, tls, n_guilds, n_members, i, people, NULL };
      threads[i] = g_thread_new ("people", make_share, &shares[i]);
    }

  for (guint i = 0; i < N_THREADS; i++)
    {
      g_thread_join (threads[i]);
      if (shares[i].error != NULL && error != NULL && *error == NULL)
        g_propagate_error (error, g_steal_pointer (&shares[i].error));
      g_clear_error (&shares[i].error);
    }

  if (error != NULL && *error != NULL)
    g_clear_pointer (&people, g_free);

  return people;
}

void
bench_people_free (BenchPerson *people, guint n_people)
{
  for (guint i = 0; i < n_people; i++)
    {
      g_free (people[i].token);
      g_free (people[i].channel_id);
    }
  g_free (people);
}
