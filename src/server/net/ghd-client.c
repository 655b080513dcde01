/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-client.h"

#include "gh-error.h"
#include "ghd-log.h"
#include "ghd-request-id.h"

/* Registered close codes (RFC 6455, section 7.4.1, and its IANA registry). */
#define CODE_INTERNAL 1011
#define CODE_TRY_AGAIN 1013

typedef enum
{
  STATE_NEW,
  STATE_IDENTIFYING,
  STATE_READY,
  STATE_CLOSED,
} State;

/*
 * A connection of the gateway as the main thread sees it: who it is, and what it asks. What it sends
 * and gets goes by way of the I/O thread that owns its link.
 */
struct _GhdClient
{
  GObject parent_instance;

  /* What each delivery reads stands together. */
  GhdIoThread *thread;
  GhdLink *link; /* NULL once it is gone */
  State state;

  GhdApi *api;
  char *address;
  GhdCaller *caller;

  guint n_asked;        /* not answered yet */
  DexPromise *finished; /* once it is to ask no more */
};

typedef struct
{
  GhdClient *client;
  GhFrame *frame;
  char *request_id;
} Asked;

static void ghd_client_subscriber_init (GhdSubscriberInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GhdClient, ghd_client, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GHD_TYPE_SUBSCRIBER,
                                                      ghd_client_subscriber_init))

static void
asked_free (gpointer data)
{
  Asked *asked = data;
  GhdClient *client = asked->client;

  client->n_asked--;
  if (client->n_asked == 0 && client->finished != NULL
      && dex_future_is_pending (DEX_FUTURE (client->finished)))
    dex_promise_resolve_boolean (client->finished, TRUE);
  g_object_unref (client);
  gh_frame_free (asked->frame);
  g_free (asked->request_id);
  g_free (asked);
}

static Asked *
asked_new (GhdClient *self, GhFrame *frame)
{
  Asked *asked = g_new0 (Asked, 1);

  asked->client = g_object_ref (self);
  self->n_asked++;
  asked->frame = frame;
  asked->request_id = ghd_request_id_new ();

  return asked;
}

static void
answer (GhdClient *self, GBytes *frame, gboolean is_limited)
{
  if (self->link != NULL)
    ghd_io_thread_answer (self->thread, self->link, frame, is_limited);
}

static void
refuse_identity (GhdClient *self, const GError *error)
{
  switch (gh_error_get_code (error))
    {
    case GH_ERROR_UNAVAILABLE:
    case GH_ERROR_LIMITED:
      ghd_client_close (self, CODE_TRY_AGAIN, gh_error_get_public_message (error));
      break;

    case GH_ERROR_INTERNAL:
      ghd_client_close (self, CODE_INTERNAL, gh_error_get_public_message (error));
      break;

    default:
      ghd_client_close (self, GH_CLOSE_TOKEN, gh_error_get_public_message (error));
      break;
    }
}

static gboolean
identify (GhdClient *self, const char *token, GError **error)
{
  g_autoptr (GhdCaller) caller = NULL;

  caller = dex_await_object (ghd_api_authenticate (self->api, self->address, token), error);
  if (caller == NULL)
    return FALSE;
  if (self->state != STATE_IDENTIFYING)
    return TRUE;

  self->caller = g_object_ref (caller);
  if (!dex_await (ghd_api_attach (self->api, caller, GHD_SUBSCRIBER (self)), error))
    return FALSE;

  if (self->state != STATE_READY)
    {
      ghd_api_detach (self->api, GHD_SUBSCRIBER (self)); /* it went while it was being attached */
      return TRUE;
    }

  /* Whoever was signed out meanwhile was not yet there to be told. Who cannot be asked about just now comes again. */
  g_clear_object (&caller);
  caller = dex_await_object (ghd_api_authenticate (self->api, self->address, token), error);
  if (caller == NULL)
    {
      ghd_api_detach (self->api, GHD_SUBSCRIBER (self));
      return FALSE;
    }

  return TRUE;
}

