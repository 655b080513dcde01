/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-call-desk-private.h"


typedef enum
{
  PROP_SESSIONS = 1,
  PROP_SETTINGS,
  PROP_SEAT,
  PROP_SESSION,
  PROP_JOINING,
  PROP_MUTED,
  PROP_DEAFENED,
  PROP_VOICE,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

enum
{
  NOTICE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcCallDesk, ghc_call_desk, G_TYPE_OBJECT)

static void
notify (GhcCallDesk *self, Property property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* --- Muted and deafened --------------------------------------------------------------------- */

static void
set_quiet (GhcCallDesk *self, gboolean muted, gboolean deafened)
{
  if (self->muted == muted && self->deafened == deafened)
    return;

  self->muted = muted;
  self->deafened = deafened;
  if (self->seat != NULL && !self->is_telling)
    {
      self->is_telling = TRUE;
      ghc_call_seat_set_deafened (self->seat, deafened);
      ghc_call_seat_set_muted (self->seat, muted);
      self->is_telling = FALSE;
    }
  g_settings_set_boolean (self->settings, "call-muted", deafened ? self->muted_before : muted);
  g_settings_set_boolean (self->settings, "call-deafened", deafened);
  ghc_call_desk_sync_actions (self);
  notify (self, PROP_MUTED);
  notify (self, PROP_DEAFENED);
}

/* Who unmutes wants to be in the conversation: they hear again, too. */
void
ghc_call_desk_set_muted (GhcCallDesk *self, gboolean muted)
{
  set_quiet (self, muted, muted && self->deafened);
}

void
ghc_call_desk_set_deafened (GhcCallDesk *self, gboolean deafened)
{
  if (self->deafened == deafened)
    return;
  if (deafened)
    self->muted_before = self->muted;
  set_quiet (self, deafened || self->muted_before, deafened);
}

/* --- The seat ------------------------------------------------------------------------------- */

static GhcCall *
get_call (GhcCallDesk *self)
{
  return self->seat != NULL ? ghc_call_seat_get_call (self->seat) : NULL;
}

/* The seat is muted from elsewhere as well: somebody else may hold it. */
static void
on_seat_quiet (GhcCallDesk *self)
{
  if (self->is_telling)
    return;

  self->is_telling = TRUE;
  if (ghc_call_seat_get_deafened (self->seat) && !self->deafened)
    self->muted_before = self->muted;
  set_quiet (self, ghc_call_seat_get_muted (self->seat), ghc_call_seat_get_deafened (self->seat));
  self->is_telling = FALSE;
}

static void
on_seat_call (GhcCallDesk *self)
{
  ghc_person_memory_set_call (self->memory, get_call (self));
}

void
ghc_call_desk_tell (GhcCallDesk *self, const char *text)
{
  g_signal_emit (self, signals[NOTICE], 0, text);
}

static void
on_seat_ended (GhcCallDesk *self, const char *reason, GhcCallSeat *seat)
{
  g_autofree char *text = g_strdup (ghc_call_seat_get_ended_text (seat));

  if (self->seat == seat)
    ghc_call_desk_set_seat (self, NULL, NULL);
  if (text != NULL)
    ghc_call_desk_tell (self, text);
}

static void
sync_relay_only (GhcCallDesk *self)
{
  if (self->seat != NULL)
    ghc_call_seat_set_relay_only (self->seat, g_settings_get_boolean (self->settings, "relay-only"));
}

void
ghc_call_desk_set_joining (GhcCallDesk *self, GhcChannel *channel)
{
  if (g_set_object (&self->joining, channel))
    notify (self, PROP_JOINING);
}

/* --- The accounts --------------------------------------------------------------------------- */

static void
on_session_seat (GhcCallDesk *self, GParamSpec *pspec, GhcSession *session)
{
  GhcCallSeat *seat = ghc_session_get_seat (session);

  if (seat != NULL)
    ghc_call_desk_set_seat (self, session, seat);
  else if (self->session == session)
    ghc_call_desk_set_seat (self, NULL, NULL);
}

static void
on_sessions_changed (GhcCallDesk *self, guint position, guint removed, guint added)
{
  for (guint i = 0; i < removed; i++)
    {
      GhcSession *session = g_ptr_array_index (self->watched, position + i);

      g_signal_handlers_disconnect_by_func (session, on_session_seat, self);
      if (self->session == session)
        ghc_call_desk_set_seat (self, NULL, NULL);
    }
  if (removed > 0)
    g_ptr_array_remove_range (self->watched, position, removed);

  for (guint i = position; i < position + added; i++)
    {
      GhcSession *session = g_list_model_get_item (self->sessions, i);

      g_ptr_array_insert (self->watched, (int) i, session);
      g_signal_connect_object (session, "notify::seat", G_CALLBACK (on_session_seat), self,
                               G_CONNECT_SWAPPED);
      if (ghc_session_get_seat (session) != NULL)
        on_session_seat (self, NULL, session);
    }
}

static void
ghc_call_desk_constructed (GObject *object)
{
  GhcCallDesk *self = GHC_CALL_DESK (object);

  G_OBJECT_CLASS (ghc_call_desk_parent_class)->constructed (object);

  self->memory = ghc_person_memory_new (self->settings);
  self->muted_before = g_settings_get_boolean (self->settings, "call-muted");
  self->deafened = g_settings_get_boolean (self->settings, "call-deafened");
  self->muted = self->muted_before || self->deafened;
  g_signal_connect_object (self->settings, "changed::relay-only", G_CALLBACK (sync_relay_only),
                           self, G_CONNECT_SWAPPED);
  self->sharing = ghc_sharing_new (self);
  ghc_call_desk_add_actions (self);
  g_signal_connect_object (self->sessions, "items-changed", G_CALLBACK (on_sessions_changed), self,
                           G_CONNECT_SWAPPED);
  on_sessions_changed (self, 0, 0, g_list_model_get_n_items (self->sessions));
}

static void
ghc_call_desk_dispose (GObject *object)
{
  GhcCallDesk *self = GHC_CALL_DESK (object);

  if (self->seat != NULL)
    g_signal_handlers_disconnect_by_data (self->seat, self);
  if (self->voice != NULL)
    ghc_voice_set_seat (self->voice, NULL);
  g_clear_object (&self->actions);
  g_clear_object (&self->memory);
  if (self->sharing != NULL)
    g_object_run_dispose (G_OBJECT (self->sharing));
  g_clear_object (&self->sharing);
  g_clear_object (&self->voice);
  g_clear_object (&self->seat);
  g_clear_object (&self->session);
  g_clear_object (&self->joining);
  g_clear_pointer (&self->watched, g_ptr_array_unref);
  g_clear_object (&self->sessions);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (ghc_call_desk_parent_class)->dispose (object);
}

static void
ghc_call_desk_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcCallDesk *self = GHC_CALL_DESK (object);

  switch ((Property) prop_id)
    {
    case PROP_SESSIONS:
      g_value_set_object (value, self->sessions);
      break;
    case PROP_SETTINGS:
      g_value_set_object (value, self->settings);
      break;
    case PROP_SEAT:
      g_value_set_object (value, self->seat);
      break;
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_JOINING:
      g_value_set_object (value, self->joining);
      break;
    case PROP_MUTED:
      g_value_set_boolean (value, self->muted);
      break;
    case PROP_DEAFENED:
      g_value_set_boolean (value, self->deafened);
      break;
    case PROP_VOICE:
      g_value_set_object (value, self->voice);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_call_desk_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcCallDesk *self = GHC_CALL_DESK (object);

  switch (prop_id)
    {
    case PROP_SESSIONS:
      self->sessions = g_value_dup_object (value);
      break;
    case PROP_SETTINGS:
      self->settings = g_value_dup_object (value);
      break;
    case PROP_MUTED:
      ghc_call_desk_set_muted (self, g_value_get_boolean (value));
      break;
    case PROP_DEAFENED:
      ghc_call_desk_set_deafened (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_call_desk_class_init (GhcCallDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags given = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  const GParamFlags told = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = ghc_call_desk_constructed;
  object_class->dispose = ghc_call_desk_dispose;
  object_class->get_property = ghc_call_desk_get_property;
  object_class->set_property = ghc_call_desk_set_property;

  properties[PROP_SESSIONS] = g_param_spec_object ("sessions", NULL, NULL, G_TYPE_LIST_MODEL,
                                                   given);
  properties[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, given);
  properties[PROP_SEAT] = g_param_spec_object ("seat", NULL, NULL, GHC_TYPE_CALL_SEAT, told);
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, GHC_TYPE_SESSION, told);
  properties[PROP_JOINING] = g_param_spec_object ("joining", NULL, NULL, GHC_TYPE_CHANNEL, told);
  properties[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE,
                                                 told | G_PARAM_WRITABLE);
  properties[PROP_DEAFENED] = g_param_spec_boolean ("deafened", NULL, NULL, FALSE,
                                                    told | G_PARAM_WRITABLE);
  properties[PROP_VOICE] = g_param_spec_object ("voice", NULL, NULL, GHC_TYPE_VOICE, told);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[NOTICE] = g_signal_new ("notice", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ghc_call_desk_init (GhcCallDesk *self)
{
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  self->actions = g_simple_action_group_new ();
}

/**
 * ghc_call_desk_new:
 * @sessions: of #GhcSession
 * @make_voice: (nullable): without it there is no sound, only what is to be seen
 */
GhcCallDesk *
ghc_call_desk_new (GListModel *sessions, GSettings *settings, GhcMakeVoice make_voice)
{
  GhcCallDesk *self;

  g_return_val_if_fail (G_IS_LIST_MODEL (sessions), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (GHC_TYPE_CALL_DESK, "sessions", sessions, "settings", settings, NULL);
  self->make_voice = make_voice;
  if (self->seat != NULL)
    ghc_call_desk_ensure_voice (self);
  return self;
}

/**
 * ghc_call_desk_get_actions:
 *
 * Returns: (transfer none): "join" (a channel's id), "leave", "mute" and "deafen" (on or off),
 *   "stop-share" ("screen" or "camera"); inserted
 *   into a window as "call"
 */
GActionGroup *
ghc_call_desk_get_actions (GhcCallDesk *self)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), NULL);

  return G_ACTION_GROUP (self->actions);
}

GSettings *
ghc_call_desk_get_settings (GhcCallDesk *self)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), NULL);

  return self->settings;
}

/* (transfer none): what one shows */
GhcSharing *
ghc_call_desk_get_sharing (GhcCallDesk *self)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), NULL);

  return self->sharing;
}

