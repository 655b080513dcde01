/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one event costs: microseconds of computing time, side by side with json-glib where that is the
 * alternative. Each figure is the median of rounds in which both take turns. */
#include "gh-event-draft.h"
#include "gh-frame.h"
#include "gh-json-builder.h"
#include "gh-key-ring.h"
#include "gh-password.h"

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 21
#define ROOM "!37G9X3VBf9g7tEbWtLBu9Z:example.org"
#define SENDER "@ada:example.org"
#define PREV "$9iZ2ANAer8bSZEax8g7CBX6yC2ZaQqCZ5JxtYQhk8MyR"
#define MESSAGE_SIZE 520

typedef void (*Work) (gpointer data);

static GhSigningKey *signing_key;
static GBytes *message; /* MESSAGE_SIZE bytes of JSON */
static char *body;      /* what makes it so long */
static GhEventDraft *draft;
static GhEvent *event;

static double
cpu_us (Work work, guint n)
{
  struct timespec start;
  struct timespec end;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &start);
  for (guint i = 0; i < n; i++)
    work (NULL);
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &end);
  return ((double) (end.tv_sec - start.tv_sec) * 1e6 + (double) (end.tv_nsec - start.tv_nsec) / 1e3)
         / n;
}

static int
compare (const void *a, const void *b)
{
  const double *left = a;
  const double *right = b;

  return (*left > *right) - (*left < *right);
}

static void
measure (const char *name, guint n, Work ours, Work reference)
{
  double figures[ROUNDS];
  double references[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    {
      figures[i] = cpu_us (ours, n);
      references[i] = reference != NULL ? cpu_us (reference, n) : 0;
    }
  qsort (figures, ROUNDS, sizeof *figures, compare);
  qsort (references, ROUNDS, sizeof *references, compare);
  g_print ("{\"bench\": \"codec\", \"case\": \"%s cpu\", \"figure\": %.3f, \"unit\": \"us\", ",
           name, figures[ROUNDS / 2]);
  if (reference != NULL)
    g_print ("\"reference\": %.3f, \"ratio\": %.3f}\n", references[ROUNDS / 2],
             figures[ROUNDS / 2] / references[ROUNDS / 2]);
  else
    g_print ("\"reference\": null, \"ratio\": null}\n");
}

static void
parse_ours (gpointer data)
{
  g_autoptr (GhJson) json = gh_json_parse_bytes (message, NULL);

  if (gh_json_peek_int (json, "origin_ts", 0) == 0)
    abort ();
}

static void
parse_reference (gpointer data)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();

  json_parser_load_from_data (parser, g_bytes_get_data (message, NULL),
                              (gssize) g_bytes_get_size (message), NULL);
  if (json_object_get_int_member (json_node_get_object (json_parser_get_root (parser)), "origin_ts")
      == 0)
    abort ();
}

static GBytes *
build_message (void)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "room_id", ROOM);
  gh_json_builder_add_string (builder, "type", GH_EVENT_ROOM_MESSAGE);
  gh_json_builder_add_string (builder, "sender", SENDER);
  gh_json_builder_add_int (builder, "origin_ts", 1700000000123);
  gh_json_builder_open_array (builder, "prev_events");
  gh_json_builder_add_string (builder, NULL, PREV);
  gh_json_builder_close (builder);
  gh_json_builder_open_object (builder, "content");
  gh_json_builder_add_string (builder, "msgtype", "m.text");
  gh_json_builder_add_string (builder, "body", body);
  gh_json_builder_close (builder);
  return gh_json_builder_finish_bytes (builder);
}

static void
build_ours (gpointer data)
{
  g_bytes_unref (build_message ());
}

static void
add_reference_member (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
build_reference (gpointer data)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;
  gsize size;

  json_builder_begin_object (builder);
  add_reference_member (builder, "room_id", ROOM);
  add_reference_member (builder, "type", GH_EVENT_ROOM_MESSAGE);
  add_reference_member (builder, "sender", SENDER);
  json_builder_set_member_name (builder, "origin_ts");
  json_builder_add_int_value (builder, 1700000000123);
  json_builder_set_member_name (builder, "prev_events");
  json_builder_begin_array (builder);
  json_builder_add_string_value (builder, PREV);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "content");
  json_builder_begin_object (builder);
  add_reference_member (builder, "msgtype", "m.text");
  add_reference_member (builder, "body", body);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, &size);
  if (size != MESSAGE_SIZE)
    abort ();
}

static void
canonical (gpointer data)
{
  g_autoptr (GhJson) json = gh_json_parse_bytes (message, NULL);
  g_autoptr (GBytes) bytes = gh_json_to_canonical (json);

  if (g_bytes_get_size (bytes) != MESSAGE_SIZE)
    abort ();
}