static DexFuture *
identify_fiber (gpointer data)
{
  Asked *asked = data;
  GhdClient *self = asked->client;
  g_autoptr (GError) error = NULL;

  if (!identify (self, asked->frame->token, &error))
    refuse_identity (self, error);
  answer (self, NULL, FALSE);

  return NULL;
}

static DexFuture *
on_called (DexFuture *future, gpointer user_data)
{
  Asked *asked = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);
  g_autoptr (GBytes) frame = NULL;

  if (value != NULL)
    frame = gh_frame_encode_reply (asked->frame->id,
                                   ghd_reply_get_bytes (g_value_get_object (value)));
  else
    frame = gh_frame_encode_error (asked->frame->id, error);
  answer (asked->client, frame,
          error != NULL && gh_error_get_code (error) == GH_ERROR_LIMITED);

  return NULL;
}

/* Whether the operation can be asked for here; what does not exist is for the api to say. */
static gboolean
check_operation (const char *name, GError **error)
{
  const GhdOperation *operation = ghd_api_find (name);

  if (operation == NULL)
    return TRUE;

  if (operation->scope == GHD_SCOPE_PUBLIC
      || operation->flags & (GHD_OPERATION_RAW_BODY | GHD_OPERATION_RAW_REPLY))
    return gh_set_error (error, GH_ERROR_INVALID, "operation.http_only", "do",
                         "“%s” can only be asked for over HTTP", name);

  return TRUE;
}

static void
take_request (GhdClient *self, GhFrame *frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhJson) data = NULL;
  Asked *asked;

  if (self->state != STATE_READY)
    error = gh_error_new (GH_ERROR_UNAUTHENTICATED, "gateway.identify", NULL, 0,
                          "Identify first: nobody is signed in on this connection");
  else
    check_operation (frame->operation, &error);

  asked = asked_new (self, frame);
  if (error != NULL)
    {
      dex_future_disown (dex_future_finally (
        ghd_api_refuse (self->api, self->caller, self->address, g_steal_pointer (&error)),
        on_called, asked, asked_free));
      return;
    }

  data = frame->data != NULL ? gh_json_ref (frame->data) : gh_json_new_empty_object ();
  dex_future_disown (dex_future_finally (ghd_api_call (self->api, self->caller, asked->request_id,
                                                       NULL, frame->operation, data, NULL),
                                         on_called, asked, asked_free));
}

static void
take_identify (GhdClient *self, GhFrame *frame)
{
  if (self->state != STATE_NEW)
    {
      ghd_client_close (self, GH_CLOSE_MALFORMED, "This connection has identified already");
      answer (self, NULL, FALSE);
      gh_frame_free (frame);
      return;
    }

  self->state = STATE_IDENTIFYING;
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, identify_fiber, asked_new (self, frame), asked_free));
}

static void
take_frame (GhdClient *self, GhFrame *frame)
{
  /* It hears that it has to come back, and asks again there. */
  if (self->finished != NULL)
    {
      gh_frame_free (frame);
      return;
    }

  switch (frame->op)
    {
    case GH_FRAME_IDENTIFY:
      take_identify (self, frame);
      break;

    case GH_FRAME_REQUEST:
      take_request (self, frame);
      break;

    default:
      /* gh_frame_parse_client() gives nothing else but heartbeats, which the I/O thread answers. */
      answer (self, NULL, FALSE);
      gh_frame_free (frame);
      break;
    }
}

static void
ghd_client_deliver (GhdSubscriber *subscriber, GBytes *frame)
{
  GhdClient *self = (GhdClient *) subscriber; /* as the hub knows: this is done very often */

  if (self->link == NULL)
    return;

  /* The first is "ready". Its reader may ask for something before the fiber that attached it goes on. */
  if (G_UNLIKELY (self->state == STATE_IDENTIFYING))
    {
      self->state = STATE_READY;
      ghd_io_thread_identified (self->thread, self->link);
    }
  ghd_io_thread_send (self->thread, self->link, frame);
}