GhcCallSeat *
ghc_call_desk_get_seat (GhcCallDesk *self)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), NULL);

  return self->seat;
}

/**
 * ghc_call_desk_get_call:
 *
 * Returns: (transfer none) (nullable): the call that one is in
 */
GhcCall *
ghc_call_desk_get_call (GhcCallDesk *self)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), NULL);

  return get_call (self);
}

GhcSession *
ghc_call_desk_get_session (GhcCallDesk *self)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), NULL);

  return self->session;
}

GhcChannel *
ghc_call_desk_get_joining (GhcCallDesk *self)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), NULL);

  return self->joining;
}

GhcVoice *
ghc_call_desk_get_voice (GhcCallDesk *self)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), NULL);

  return self->voice;
}

/**
 * ghc_call_desk_ensure_voice:
 *
 * Returns: (transfer none) (nullable): the voice, made now if it was not there; %NULL where there is no
 *   sound at all
 */
GhcVoice *
ghc_call_desk_ensure_voice (GhcCallDesk *self)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), NULL);

  if (self->voice == NULL && self->make_voice != NULL)
    {
      self->voice = self->make_voice (self->settings);
      ghc_voice_set_seat (self->voice, self->seat);
      notify (self, PROP_VOICE);
    }
  return self->voice;
}

