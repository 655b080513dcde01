/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-desk-private.h"

static GSimpleAction *
find_action (GhcCallDesk *self, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name));
}

void
ghc_call_desk_sync_actions (GhcCallDesk *self)
{
  g_simple_action_set_enabled (find_action (self, "leave"), self->seat != NULL);
  g_simple_action_set_state (find_action (self, "mute"), g_variant_new_boolean (self->muted));
  g_simple_action_set_state (find_action (self, "deafen"), g_variant_new_boolean (self->deafened));
}

static GhcChannel *
find_channel (GhcCallDesk *self, const char *channel_id, GhcSession **session)
{
  for (guint i = 0; i < self->watched->len; i++)
    {
      GhcChannel *channel;

      *session = g_ptr_array_index (self->watched, i);
      channel = ghc_account_lookup_channel (ghc_session_get_account (*session), channel_id);
      if (channel != NULL)
        return channel;
    }
  return NULL;
}

typedef struct
{
  GhcCallDesk *self;
  GhcSession *session;
  GhcChannel *channel;
} Task;

static void
task_free (gpointer data)
{
  Task *task = data;

  g_object_unref (task->self);
  g_clear_object (&task->session);
  g_clear_object (&task->channel);
  g_free (task);
}

static Task *
task_new (GhcCallDesk *self, GhcSession *session, GhcChannel *channel)
{
  Task *task = g_new0 (Task, 1);

  task->self = g_object_ref (self);
  g_set_object (&task->session, session);
  g_set_object (&task->channel, channel);
  return task;
}

/* A person is in one call at a time, whatever accounts they have. */
static gboolean
join (Task *task, GError **error)
{
  GhcCallDesk *self = task->self;

  if (self->session != NULL && self->session != task->session
      && !dex_await (ghc_session_leave_call (self->session), error))
    return FALSE;
  if (!ghc_channel_get_joined (task->channel)
      && !dex_await (ghc_session_join_channel (task->session, task->channel), error))
    return FALSE;
  return dex_await (ghc_session_join_call (task->session, task->channel, self->muted,
                                           self->deafened),
                    error);
}

static DexFuture *
join_fiber (gpointer data)
{
  Task *task = data;
  g_autoptr (GError) error = NULL;
  gboolean joined = join (task, &error);

  if (task->self->joining == task->channel)
    ghc_call_desk_set_joining (task->self, NULL);
  if (!joined)
    return dex_future_new_for_error (g_steal_pointer (&error));
  return dex_future_new_true ();
}

static DexFuture *
on_failed (DexFuture *future, gpointer data)
{
  GhcCallDesk *self = data;
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  ghc_call_desk_tell (self, error->message);
  return dex_ref (future);
}

static void
watch (GhcCallDesk *self, DexFuture *future)
{
  dex_future_disown (dex_future_catch (future, on_failed, g_object_ref (self), g_object_unref));
}

static void
join_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GhcCallDesk *self = data;
  GhcSession *session = NULL;
  GhcChannel *channel = find_channel (self, g_variant_get_string (parameter, NULL), &session);

  if (channel != NULL && channel != self->joining
      && !ghc_call_get_joined (ghc_channel_get_call (channel)))
    watch (self, ghc_call_desk_join (self, session, channel));
}

static void
leave_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  watch (data, ghc_call_desk_leave (data));
}

static void
change_mute (GSimpleAction *action, GVariant *state, gpointer data)
{
  ghc_call_desk_set_muted (data, g_variant_get_boolean (state));
}

static void
change_deafen (GSimpleAction *action, GVariant *state, gpointer data)
{
  ghc_call_desk_set_deafened (data, g_variant_get_boolean (state));
}

static void
stop_share_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GhcCallDesk *self = data;

  ghc_sharing_stop (self->sharing, g_str_equal (g_variant_get_string (parameter, NULL), "camera")
                                     ? GHC_SHARE_CAMERA
                                     : GHC_SHARE_SCREEN);
}

/* Whoever inserts these into a window holds the desk as well. */
void
ghc_call_desk_add_actions (GhcCallDesk *self)
{
  static const GActionEntry entries[] = {
    { .name = "join", .activate = join_action, .parameter_type = "s" },
    { .name = "leave", .activate = leave_action },
    { .name = "mute", .state = "false", .change_state = change_mute },
    { .name = "stop-share", .activate = stop_share_action, .parameter_type = "s" },
    { .name = "deafen", .state = "false", .change_state = change_deafen },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  ghc_call_desk_sync_actions (self);
}

/**
 * ghc_call_desk_join:
 * @session: whose account @channel belongs to
 *
 * Goes into the call of @channel, and into the channel first where that is needed; out of another call,
 * be it of another account.
 *
 * Returns: (transfer full): resolves to %TRUE when one is in the call; rejects with what the server says
 */
DexFuture *
ghc_call_desk_join (GhcCallDesk *self, GhcSession *session, GhcChannel *channel)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), NULL);
  g_return_val_if_fail (GHC_IS_SESSION (session), NULL);
  g_return_val_if_fail (GHC_IS_CHANNEL (channel), NULL);

  ghc_call_desk_set_joining (self, channel);
  return dex_scheduler_spawn (NULL, 0, join_fiber, task_new (self, session, channel), task_free);
}

/**
 * ghc_call_desk_leave:
 *
 * Leaves the call at once: the server is told, but not waited for.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ghc_call_desk_leave (GhcCallDesk *self)
{
  g_autoptr (GhcSession) session = NULL;

  g_return_val_if_fail (GHC_IS_CALL_DESK (self), NULL);

  if (self->session == NULL)
    return dex_future_new_true ();

  session = g_object_ref (self->session);
  ghc_call_desk_set_seat (self, NULL, NULL);
  return ghc_session_leave_call (session);
}