static void
event_parse (gpointer data)
{
  GBytes *bytes = gh_event_get_bytes (event);
  g_autoptr (GhEvent)
    parsed = gh_event_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);

  if (parsed == NULL)
    abort ();
}

static void
event_finish (gpointer data)
{
  static const char *const prev[] = { PREV, NULL };
  const GhEventSigner signer = { "example.org", gh_signing_key_get_id (signing_key),
                                 gh_signing_key_sign, signing_key };
  g_autoptr (GhEvent) made = gh_event_draft_finish (draft, 7, prev, NULL, &signer, NULL);

  if (made == NULL)
    abort ();
  gh_event_get_bytes (made);
}

static void
frame_encode (gpointer data)
{
  g_bytes_unref (gh_frame_encode_event (event));
}

static void
hash (gpointer data)
{
  GhHash result = gh_hash_bytes (message);

  if (result.bytes[0] == 0 && result.bytes[1] == 0 && result.bytes[2] == 0)
    abort ();
}

static void
sign (gpointer data)
{
  guint8 signature[GH_SIGNATURE_SIZE];

  gh_signing_key_sign (gh_event_get_hash (event)->bytes, GH_HASH_SIZE, signature, signing_key,
                       NULL);
}

static void
verify (gpointer data)
{
  if (!gh_signing_verify (gh_signing_key_get_public (signing_key), gh_event_get_hash (event)->bytes,
                          GH_HASH_SIZE, gh_event_get_signature (event, 0, NULL, NULL)))
    abort ();
}

static void
password (gpointer data)
{
  g_autoptr (GhSecret) secret = gh_secret_new_string ("correct horse battery staple");

  g_free (gh_password_hash (secret, NULL));
}

/* What a value is kept in, with one more reference taken and given back: counted memory, as a boxed type
 * has it, and the GObject that an event could have been. */
static void
box (gpointer data)
{
  gpointer value = g_atomic_rc_box_alloc0 (sizeof (GObject));

  g_atomic_rc_box_release (g_atomic_rc_box_acquire (value));
  g_atomic_rc_box_release (value);
}

typedef struct
{
  GObject parent_instance;
} BenchObject;

typedef struct
{
  GObjectClass parent_class;
} BenchObjectClass;

GType bench_object_get_type (void);

G_DEFINE_TYPE (BenchObject, bench_object, G_TYPE_OBJECT)

static void
bench_object_class_init (BenchObjectClass *klass)
{
}

static void
bench_object_init (BenchObject *self)
{
}

static void
box_object (gpointer data)
{
  g_autoptr (GObject) object = g_object_new (bench_object_get_type (), NULL);

  g_object_unref (g_object_ref (object));
}

static void
set_up (void)
{
  g_autoptr (GhSecret) seed = gh_secret_new_random (32);
  g_autoptr (GBytes) empty = NULL;
  g_autoptr (GhJson) json = NULL;
  g_autoptr (GhJson) content = NULL;
  const GhEventSigner signer_of_setup = { "example.org", "ed25519:setup", gh_signing_key_sign,
                                          NULL };
  GhEventSigner signer = signer_of_setup;

  body = g_strdup ("");
  empty = build_message ();
  g_free (body);
  body = g_strnfill (MESSAGE_SIZE - g_bytes_get_size (empty), 'x');
  message = build_message ();
  if (g_bytes_get_size (message) != MESSAGE_SIZE)
    abort ();

  signing_key = gh_signing_key_new_from_seed (seed);
  json = gh_json_parse_bytes (message, NULL);
  content = gh_json_peek_object (json, "content");
  draft = gh_event_draft_new (ROOM, GH_EVENT_ROOM_MESSAGE, NULL, SENDER, content);
  signer.key_id = gh_signing_key_get_id (signing_key);
  signer.user_data = signing_key;
  event = gh_event_draft_finish (draft, 7, NULL, NULL, &signer, NULL);
}

int
main (void)
{
  set_up ();
  measure ("parse 520 B", 5000, parse_ours, parse_reference);
  measure ("build 520 B", 5000, build_ours, build_reference);
  measure ("parse and canonical 520 B", 5000, canonical, parse_reference);
  measure ("container", 5000, box, box_object);
  measure ("event parse and prove hashes", 3000, event_parse, NULL);
  measure ("event finish, sign and write", 1000, event_finish, NULL);
  measure ("event frame", 5000, frame_encode, NULL);
  measure ("hash 520 B", 5000, hash, NULL);
  measure ("sign", 1000, sign, NULL);
  measure ("verify", 500, verify, NULL);
  measure ("password hash", 1, password, NULL);
  return 0;
}