gboolean
ghc_call_desk_get_muted (GhcCallDesk *self)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), FALSE);

  return self->muted;
}

gboolean
ghc_call_desk_get_deafened (GhcCallDesk *self)
{
  g_return_val_if_fail (GHC_IS_CALL_DESK (self), FALSE);

  return self->deafened;
}

/**
 * ghc_call_desk_set_seat:
 * @session: (nullable): whose it is
 * @seat: (nullable): one's place in a call, or %NULL for none
 */
void
ghc_call_desk_set_seat (GhcCallDesk *self, GhcSession *session, GhcCallSeat *seat)
{
  g_return_if_fail (GHC_IS_CALL_DESK (self));
  g_return_if_fail (seat == NULL || GHC_IS_CALL_SEAT (seat));

  if (self->seat == seat)
    return;

  /* What is said from here on goes nowhere, before anything else happens. */
  if (self->voice != NULL)
    ghc_voice_set_seat (self->voice, NULL);
  g_object_freeze_notify (G_OBJECT (self));
  if (self->seat != NULL)
    {
      /* Not from "ended": it says why, and may come after the session has let go of the seat. */
      g_signal_handlers_disconnect_by_func (self->seat, on_seat_quiet, self);
      g_signal_handlers_disconnect_by_func (self->seat, on_seat_call, self);
    }
  g_set_object (&self->seat, seat);
  if (seat == NULL)
    session = NULL;
  if (g_set_object (&self->session, session))
    notify (self, PROP_SESSION);

  if (seat != NULL)
    {
      g_signal_connect_object (seat, "notify::muted", G_CALLBACK (on_seat_quiet), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (seat, "notify::deafened", G_CALLBACK (on_seat_quiet), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (seat, "notify::call", G_CALLBACK (on_seat_call), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (seat, "ended", G_CALLBACK (on_seat_ended), self, G_CONNECT_SWAPPED);
      /* What was pressed while the server was asked holds. */
      self->is_telling = TRUE;
      ghc_call_seat_set_deafened (seat, self->deafened);
      ghc_call_seat_set_muted (seat, self->muted);
      self->is_telling = FALSE;
      sync_relay_only (self);
      if (ghc_call_desk_ensure_voice (self) != NULL)
        ghc_voice_set_seat (self->voice, seat);
    }
  ghc_person_memory_set_call (self->memory, get_call (self));
  ghc_call_desk_sync_actions (self);
  notify (self, PROP_SEAT);
  g_object_thaw_notify (G_OBJECT (self));
}