static void
ghd_client_close_subscriber (GhdSubscriber *subscriber, guint code, const char *reason)
{
  ghd_client_close (GHD_CLIENT (subscriber), code, reason);
}

static void
ghd_client_finalize (GObject *object)
{
  GhdClient *self = GHD_CLIENT (object);

  g_clear_object (&self->api);
  g_clear_object (&self->caller);
  dex_clear (&self->finished);
  g_free (self->address);

  G_OBJECT_CLASS (ghd_client_parent_class)->finalize (object);
}

static void
ghd_client_class_init (GhdClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_client_finalize;
}

static void
ghd_client_subscriber_init (GhdSubscriberInterface *iface)
{
  iface->deliver = ghd_client_deliver;
  iface->close = ghd_client_close_subscriber;
}

static void
ghd_client_init (GhdClient *self)
{
}

/**
 * ghd_client_new:
 * @thread: owns its link; must outlive the connection
 * @address: where the client is
 */
GhdClient *
ghd_client_new (GhdApi *api, GhdIoThread *thread, const char *address)
{
  GhdClient *self = g_object_new (GHD_TYPE_CLIENT, NULL);

  self->api = g_object_ref (api);
  self->thread = thread;
  self->address = g_strdup (address);

  return self;
}

/**
 * ghd_client_adopt:
 * @stream: (nullable) (transfer full): see ghd_io_thread_adopt()
 * @hello: (nullable): the first frame
 * @input: (nullable): what the client sent behind its handshake
 *
 * From now on notices about it come, until %GHD_NOTICE_GONE.
 */
void
ghd_client_adopt (GhdClient *self, GhdLinkKind kind, int fd, GIOStream *stream, gboolean is_tls,
                  GBytes *hello, GBytes *input)
{
  self->link = ghd_io_thread_adopt (self->thread, kind, fd, stream, is_tls, self, hello, input);
}

/**
 * ghd_client_notice:
 *
 * Acts on what its I/O thread has to tell.
 */
void
ghd_client_notice (GhdClient *self, const GhdNotice *notice)
{
  switch (notice->kind)
    {
    case GHD_NOTICE_FRAME:
      take_frame (self, notice->frame);
      break;

    case GHD_NOTICE_CLOSED:
      self->state = STATE_CLOSED;
      ghd_api_detach (self->api, GHD_SUBSCRIBER (self));
      ghd_log_debug ("A gateway connection closed", GHD_LOG_STRING ("address", self->address),
                     GHD_LOG_INT ("code", notice->code));
      break;

    case GHD_NOTICE_GONE:
      ghd_io_thread_release (self->thread, g_steal_pointer (&self->link));
      break;
    }
}

/**
 * ghd_client_abandon:
 *
 * Its I/O thread is about to go, and its link with it.
 */
void
ghd_client_abandon (GhdClient *self)
{
  self->state = STATE_CLOSED;
  self->link = NULL;
  ghd_api_detach (self->api, GHD_SUBSCRIBER (self));
}

/**
 * ghd_client_finish:
 *
 * From now on it asks for nothing more: what comes is let go.
 *
 * Returns: (transfer full): resolves to %TRUE once all that it has asked for is answered
 */
DexFuture *
ghd_client_finish (GhdClient *self)
{
  if (self->finished == NULL)
    {
      self->finished = dex_promise_new ();
      if (self->n_asked == 0)
        dex_promise_resolve_boolean (self->finished, TRUE);
    }

  return dex_ref (DEX_FUTURE (self->finished));
}

/**
 * ghd_client_close:
 * @reason: for a person who reads the log of the client
 */
void
ghd_client_close (GhdClient *self, guint code, const char *reason)
{
  if (self->link != NULL)
    ghd_io_thread_close (self->thread, self->link, code, reason);
}
